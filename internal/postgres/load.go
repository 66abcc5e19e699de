package postgres

import (
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

// queueClock reads head and time. Times in the log never run backwards, even if the server's clock does.
func queueClock(batch *pgx.Batch, state *chat.State) {
	queueHead(batch, &state.Head)
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

// queueLoads queues the queries that fill the state with what is needed: one or two for each need, and none waits
// for the answer of another. Each finds its rows by an index, whatever the planner believes of the tables.
func queueLoads(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	loadUsers(batch, needs, state)
	loadRooms(batch, needs, state)
	loadMembers(batch, needs, state)
	loadMessages(batch, needs, state)
	loadCounts(batch, needs, state)
	loadSessions(batch, needs, state)
	loadBlocks(batch, needs, state)
	loadNotifications(batch, needs, state)
	loadInvitations(batch, needs, state)
}
