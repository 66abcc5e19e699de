package sqlite

import (
	"context"

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

func (c *conn) replay(ctx context.Context, q chat.ReplayQuery) (chat.Replay, error) {
	found, err := c.find(ctx, q)
	if err != nil {
		return chat.Replay{}, err
	}
	r, ids := q.Answer(found)
	switch {
	case r.Reset == chat.ResetTooMuch:
		r.Missed, r.Mentions, err = c.missed(ctx, q)
	case len(ids) > 0:
		r.Events, err = c.events(ctx, eventsByID, chat.Shard, set(ids))
		r.Events = q.Newest(r.Events)
	}
	return r, err
}

// The ids of a key's events, from its index. Of each key one more than its bound is read at most, which
// tells that there are more.
const (
	idsOfRooms = `select e.room_id, e.id from ` + memberships + ` cross join events e indexed by events_of_room
		where e.room_id = m.room_id and e.id > max($3, m.joined_id - 1)
			and e.id <= min($4, coalesce((select b.id from events b indexed by events_of_room
				where b.room_id = m.room_id and b.id > max($3, m.joined_id - 1)
				order by b.id limit 1 offset $5 - 1), $4))`
	idsOfNames = `select k.value, e.id from json_each($1) k cross join events e indexed by events_of_user
		where e.user_id = k.value and e.id > $2
			and e.id <= min($3, coalesce((select b.id from events b indexed by events_of_user
				where b.user_id = k.value and b.id > $2 order by b.id limit 1 offset $4 - 1), $3))`
	roleOfUser     = `select coalesce((select role from users where id = $1), '')`
	missedMessages = `select case when count(*) < $5 then count(*) filter (where kind = $6 and actor_id <> $2) else 0 end from
		(select e.kind, e.actor_id from ` + memberships + ` cross join events e indexed by events_of_room
			where e.room_id = m.room_id and e.id <= $4 and e.id > max($3, m.joined_id - 1) limit $5)`

	missedMentions = `select case when count(*) < $5 then count(*) filter (where author_id <> $2
			and (everybody or exists (select 1 from json_each(nullif(mentions, '')) n where n.value = $2))) else 0 end from
		(select x.author_id, x.everybody, x.mentions from ` + memberships + ` cross join messages x indexed by messages_naming
			where x.room_id = m.room_id and x.posted_id <= $4 and x.posted_id > max($3, m.joined_id - 1)
				and (x.mentions <> '' or x.everybody) limit $5)`

	// memberships are those of the rooms $1 that user $2 still has.
	memberships = `json_each($1) k cross join members m
		on m.room_id = k.value->>'RoomID' and m.user_id = $2 and m.joined_id = k.value->>'Since'`
)

// find reads where the log stands and, if the position is of this log, the ids of what concerns the reader.
func (c *conn) find(ctx context.Context, q chat.ReplayQuery) (f chat.Found, err error) {
	if f.Head, err = c.head(ctx); err != nil {
		return f, err
	}
	if f.Floor, err = c.floor(ctx); err != nil || f.Foreign(q.After) != "" {
		return f, err
	}
	perRoom, ofUser := q.Bounds()
	if f.Role, err = one(ctx, c, value[chat.Role], roleOfUser, q.User); err != nil {
		return f, err
	}
	if f.Rooms, err = hits[chat.RoomID](ctx, c, idsOfRooms, set(q.Rooms), q.User, q.After.ID, q.Until, perRoom); err != nil {
		return f, err
	}
	f.Names, err = hits[chat.UserID](ctx, c, idsOfNames, set(q.Names()), q.After.ID, q.Until, ofUser)
	return f, err
}

// hits are the ids of events by the key that each was found by.
func hits[K ~string](ctx context.Context, c *conn, query string, args ...any) (map[K][]int64, error) {
	found := map[K][]int64{}
	_, err := list(ctx, c, func(r row) (id int64, err error) {
		var key K
		if err = r.Scan(&key, &id); err == nil {
			found[key] = append(found[key], id)
		}
		return id, err
	}, query, args...)
	return found, err
}

// missed counts messages by others in the rooms of a query, and those that name the user; 0 if there are too many to
// count.
func (c *conn) missed(ctx context.Context, q chat.ReplayQuery) (messages, mentions int, err error) {
	messages, err = one(ctx, c, value[int], missedMessages, set(q.Rooms), q.User, q.After.ID, q.Until, chat.MissedMost, chat.MessagePosted)
	if err != nil {
		return 0, 0, err
	}
	mentions, err = one(ctx, c, value[int], missedMentions, set(q.Rooms), q.User, q.After.ID, q.Until, chat.MissedMost)
	return messages, mentions, err
}
