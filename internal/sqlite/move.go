package sqlite

import (
	"context"
	"slices"

	"example.com/chat/internal/chat"
)

// movesOfRoom are the newest of those who came and went after message $3 was posted and before message $4 was; a
// number that no message has is no bound.
const movesOfRoom = `select e.kind, ` + personColumns + `, a.id, a.name, a.role, a.avatar, a.status, e.ref, e.room_rev, e.at from events e
	join users u on u.id = e.user_id join users a on a.id = e.actor_id
	where e.shard = $1 and e.room_id = $2 and e.kind in ('user_joined', 'user_left')
		and e.id > coalesce((select posted_id from messages where room_id = $2 and seq = $3), 0)
		and e.id < coalesce((select posted_id from messages where room_id = $2 and seq = $4), 9223372036854775807)
	order by e.id desc limit $5`

func scanMove(r row) (m chat.Move, err error) {
	var ref chat.Ref
	fields := append([]any{&m.Kind}, personFields(&m.User)...)
	fields = append(append(fields, personFields(&m.Actor)...), document{&ref}, &m.RoomRev, instant{&m.At})
	err = r.Scan(fields...)
	m.Seq = ref.Seq
	return m, err
}

// moves reads who came and went between the messages of a page, which are those from first to last.
func (c *conn) moves(ctx context.Context, p *chat.Page, first, last int64) ([]chat.Move, error) {
	after, before := p.MoveBounds(first, last)
	moves, err := list(ctx, c, scanMove, movesOfRoom, chat.Shard, p.Room.ID, after, before, chat.MovesMost)
	slices.Reverse(moves)
	return moves, err
}
