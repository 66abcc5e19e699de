package chattest

import (
	"strings"

	"example.com/chat/internal/chat"
)

// lettered posts messages "a", "b", "c" and so on in General.
func (s *stage) lettered(n int) (messages []chat.Message) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
		for i := range n {
			messages = append(messages, d.post(chat.General, Ada, string(rune('a'+i))))
		}
	})
	return messages
}

var historyTests = []test{
	{"without an anchor the newest messages are shown", func(s *stage) {
		s.cast()
		s.lettered(8)
		p := s.page(Linus, chat.PageQuery{Room: chat.General, Limit: 3})
		s.equal("messages", bodies(p.Messages), []string{"f", "g", "h"})
		s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{true, false})
	}},
	{"a room with no more messages than the limit is shown whole", func(s *stage) {
		s.cast()
		s.lettered(3)
		p := s.page(Linus, chat.PageQuery{Room: chat.General, Limit: 3})
		s.equal("messages", bodies(p.Messages), []string{"a", "b", "c"})
		s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{false, false})
	}},
	{"an empty room has neither older nor newer messages", func(s *stage) {
		s.cast()
		p := s.page(Linus, chat.PageQuery{Room: chat.General})
		s.equal("messages", bodies(p.Messages), nil)
		s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{false, false})
	}},
	{"without a limit a page has PageSize messages", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, chat.PageSize+1)
		p := s.page(Linus, chat.PageQuery{Room: chat.General})
		s.equal("messages", len(p.Messages), chat.PageSize)
		s.equal("older", p.Older, true)
	}},
	{"before an anchor come the messages before it, named by id or by number", func(s *stage) {
		s.cast()
		m := s.lettered(8)
		for _, anchor := range []chat.Anchor{{ID: m[5].ID}, {Seq: m[5].Seq}} {
			p := s.page(Linus, chat.PageQuery{Room: chat.General, Before: anchor, Limit: 3})
			s.equal("messages", bodies(p.Messages), []string{"c", "d", "e"})
			s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{true, true})
		}
		p := s.page(Linus, chat.PageQuery{Room: chat.General, Before: chat.Anchor{Seq: 3}, Limit: 5})
		s.equal("at the beginning", bodies(p.Messages), []string{"a", "b"})
		s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{false, true})
	}},
	{"before the first message there is nothing", func(s *stage) {
		s.cast()
		s.lettered(2)
		p := s.page(Linus, chat.PageQuery{Room: chat.General, Before: chat.Anchor{Seq: 1}, Limit: 5})
		s.equal("messages", bodies(p.Messages), nil)
		s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{false, true})
	}},
	{"around an anchor it is in the middle", func(s *stage) {
		s.cast()
		m := s.lettered(9)
		for _, anchor := range []chat.Anchor{{ID: m[4].ID}, {Seq: m[4].Seq}} {
			p := s.page(Linus, chat.PageQuery{Room: chat.General, Around: anchor, Limit: 5})
			s.equal("messages", bodies(p.Messages), []string{"c", "d", "e", "f", "g"})
			s.equal("older, newer", []bool{p.Older, p.Newer}, []bool{true, true})
		}
	}},
	{"around an anchor near an end it is still on the page", func(s *stage) {
		s.cast()
		m := s.lettered(9)
		for _, i := range []int{0, 1, 7, 8} {
			p := s.page(Linus, chat.PageQuery{Room: chat.General, Around: chat.Anchor{ID: m[i].ID}, Limit: 5})
			if text := strings.Join(bodies(p.Messages), ""); !strings.Contains(text, m[i].Body) || !strings.Contains("abcdefghi", text) {
				s.Errorf("around %s is %s", m[i].Body, text)
			}
			s.equal("older", p.Older, p.Messages[0].Seq > 1)
			s.equal("newer", p.Newer, p.Messages[len(p.Messages)-1].Seq < 9)
		}
	}},
	{"a number need not exist", func(s *stage) {
		s.cast()
		s.lettered(4)
		p := s.page(Linus, chat.PageQuery{Room: chat.General, Before: chat.Anchor{Seq: 100}, Limit: 2})
		s.equal("before", bodies(p.Messages), []string{"c", "d"})
		s.equal("newer", p.Newer, false)
		p = s.page(Linus, chat.PageQuery{Room: chat.General, Around: chat.Anchor{Seq: 100}, Limit: 2})
		if n := len(p.Messages); n == 0 || p.Messages[n-1].Body != "d" || p.Newer {
			s.Errorf("around is %v", bodies(p.Messages))
		}
	}},
	{"an id that is not in the room is not found", func(s *stage) {
		s.cast()
		elsewhere := s.post(Ops.ID, Ada, "elsewhere")
		for _, id := range []chat.MessageID{elsewhere.ID, chat.NewMessageID()} {
			_, err := s.store.Page(s.ctx(), Ada.ID, chat.PageQuery{Room: chat.General, Before: chat.Anchor{ID: id}})
			s.kind("before", err, chat.NotFound)
			_, err = s.store.Page(s.ctx(), Ada.ID, chat.PageQuery{Room: chat.General, Around: chat.Anchor{ID: id}})
			s.kind("around", err, chat.NotFound)
		}
	}},
	{"deleted messages stay in the list without their text", func(s *stage) {
		s.cast()
		m := s.lettered(3)
		gone := s.delete(m[1])
		p := s.page(Linus, chat.PageQuery{Room: chat.General})
		s.equal("messages", p.Messages, []chat.Message{m[0], gone, m[2]})
		s.equal("around it", len(s.page(Linus, chat.PageQuery{Room: chat.General, Around: chat.Anchor{ID: gone.ID}}).Messages), 3)
	}},
}
