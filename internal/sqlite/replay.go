package sqlite

import (
	"cmp"
	"context"
	"math"
	"slices"

	"example.com/chat/internal/chat"
)

// Replay implements chat.Store. It reads no more of the log than the keys' own indexes, and of those
// no more than the bounds, whatever the position: first the ids alone, then the events that are told.
func (s *Store) Replay(ctx context.Context, q chat.ReplayQuery) (r chat.Replay, err error) {
	err = s.read(ctx, func(c *conn) error {
		r, err = c.replay(ctx, q)
		return err
	})
	return r, err
}

func (c *conn) replay(ctx context.Context, q chat.ReplayQuery) (r chat.Replay, err error) {
	if r.Head, err = c.head(ctx); err != nil {
		return r, err
	}
	floor, err := c.floor(ctx)
	if err != nil {
		return r, err
	}
	if r.Reset = foreign(q.After, r.Head, floor); r.Reset != "" {
		r.Upto = r.Head
		return r, nil
	}
	q.Until = max(q.After.ID, min(q.Until, r.Head.ID))
	r.Upto = chat.Position{Epoch: r.Head.Epoch, ID: q.Until}

	refs, err := c.refs(ctx, q)
	if err != nil {
		return r, err
	}
	if q.PerRoom > 0 {
		refs, r.Stale = dropStale(refs, q.PerRoom)
	}
	ids := distinct(refs)
	if q.Total > 0 && len(ids) > q.Total {
		missed, err := c.missed(ctx, q)
		return chat.Replay{Reset: chat.ResetTooMuch, Head: r.Head, Upto: r.Head, Missed: missed}, err
	}
	if q.Limit > 0 && len(ids) > q.Limit {
		ids = ids[:q.Limit]
		r.Upto.ID = ids[q.Limit-1]
	}
	r.Events, err = c.events(ctx, eventsByID, chat.Shard, set(ids))
	r.Events = slices.DeleteFunc(r.Events, func(e chat.Event) bool { return overtaken(e, q.Until) })
	return r, err
}

// foreign says why a position cannot be continued from.
func foreign(after, head chat.Position, floor int64) chat.Reset {
	switch {
	case after.Epoch != head.Epoch:
		return chat.ResetEpoch
	case after.ID > head.ID:
		return chat.ResetAhead
	case after.ID < floor:
		return chat.ResetRetention
	}
	return ""
}

// overtaken says whether the same replay tells a newer event of the same message.
func overtaken(e chat.Event, until int64) bool {
	m := e.Told.Message
	return m != nil && e.ID < m.ChangedID && m.ChangedID <= until
}

// ref is an event's id as it was found by a key: a room, or the user, when room is "".
type ref struct {
	room chat.RoomID
	id   int64
}

func scanRef(r row) (f ref, err error) {
	err = r.Scan(&f.room, &f.id)
	return f, err
}

// The ids of a key's events, from its index. Of each key one more than its bound is read at most, which
// tells that there are more.
const (
	refsOfRooms = `select e.room_id, e.id
		from json_each($1) k cross join events e indexed by events_of_room
		where e.room_id = k.value->>'RoomID' and e.id > max($2, k.value->>'Since' - 1)
			and e.id <= min($3, coalesce((select b.id from events b indexed by events_of_room
				where b.room_id = k.value->>'RoomID' and b.id > max($2, k.value->>'Since' - 1)
				order by b.id limit 1 offset $4), $3))`
	refsOfUser = `select '', id from events indexed by events_of_user
		where user_id = $1 and id > $2 and id <= $3 order by id limit $4`
)

const unbounded = math.MaxInt32

// refs reads the ids of the events that concern the reader.
func (c *conn) refs(ctx context.Context, q chat.ReplayQuery) ([]ref, error) {
	perRoom, ofUser := cmp.Or(q.Limit, q.PerRoom, unbounded), cmp.Or(q.Limit, q.Total, unbounded)
	rooms, err := list(ctx, c, scanRef, refsOfRooms, set(q.Rooms), q.After.ID, q.Until, perRoom)
	if err != nil {
		return nil, err
	}
	user, err := list(ctx, c, scanRef, refsOfUser, q.User, q.After.ID, q.Until, ofUser+1)
	return append(rooms, user...), err
}

// dropStale leaves out the rooms with more than perRoom events.
func dropStale(refs []ref, perRoom int) (rest []ref, stale []chat.RoomID) {
	count := map[chat.RoomID]int{}
	for _, f := range refs {
		count[f.room]++
	}
	delete(count, "")
	for room, n := range count {
		if n > perRoom {
			stale = append(stale, room)
		}
	}
	slices.Sort(stale)
	return slices.DeleteFunc(refs, func(f ref) bool { return count[f.room] > perRoom }), stale
}

// distinct gives the ids in order. An event may concern both a room and the user.
func distinct(refs []ref) []int64 {
	ids := make([]int64, len(refs))
	for i, f := range refs {
		ids[i] = f.id
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// missedMost is how many events are looked at to count the messages a reader has missed.
const missedMost = 10_000

const missedMessages = `select case when count(*) < $4 then count(*) filter (where kind = $5 and actor_id <> $6) else 0 end from
	(select e.kind, e.actor_id
		from json_each($1) k cross join events e indexed by events_of_room
		where e.room_id = k.value->>'RoomID' and e.id <= $3 and e.id > max($2, k.value->>'Since' - 1) limit $4)`

// missed counts messages by others in the rooms of a query; 0 if there are too many events to count.
func (c *conn) missed(ctx context.Context, q chat.ReplayQuery) (int, error) {
	return one(ctx, c, value[int], missedMessages, set(q.Rooms), q.After.ID, q.Until, missedMost, chat.MessagePosted, q.User)
}
