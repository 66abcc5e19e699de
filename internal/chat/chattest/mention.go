package chattest

import "example.com/chat/internal/chat"

// say posts a message in General that alter has changed.
func (s *stage) say(author chat.User, alter func(*chat.Message)) (m chat.Message) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
		m = d.post(chat.General, author, "hello")
		alter(&m)
		d.rows.Messages = []chat.Message{m}
	})
	return m
}

var mentionTests = []test{
	{"a message keeps what it answers", func(s *stage) {
		s.cast()
		question := s.post(chat.General, Grace, "who is there?")
		answer := s.say(Ada, func(m *chat.Message) { m.ReplyTo = question.ID })
		s.everywhere(answer)
		s.everywhere(question)
		s.delete(question)
		s.everywhere(answer)
	}},
	{"a message keeps whom it names, in that order", func(s *stage) {
		s.cast()
		s.everywhere(s.say(Ada, func(m *chat.Message) { m.Mentions = []chat.UserID{Ada.ID, Grace.ID, Linus.ID} }))
		s.everywhere(s.say(Ada, func(m *chat.Message) { m.Mentions = []chat.UserID{`odd"\,[]{}'`} }))
	}},
	{"a message keeps what it calls those whom it names", func(s *stage) {
		s.cast()
		m := s.say(Ada, func(m *chat.Message) {
			m.Mentions, m.Called = []chat.UserID{Grace.ID, Linus.ID}, []string{"Grace Brewster\u00a0Hopper", `o'"\,[]{}👩‍🚀`}
		})
		s.everywhere(m)
		m.Mentions, m.Called = m.Mentions[:1], []string{"Amazing Grace"}
		m = s.edit(m, "hello @Amazing Grace")
		s.everywhere(m)
		m.Mentions, m.Called = nil, nil
		s.everywhere(s.edit(m, "hello"))
	}},
	{"a message keeps that it names everybody", func(s *stage) {
		s.cast()
		s.everywhere(s.say(Ada, func(m *chat.Message) { m.Everybody = true }))
		s.everywhere(s.say(Ada, func(m *chat.Message) { m.Everybody, m.Mentions = true, []chat.UserID{Linus.ID} }))
	}},
	{"an edit replaces whom a message names", func(s *stage) {
		s.cast()
		m := s.say(Ada, func(m *chat.Message) { m.Everybody, m.Mentions = true, []chat.UserID{Grace.ID, Linus.ID} })
		m.Everybody, m.Mentions = false, []chat.UserID{Linus.ID}
		m = s.edit(m, "hello @Linus")
		s.everywhere(m)
		m.Mentions = nil
		s.everywhere(s.edit(m, "hello"))
	}},
	{"an author is shown as they are now", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		ada := s.user(Ada.ID)
		ada.Name, ada.NameKey, ada.Avatar, ada.Status = "Countess", "countess", "0a0b", "busy"
		m.Author = s.put(ada).Person()
		s.everywhere(m)
	}},
}
