package postgres

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// What is unread in 200 rooms is known from the one query that lists them.
func TestTheUnreadOfManyRoomsIsOneQuery(t *testing.T) {
	url := database(t)
	s := open(t, url)
	_, err := connect(t, url).Exec(t.Context(), `
		insert into rooms (id, name, private, creator_id, created_at) select 'r' || i, 'R', true, '', now() from generate_series(1, 200) i;
		insert into members (room_id, user_id, joined_id, read_seq, joined_at) select 'r' || i, 'grace', 1, i % 3, now() from generate_series(1, 200) i;
		insert into messages (id, room_id, author_id, seq, room_rev, body, created_at, posted_id, changed_id)
			select i || '-' || j, 'r' || i, 'ada', j, j, 'hello', now(), 1, 1 from generate_series(1, 200) i, generate_series(1, i % 7) j`)
	if err != nil {
		t.Fatal(err)
	}
	unread := map[chat.RoomID]int{}
	batch := &pgx.Batch{}
	batch.Queue(linesSQL, "grace").Query(each(lineFields, func(l chat.RoomLine) { unread[l.Room.ID] = l.Unread }))
	if err := s.readers.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 200; i++ {
		id := chat.RoomID(fmt.Sprint("r", i))
		if n, ok := unread[id]; !ok || n != max(i%7-i%3, 0) {
			t.Errorf("in room %s %d are unread, want %d", id, n, max(i%7-i%3, 0))
		}
	}
}
