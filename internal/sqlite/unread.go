package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

// unreadMessages counts what membership m has not read: messages by others, not deleted. Numbers are dense, so what
// lies above the read position need not be looked at: only one's own and the deleted of it are counted, and
// subtracted.
const unreadMessages = `(coalesce(max((select max(x.seq) from messages x where x.room_id = m.room_id) - m.read_seq, 0), 0)
	- (select count(*) from messages x indexed by messages_of_author
		where x.room_id = m.room_id and x.author_id = m.user_id and x.seq > m.read_seq)
	- (select count(*) from messages x indexed by messages_deleted
		where x.room_id = m.room_id and x.seq > m.read_seq and x.deleted_at is not null and x.author_id <> m.user_id))`

// counts counts the same above any number, for each of the questions $1.
const counts = `select m.key, ` + unreadMessages + ` from (select k.key, k.value->>'RoomID' as room_id,
	k.value->>'UserID' as user_id, k.value->>'Above' as read_seq from json_each($1) k) m`

func (c *conn) loadCounts(ctx context.Context, into map[chat.Count]int, asked []chat.Count) error {
	if len(asked) == 0 {
		return nil
	}
	answers, err := list(ctx, c, scanCount, counts, set(asked))
	for _, a := range answers {
		into[asked[a.question]] = a.count
	}
	return err
}

// answer is a count with the number of the question in the list.
type answer struct{ question, count int }

func scanCount(r row) (a answer, err error) {
	err = r.Scan(&a.question, &a.count)
	return a, err
}

// bell counts the notifications that somebody has not read.
const bell = `select coalesce((select unread from users where id = $1), 0)`

func (c *conn) bell(ctx context.Context, user chat.UserID) (int, error) {
	return one(ctx, c, value[int], bell, user)
}
