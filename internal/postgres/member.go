package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// memberColumns are those of members m.
const memberColumns = `m.room_id, m.user_id, m.joined_id, m.read_seq, m.joined_at, m.level, m.muted_until, m.seen_seq`

func memberFields(m *chat.Member) []any {
	return []any{&m.RoomID, &m.UserID, &m.JoinedID, &m.ReadSeq, &m.JoinedAt, &m.Level, orZero(&m.MutedUntil), &m.SeenSeq}
}

const (
	loadMembersSQL = `select ` + memberColumns + ` from unnest($1::text[], $2::text[]) k (room_id, user_id)
		join members m on m.room_id = k.room_id and m.user_id = k.user_id`

	loadRoomsOfSQL = `select ` + memberColumns + `, ` + roomColumns + ` from members m join rooms r on r.id = m.room_id
		where m.user_id = any($1)`

	// loadMembersOfSQL and loadWatchersSQL read $2 of each room $1 at most.
	loadMembersOfSQL = ofRooms + `(select * from members where room_id = r.id order by user_id limit $2)` + withUsers
	loadWatchersSQL  = ofRooms + `(select * from members where room_id = r.id and level = 'everything' order by user_id limit $2)` + withUsers
	ofRooms          = `select ` + memberColumns + `, ` + userColumns + ` from (select distinct unnest($1::text[]) as id) r cross join lateral `
	withUsers        = ` m cross join lateral (select * from users where id = m.user_id limit 1) u`

	memberSQL = `select ` + memberColumns + ` from members m where m.user_id = $1 and m.room_id = $2`

	seenSQL = `select ` + memberColumns + ` from members m where m.room_id = $1 and m.seen_seq > 0`

	putMembersSQL = `insert into members (room_id, user_id, joined_id, read_seq, joined_at, level, muted_until, seen_seq)
		select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::text[], $7::timestamptz[], $8::bigint[])
		on conflict (room_id, user_id) do update set joined_id = excluded.joined_id, read_seq = excluded.read_seq,
			joined_at = excluded.joined_at, level = excluded.level, muted_until = excluded.muted_until,
			seen_seq = excluded.seen_seq`

	removeMembersSQL = `delete from members m using unnest($1::text[], $2::text[]) k (room_id, user_id)
		where m.room_id = k.room_id and m.user_id = k.user_id`
)

// membership is a member with the room or the user.
type membership struct {
	member chat.Member
	room   chat.Room
	user   chat.User
}

func withRoom(m *membership) []any { return append(memberFields(&m.member), roomFields(&m.room)...) }
func withUser(m *membership) []any { return append(memberFields(&m.member), userFields(&m.user)...) }

func loadMembers(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if keys := storableKeys(needs.Members); len(keys) > 0 {
		batch.Queue(loadMembersSQL, column(keys, roomOf), column(keys, userOf)).
			Query(each(memberFields, func(m chat.Member) { state.Members[m.Key()] = m }))
	}
	if len(needs.RoomsOf) > 0 {
		batch.Queue(loadRoomsOfSQL, storable(needs.RoomsOf)).Query(each(withRoom, func(m membership) {
			state.Members[m.member.Key()], state.Rooms[m.room.ID] = m.member, m.room
		}))
	}
	loadMembersOf(batch, loadMembersOfSQL, needs.MembersOf, chat.MembersMost, state)
	loadMembersOf(batch, loadWatchersSQL, needs.Watchers, chat.WatchersMost, state)
}

func loadMembersOf(batch *pgx.Batch, sql string, rooms []chat.RoomID, most int, state *chat.State) {
	if len(rooms) > 0 {
		batch.Queue(sql, storable(rooms), most).Query(each(withUser, func(m membership) {
			state.Members[m.member.Key()], state.Users[m.user.ID] = m.member, m.user
		}))
	}
}

func storableKeys(keys []chat.MemberKey) []chat.MemberKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k chat.MemberKey) bool { return !isStorableKey(k) })
}

func isStorableKey(k chat.MemberKey) bool {
	return isStorable(string(k.RoomID)) && isStorable(string(k.UserID))
}

func roomOf(k chat.MemberKey) string { return string(k.RoomID) }
func userOf(k chat.MemberKey) string { return string(k.UserID) }

func putMembers(batch *pgx.Batch, m []chat.Member, left []chat.MemberKey) {
	if len(m) > 0 {
		batch.Queue(putMembersSQL,
			column(m, func(m chat.Member) string { return string(m.RoomID) }),
			column(m, func(m chat.Member) string { return string(m.UserID) }),
			column(m, func(m chat.Member) int64 { return m.JoinedID }),
			column(m, func(m chat.Member) int64 { return m.ReadSeq }),
			column(m, func(m chat.Member) time.Time { return m.JoinedAt }),
			column(m, func(m chat.Member) string { return string(m.Level) }),
			column(m, func(m chat.Member) zeronull.Timestamptz { return orNull(m.MutedUntil) }),
			column(m, func(m chat.Member) int64 { return m.SeenSeq }))
	}
	if len(left) > 0 {
		batch.Queue(removeMembersSQL, column(left, roomOf), column(left, userOf))
	}
}

// Member is the viewer's membership of a room.
func (s *Store) Member(ctx context.Context, viewer chat.UserID, room chat.RoomID) (m chat.Member, err error) {
	batch := &pgx.Batch{}
	batch.Queue(memberSQL, viewer, room).QueryRow(one(&m, memberFields))
	if err := s.read(ctx, "member", batch); err != nil {
		return chat.Member{}, err
	}
	return m, nil
}
