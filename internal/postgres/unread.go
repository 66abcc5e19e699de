package postgres

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	// unreadMessages counts what member m has not read: messages by others, not deleted. Numbers are dense, so what
	// lies above the read position need not be looked at: only one's own and the deleted of it are counted, and
	// subtracted.
	unreadMessages = `(greatest((select x.seq from messages x where x.room_id = m.room_id order by x.seq desc limit 1) - m.read_seq, 0)
		- (select count(*) from messages x where x.room_id = m.room_id and x.author_id = m.user_id and x.seq > m.read_seq)
		- (select count(*) from messages x where x.room_id = m.room_id and x.seq > m.read_seq
			and x.deleted_at is not null and x.author_id <> m.user_id))`

	// countsSQL asks for the same of any number.
	countsSQL = `select m.room_id, m.user_id, m.read_seq, ` + unreadMessages + `
		from unnest($1::text[], $2::text[], $3::bigint[]) m (room_id, user_id, read_seq)`

	// bellSQL counts the notifications that the viewer has not read.
	bellSQL = `select coalesce((select u.unread from users u where u.id = $1), 0)`
)

// counted is the answer to a chat.Count.
type counted struct {
	count chat.Count
	n     int
}

func countedFields(c *counted) []any {
	return []any{&c.count.RoomID, &c.count.UserID, &c.count.Above, &c.n}
}

func loadCounts(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	asked := slices.DeleteFunc(slices.Clone(needs.Counts), func(c chat.Count) bool { return !isStorableKey(c.MemberKey) })
	if len(asked) > 0 {
		batch.Queue(countsSQL,
			column(asked, func(c chat.Count) string { return string(c.RoomID) }),
			column(asked, func(c chat.Count) string { return string(c.UserID) }),
			column(asked, func(c chat.Count) int64 { return c.Above })).
			Query(each(countedFields, func(c counted) { state.Counts[c.count] = c.n }))
	}
}
