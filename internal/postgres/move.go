package postgres

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// movesSQL are the newest of those who came and went after message $3 was posted and before message $4 was; a
// number that no message has is no bound.
const movesSQL = `select e.kind, ` + personColumns + `, e.actor_id, ` + joinedPerson + `, e.ref, e.room_rev, e.at from events e
	cross join lateral (select * from users where id = e.user_id limit 1) u
	left join lateral (select * from users where id = e.actor_id limit 1) a on true
	where e.shard = $1 and e.room_id = $2 and e.kind in ('user_joined', 'user_left')
		and e.id > coalesce((select x.posted_id from messages x where x.room_id = $2 and x.seq = $3), 0)
		and e.id < coalesce((select x.posted_id from messages x where x.room_id = $2 and x.seq = $4), 9223372036854775807)
	order by e.id desc limit $5`

// moved is a row of movesSQL.
type moved struct {
	chat.Move
	ref chat.Ref
}

func movedFields(m *moved) []any {
	fields := append([]any{&m.Kind}, personFields(&m.User)...)
	return append(append(fields, personFields(&m.Actor)...), document{&m.ref}, &m.RoomRev, &m.At)
}

// queueMoves reads who came and went between the messages of a page, which begins at message first.
func queueMoves(batch *pgx.Batch, room chat.RoomID, first, last int64, page *chat.Page) {
	after, before := page.MoveBounds(first, last)
	batch.Queue(movesSQL, chat.Shard, room, after, before, chat.MovesMost).Query(func(rows pgx.Rows) error {
		err := each(movedFields, func(m moved) {
			m.Seq = m.ref.Seq
			page.Moves = append(page.Moves, m.Move)
		})(rows)
		slices.Reverse(page.Moves)
		return err
	})
}
