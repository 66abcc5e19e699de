package sqlite

import (
	"context"
	"slices"

	"example.com/chat/internal/chat"
)

const memberColumns = `m.room_id, m.user_id, m.joined_id, m.read_seq, m.joined_at, m.level, m.muted_until, m.seen_seq`

func scanMember(r row) (m chat.Member, err error) {
	err = r.Scan(&m.RoomID, &m.UserID, &m.JoinedID, &m.ReadSeq, instant{&m.JoinedAt}, &m.Level, instant{&m.MutedUntil}, &m.SeenSeq)
	return m, err
}

const (
	membersByKey = `select ` + memberColumns + `
		from json_each($1) k cross join members m on m.room_id = k.value->>'RoomID' and m.user_id = k.value->>'UserID'`
	roomsOf = `select ` + memberColumns + ` from members m where m.user_id in (select value from json_each($1))`

	// membersOf and watchersOf are the first $2 of each room $1: those up to the last of so many. A blob is behind
	// all text.
	membersOf = `select ` + memberColumns + ` from json_each($1) k cross join members m on m.room_id = k.value
		and m.user_id <= coalesce((select b.user_id from members b where b.room_id = k.value
			order by b.user_id limit 1 offset $2 - 1), x'')`
	watchersOf = `select ` + memberColumns + ` from json_each($1) k cross join members m indexed by watchers_of_room
		on m.room_id = k.value and m.level = 'everything'
		and m.user_id <= coalesce((select b.user_id from members b indexed by watchers_of_room
			where b.room_id = k.value and b.level = 'everything' order by b.user_id limit 1 offset $2 - 1), x'')`

	memberOfRoom  = `select ` + memberColumns + ` from members m where m.room_id = $1 and m.user_id = $2`
	membershipsOf = `select ` + memberColumns + ` from members m where m.user_id = $1 order by m.room_id`

	// personsOf are the first $3 members of a room and the viewer, by name. Only those are looked up: a room may have
	// very many.
	personsOf = `select ` + personColumns + ` from
		(select * from (select user_id from members where room_id = $1 order by user_id limit $3)
			union select user_id from members where room_id = $1 and user_id = $2) named
		cross join users u on u.id = named.user_id order by u.name_key`

	sizeOf = `select count(*) from members where room_id = $1`

	// seenIn is who lets others see in a room how far they have read.
	seenIn = `select ` + memberColumns + ` from members m where m.room_id = $1 and m.seen_seq > 0`
)

func (c *conn) loadMembers(ctx context.Context, into map[chat.MemberKey]chat.Member, keys []chat.MemberKey) error {
	return loadMap(ctx, c, into, scanMember, chat.Member.Key, membersByKey, keys)
}

// loadRoomsOf reads people's memberships with their rooms.
func (c *conn) loadRoomsOf(ctx context.Context, s *chat.State, users []chat.UserID) error {
	if len(users) == 0 {
		return nil
	}
	members, err := list(ctx, c, scanMember, roomsOf, set(users))
	if err != nil {
		return err
	}
	var rooms []chat.RoomID
	for _, m := range members {
		s.Members[m.Key()] = m
		rooms = append(rooms, m.RoomID)
	}
	return c.loadRooms(ctx, s.Rooms, rooms)
}

// loadMembersOf reads memberships of rooms, all or those of watchers, at most so many of each, with their users.
func (c *conn) loadMembersOf(ctx context.Context, s *chat.State, query string, rooms []chat.RoomID, most int) error {
	if len(rooms) == 0 {
		return nil
	}
	rooms = slices.Compact(slices.Sorted(slices.Values(rooms)))
	members, err := list(ctx, c, scanMember, query, set(rooms), most)
	if err != nil {
		return err
	}
	var users []chat.UserID
	for _, m := range members {
		s.Members[m.Key()] = m
		users = append(users, m.UserID)
	}
	return c.loadUsers(ctx, s.Users, users, nil)
}

// Member implements chat.Store.
func (s *Store) Member(ctx context.Context, viewer chat.UserID, room chat.RoomID) (member chat.Member, err error) {
	err = s.read(ctx, func(c *conn) error {
		member, err = c.member(ctx, viewer, room)
		return err
	})
	return member, err
}

// seen is how far the members of a room have read, as far as they let others see it.
func (c *conn) seen(ctx context.Context, room chat.RoomID) (map[chat.UserID]int64, error) {
	members, err := list(ctx, c, scanMember, seenIn, room)
	seen := map[chat.UserID]int64{}
	for _, m := range members {
		seen[m.UserID] = m.SeenSeq
	}
	return seen, err
}

func (c *conn) member(ctx context.Context, viewer chat.UserID, room chat.RoomID) (chat.Member, error) {
	return one(ctx, c, scanMember, memberOfRoom, room, viewer)
}
