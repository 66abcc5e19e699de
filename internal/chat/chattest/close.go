package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

var closeTests = []test{
	{"an update under way ends before the store is closed, and is kept", func(s *stage) {
		s.cast()
		other := s.second()
		closed := make(chan error, 1)
		s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			go func() { closed <- s.store.Close() }()
			select {
			case err := <-closed:
				s.Error("the store was closed in the middle of an update")
				closed <- err
			case <-time.After(50 * time.Millisecond):
			}
			d.post(chat.General, Ada, "the last word")
		})
		s.must(<-closed)
		if other == s.store {
			return // a database that ends with its store
		}
		page, err := other.Page(s.ctx(), Ada.ID, chat.PageQuery{Room: chat.General})
		s.must(err)
		s.equal("what was said", bodies(page.Messages), []string{"the last word"})
	}},
	{"a store that is closed answers with errors, and may be closed again", func(s *stage) {
		s.cast()
		s.must(s.store.Close())
		if _, err := s.store.Head(s.ctx()); err == nil {
			s.Error("there is still a head")
		}
		if _, err := s.store.Page(s.ctx(), Ada.ID, chat.PageQuery{}); err == nil {
			s.Error("there is still a page")
		}
		if err := s.store.Update(s.ctx(), &chat.Needs{}, func(*chat.State) *chat.Rows { return nil }); err == nil {
			s.Error("there is still an update")
		}
		s.must(s.store.Close())
	}},
}
