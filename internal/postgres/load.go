package postgres

import (
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// headSQL is the newest position of the log, and its floor. An emptied log stands at its floor.
const headSQL = `select coalesce((select id from events where shard = $1 order by id desc limit 1), f.floor) as id,
	(select epoch from log_epochs where shard = $1 order by n desc limit 1) as epoch, f.floor
	from (select coalesce((select floor from log_floor where shard = $1), 0) as floor) f`

func scanHead(row pgx.Row) (head chat.Position, floor int64, err error) {
	err = row.Scan(&head.ID, &head.Epoch, &floor)
	return head, floor, err
}

// clockSQL is read under the log lock: now() would be the time the transaction began to wait for it.
const clockSQL = `select clock_timestamp(), (select at from events where shard = $1 order by id desc limit 1),
	not exists (select from users)`

// The loads of an Update: each finds its rows by an index, whatever the planner believes of the tables.
const (
	loadUsersSQL    = `select ` + userColumns + ` from users u where u.id = any($1) or u.name_key = any($2)`
	loadRoomsSQL    = `select ` + roomColumns + ` from rooms r where r.id = any($1)`
	loadSessionsSQL = `select ` + sessionColumns + ` from sessions s where s.id = any($1) or s.user_id = any($2)`
	loadMessagesSQL = `select ` + messageColumns + ` from messages x left join users a on a.id = x.author_id where x.id = any($1)`
	loadMembersSQL  = `select ` + memberColumns + ` from unnest($1::text[], $2::text[]) k (room_id, user_id)
		join members m on m.room_id = k.room_id and m.user_id = k.user_id`
)

// queueLoads queues the queries that fill the state with what is needed.
func queueLoads(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	queueClock(batch, state)
	if len(needs.Users)+len(needs.Names) > 0 {
		batch.Queue(loadUsersSQL, storable(needs.Users), storable(needs.Names)).
			Query(each(userFields, func(u chat.User) { state.Users[u.ID] = u }))
	}
	if len(needs.Rooms) > 0 {
		batch.Queue(loadRoomsSQL, storable(needs.Rooms)).
			Query(each(roomFields, func(r chat.Room) { state.Rooms[r.ID] = r }))
	}
	if keys := storableKeys(needs.Members); len(keys) > 0 {
		batch.Queue(loadMembersSQL, column(keys, roomOf), column(keys, userOf)).
			Query(each(memberFields, func(m chat.Member) { state.Members[m.Key()] = m }))
	}
	if len(needs.Messages) > 0 {
		batch.Queue(loadMessagesSQL, storable(needs.Messages)).
			Query(each(messageFields, func(m chat.Message) { state.Messages[m.ID] = m }))
	}
	if len(needs.Sessions)+len(needs.SessionsOf) > 0 {
		batch.Queue(loadSessionsSQL, storable(needs.Sessions), storable(needs.SessionsOf)).
			Query(each(sessionFields, func(s chat.Session) { state.Sessions[s.ID] = s }))
	}
}

// queueClock reads head and time. Times in the log never run backwards, even if the server's clock does.
func queueClock(batch *pgx.Batch, state *chat.State) {
	batch.Queue(headSQL, chat.Shard).QueryRow(func(row pgx.Row) (err error) {
		state.Head, _, err = scanHead(row)
		return err
	})
	batch.Queue(clockSQL, chat.Shard).QueryRow(func(row pgx.Row) error {
		var newest zeronull.Timestamptz
		if err := row.Scan(&state.Now, &newest, &state.Vacant); err != nil {
			return err
		}
		state.Now = state.Now.Truncate(time.Millisecond)
		if last := time.Time(newest); state.Now.Before(last) {
			state.Now = last
		}
		return nil
	})
}

func storableKeys(keys []chat.MemberKey) []chat.MemberKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k chat.MemberKey) bool {
		return !isStorable(string(k.RoomID)) || !isStorable(string(k.UserID))
	})
}

func roomOf(k chat.MemberKey) string { return string(k.RoomID) }
func userOf(k chat.MemberKey) string { return string(k.UserID) }
