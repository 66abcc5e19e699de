package sqlite

import (
	"fmt"
	"testing"

	"example.com/chat/internal/chat"
)

// What is unread in 200 rooms is known from the one query that lists them.
func TestTheUnreadOfManyRoomsIsOneQuery(t *testing.T) {
	s := openStore(t, Memory)
	var lines []chat.RoomLine
	err := s.write(t.Context(), func(c *conn) (err error) {
		const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 200), k(j) as (select 1 union all select j + 1 from k where j < 6) `
		for _, fill := range []string{
			`insert into rooms (id, name, private, creator_id, created_at) ` + numbers + `select 'r' || i, 'R', 1, '', 0 from n`,
			`insert into members (room_id, user_id, joined_id, read_seq, joined_at) ` + numbers + `select 'r' || i, 'grace', 1, i % 3, 0 from n`,
			`insert into messages (id, room_id, author_id, seq, room_rev, body, created_at, posted_id, changed_id) ` + numbers + `
				select i || '-' || j, 'r' || i, 'ada', j, j, 'hello', 0, 1, 1 from n, k where j <= i % 7`,
		} {
			if err := c.exec(t.Context(), fill); err != nil {
				return err
			}
		}
		lines, err = list(t.Context(), c, scanRoomLine, linesOfViewer, "grace")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	unread := map[chat.RoomID]int{}
	for _, l := range lines {
		unread[l.Room.ID] = l.Unread
	}
	for i := 1; i <= 200; i++ {
		id := chat.RoomID(fmt.Sprint("r", i))
		if n, ok := unread[id]; !ok || n != max(i%7-i%3, 0) {
			t.Errorf("in room %s %d are unread, want %d", id, n, max(i%7-i%3, 0))
		}
	}
}
