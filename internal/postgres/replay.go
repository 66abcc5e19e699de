package postgres

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// What concerns a reader is found per room and per user by an index, up to a limit each, so the cost
// depends on the number of rooms and not on the length of the log.
const (
	roomHitsSQL = `select r.id, e.id from unnest($1::text[], $2::bigint[]) r (id, since)
		cross join lateral (select id from events where room_id = r.id and id > greatest($3, r.since - 1) and id <= $4
			order by id limit $5) e`

	userHitsSQL = `select id from events where user_id = $1 and id > $2 and id <= $3 order by id limit $4`

	// missedSQL counts what a person would call missed. It gives up at $6 events: a number that costs
	// more than the replay it stands for is not worth it.
	missedSQL = `select count(*), count(*) filter (where kind = 'message' and actor_id is distinct from $5)
		from (select e.kind, e.actor_id from unnest($1::text[], $2::bigint[]) r (id, since)
			cross join lateral (select id, kind, actor_id from events
				where room_id = r.id and id > greatest($3, r.since - 1) and id <= $4 order by id) e
			limit $6) e`
)

// missedMost is how many events are looked at to count the messages that were missed.
const missedMost = 10_000

// Replay reads what a stream missed: first the ids of what concerns it, then, of the same snapshot, the
// events themselves.
func (s *Store) Replay(ctx context.Context, q chat.ReplayQuery) (answer chat.Replay, err error) {
	err = s.reading(ctx, "replay", func(ctx context.Context, conn *pgx.Conn) error {
		h, err := find(ctx, conn, q)
		if err != nil {
			return err
		}
		ids := h.answer(q, &answer)
		batch := &pgx.Batch{}
		switch {
		case answer.Reset == chat.ResetTooMuch:
			queueMissed(batch, q, &answer.Missed)
		case len(ids) > 0:
			batch.Queue(eventsByIDSQL, chat.Shard, ids).Query(intoEvents(&answer.Events))
		}
		batch.Queue(commit)
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		answer.Events = newest(answer.Events, q.Until)
		return nil
	})
	return answer, err
}

// hits are the ids of the events that concern a reader.
type hits struct {
	head  chat.Position
	floor int64
	rooms map[chat.RoomID][]int64
	user  []int64
}

// find reads the hits in a snapshot that it leaves open.
func find(ctx context.Context, conn *pgx.Conn, q chat.ReplayQuery) (*hits, error) {
	h := &hits{rooms: map[chat.RoomID][]int64{}}
	perRoom, perUser := 1+cmp.Or(q.Limit, q.PerRoom), 1+cmp.Or(q.Limit, q.Total) // one more tells that there are more
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	batch.Queue(headSQL, chat.Shard).QueryRow(func(row pgx.Row) (err error) {
		h.head, h.floor, err = scanHead(row)
		return err
	})
	rooms, since := memberships(q.Rooms)
	batch.Queue(roomHitsSQL, rooms, since, q.After.ID, q.Until, perRoom).Query(func(rows pgx.Rows) error {
		var room chat.RoomID
		var id int64
		_, err := pgx.ForEachRow(rows, []any{&room, &id}, func() error {
			h.rooms[room] = append(h.rooms[room], id)
			return nil
		})
		return err
	})
	batch.Queue(userHitsSQL, q.User, q.After.ID, q.Until, perUser).Query(func(rows pgx.Rows) (err error) {
		h.user, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
	return h, conn.SendBatch(ctx, batch).Close()
}

func memberships(rooms []chat.Membership) (ids []string, since []int64) {
	return column(rooms, func(m chat.Membership) string { return string(m.RoomID) }),
		column(rooms, func(m chat.Membership) int64 { return m.Since })
}

// answer decides what the hits come to, and gives the ids of the events to be told.
func (h *hits) answer(q chat.ReplayQuery, answer *chat.Replay) (ids []int64) {
	answer.Head = h.head
	answer.Upto = chat.Position{Epoch: h.head.Epoch, ID: max(q.After.ID, min(q.Until, h.head.ID))}
	switch {
	case q.After.Epoch != h.head.Epoch:
		answer.Reset = chat.ResetEpoch
	case q.After.ID > h.head.ID:
		answer.Reset = chat.ResetAhead
	case q.After.ID < h.floor:
		answer.Reset = chat.ResetRetention
	}
	if answer.Reset != "" {
		answer.Upto = h.head
		return nil
	}
	if q.Limit > 0 {
		if ids = h.ids(); len(ids) > q.Limit {
			ids = ids[:q.Limit]
			answer.Upto.ID = ids[q.Limit-1]
		}
		return ids
	}
	stale := h.withoutStale(q.PerRoom)
	if ids = h.ids(); len(ids) > q.Total {
		answer.Reset, answer.Upto = chat.ResetTooMuch, h.head
		return nil
	}
	answer.Stale = stale
	return ids
}

// withoutStale takes away the rooms with more than perRoom hits, and names them.
func (h *hits) withoutStale(perRoom int) (stale []chat.RoomID) {
	maps.DeleteFunc(h.rooms, func(room chat.RoomID, ids []int64) bool {
		if len(ids) > perRoom {
			stale = append(stale, room)
		}
		return len(ids) > perRoom
	})
	slices.Sort(stale)
	return stale
}

// ids are those of all hits in order. What concerns the user and one of their rooms is one event.
func (h *hits) ids() []int64 {
	ids := slices.Clone(h.user)
	for _, more := range h.rooms {
		ids = append(ids, more...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// newest keeps, of the events about one message, only the newest one: the message is told as it is now.
// One that was changed again after until keeps the last event before that, since nothing else here
// would tell of it.
func newest(events []chat.Event, until int64) []chat.Event {
	last := map[chat.MessageID]int64{}
	for _, e := range events {
		last[e.MessageID] = e.ID
	}
	return slices.DeleteFunc(events, func(e chat.Event) bool {
		m := e.Told.Message
		if m == nil || m.ChangedID == e.ID {
			return false
		}
		return m.ChangedID <= until || last[m.ID] != e.ID
	})
}

func queueMissed(batch *pgx.Batch, q chat.ReplayQuery, missed *int) {
	rooms, since := memberships(q.Rooms)
	batch.Queue(missedSQL, rooms, since, q.After.ID, q.Until, q.User, missedMost).QueryRow(func(row pgx.Row) error {
		var events, messages int
		if err := row.Scan(&events, &messages); err != nil {
			return err
		}
		if events < missedMost {
			*missed = messages
		}
		return nil
	})
}
