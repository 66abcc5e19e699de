package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// What concerns a reader is found per room and per user by an index, up to a limit each, so the cost
// depends on the number of rooms and not on the length of the log.
const (
	// membershipsLeftSQL are those of the rooms $1, joined at $2, that user $3 still has.
	membershipsLeftSQL = `unnest($1::text[], $2::bigint[]) r (id, since)
		join members m on m.room_id = r.id and m.user_id = $3 and m.joined_id = r.since`

	roomHitsSQL = `select r.id, e.id from ` + membershipsLeftSQL + `
		cross join lateral (select id from events where room_id = r.id and id > greatest($4, r.since - 1) and id <= $5
			order by id limit $6) e`

	roleSQL = `select coalesce((select role from users where id = $1), '')`

	nameHitsSQL = `select n.name, e.id from unnest($1::text[]) n (name)
		cross join lateral (select id from events where user_id = n.name and id > $2 and id <= $3 order by id limit $4) e`

	// missedSQL counts what a person would call missed, unless there are $6 events or more.
	missedSQL = `select case when count(*) < $6 then count(*) filter (where kind = 'message' and actor_id is distinct from $3) else 0 end
		from (select e.kind, e.actor_id from ` + membershipsLeftSQL + `
			cross join lateral (select id, kind, actor_id from events
				where room_id = r.id and id > greatest($4, r.since - 1) and id <= $5 order by id) e
			limit $6) e`

	// mentionsSQL counts those of them that name the user, unless there are $6 messages or more that name anybody.
	mentionsSQL = `select case when count(*) < $6 then count(*) filter (where x.author_id <> $3
			and (x.everybody or nullif(x.mentions, '')::jsonb ? $3)) else 0 end
		from (select x.author_id, x.everybody, x.mentions from ` + membershipsLeftSQL + `
			cross join lateral (select author_id, everybody, mentions from messages
				where room_id = r.id and posted_id > greatest($4, r.since - 1) and posted_id <= $5
					and (mentions <> '' or everybody) order by posted_id) x
			limit $6) x`
)

// Replay reads what a stream missed: first the ids of what concerns it, then, of the same snapshot, the
// events themselves, and then what they tell.
func (s *Store) Replay(ctx context.Context, q chat.ReplayQuery) (answer chat.Replay, err error) {
	err = s.reading(ctx, "replay", func(ctx context.Context, conn *pgx.Conn) error {
		found, err := find(ctx, conn, q)
		if err != nil {
			return err
		}
		r, ids := q.Answer(found)
		batch := &pgx.Batch{}
		switch {
		case r.Reset == chat.ResetTooMuch:
			queueMissed(batch, q, &r)
		case len(ids) > 0:
			batch.Queue(eventsByIDSQL, chat.Shard, ids).Query(into(&r.Events, eventFields))
		}
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		if err := tell(ctx, conn, r.Events); err != nil {
			return err
		}
		r.Events = q.Newest(r.Events)
		answer = r
		return nil
	})
	return answer, err
}

// find reads where the log stands and the ids of what concerns the reader, in a snapshot that it leaves open.
func find(ctx context.Context, conn *pgx.Conn, q chat.ReplayQuery) (chat.Found, error) {
	f := chat.Found{Rooms: map[chat.RoomID][]int64{}, Names: map[chat.UserID][]int64{}}
	perRoom, ofUser := q.Bounds()
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	batch.Queue(headSQL, chat.Shard).QueryRow(func(row pgx.Row) (err error) {
		f.Head, f.Floor, err = scanHead(row)
		return err
	})
	batch.Queue(roleSQL, q.User).QueryRow(func(row pgx.Row) error { return row.Scan(&f.Role) })
	rooms, since := memberships(q.Rooms)
	batch.Queue(roomHitsSQL, rooms, since, q.User, q.After.ID, q.Until, perRoom).Query(hits(f.Rooms))
	batch.Queue(nameHitsSQL, q.Names(), q.After.ID, q.Until, ofUser).Query(hits(f.Names))
	err := conn.SendBatch(ctx, batch).Close()
	return f, err
}

// hits collects the ids of events by the key that each was found by.
func hits[K ~string](found map[K][]int64) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var key K
		var id int64
		_, err := pgx.ForEachRow(rows, []any{&key, &id}, func() error {
			found[key] = append(found[key], id)
			return nil
		})
		return err
	}
}

func memberships(rooms []chat.Membership) (ids []string, since []int64) {
	return column(rooms, func(m chat.Membership) string { return string(m.RoomID) }),
		column(rooms, func(m chat.Membership) int64 { return m.Since })
}

func queueMissed(batch *pgx.Batch, q chat.ReplayQuery, r *chat.Replay) {
	rooms, since := memberships(q.Rooms)
	batch.Queue(missedSQL, rooms, since, q.User, q.After.ID, q.Until, chat.MissedMost).QueryRow(one(&r.Missed, itself))
	batch.Queue(mentionsSQL, rooms, since, q.User, q.After.ID, q.Until, chat.MissedMost).QueryRow(one(&r.Mentions, itself))
}
