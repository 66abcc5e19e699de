package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

var rowTests = []test{
	{"a user's row replaces the one of the same id", func(s *stage) {
		s.cast()
		ada := s.state(chat.Needs{Users: []chat.UserID{Ada.ID}}).Users[Ada.ID]
		ada.Name, ada.NameKey, ada.Role, ada.PasswordHash = "Countess", "countess", chat.Ordinary, "$argon2id$new"
		s.change(chat.Needs{}, func(d *draft) { d.rows.Users = []chat.User{ada} })
		s.equal("Ada", s.state(chat.Needs{Users: []chat.UserID{Ada.ID}}).Users[Ada.ID], ada)
		_, err := s.store.Account(s.ctx(), Ada.NameKey)
		s.kind("the old name", err, chat.NotFound)
	}},
	{"a room's row replaces the one of the same id, and keeps its numbers", func(s *stage) {
		s.cast()
		s.post(Ops.ID, Ada, "hello")
		ops := s.room(Ops.ID)
		ops.Name, ops.Private, ops.ArchivedAt = "operations", false, ops.CreatedAt.Add(time.Second)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Rooms = []chat.Room{ops} })
		s.equal("ops", s.room(Ops.ID), ops)
		if ops.Rev == 0 || ops.Seq == 0 {
			s.Error("ops has no numbers: this proves nothing")
		}
	}},
	{"a member's row replaces the one of the same room and user", func(s *stage) {
		s.cast()
		m := s.member(chat.General, Grace.ID)
		m.ReadSeq, m.JoinedID, m.JoinedAt = 7, 99, m.JoinedAt.Add(time.Hour)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
		s.equal("the member", s.member(chat.General, Grace.ID), m)
	}},
	{"a membership that ends is gone, the others are not", func(s *stage) {
		s.cast()
		s.leave(chat.General, Grace)
		s.equal("Grace in general", s.member(chat.General, Grace.ID), chat.Member{})
		s.equal("Grace in ops", s.member(Ops.ID, Grace.ID).UserID, Grace.ID)
		s.equal("Ada in general", s.member(chat.General, Ada.ID).UserID, Ada.ID)
	}},
	{"somebody who leaves and comes back has a new membership", func(s *stage) {
		s.cast()
		old := s.member(chat.General, Grace.ID)
		s.leave(chat.General, Grace)
		again := s.join(chat.General, Grace)
		s.equal("the member", s.member(chat.General, Grace.ID), again)
		if again.JoinedID <= old.JoinedID {
			s.Errorf("joined at %d, and then again at %d", old.JoinedID, again.JoinedID)
		}
	}},
	{"a message's row replaces the one of the same id", func(s *stage) {
		s.cast()
		m := s.edit(s.post(chat.General, Ada, "helo"), "hello")
		s.equal("edited", s.message(m.ID), m)
		m = s.delete(m)
		s.equal("deleted", s.message(m.ID), m)
	}},
	{"of a deleted message no text is kept", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "secret")
		m.DeletedAt = m.CreatedAt
		s.change(chat.Needs{}, func(d *draft) { d.rows.Messages = []chat.Message{m} })
		s.equal("the text", s.message(m.ID).Body, "")
	}},
	{"a session's row replaces the one of the same id, and ends", func(s *stage) {
		s.cast()
		session := s.signIn(Ada, chat.BrowserSession, time.Hour)
		session.SeenAt, session.ExpiresAt = session.SeenAt.Add(time.Minute), session.ExpiresAt.Add(time.Minute)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Sessions = []chat.Session{session} })
		needs := chat.Needs{Sessions: []chat.SessionID{session.ID}}
		s.equal("the session", s.state(needs).Sessions[session.ID], session)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Ended = []chat.SessionID{session.ID} })
		s.equal("sessions left", len(s.state(needs).Sessions), 0)
	}},
	{"a room's revision and number are those of its newest event and message", func(s *stage) {
		s.cast()
		before := s.room(Ops.ID)
		m := s.post(Ops.ID, Ada, "one")
		s.post(Ops.ID, Ada, "two")
		s.delete(m)
		s.post(chat.General, Ada, "elsewhere")
		after := s.room(Ops.ID)
		s.equal("rev", after.Rev, before.Rev+3)
		s.equal("seq", after.Seq, before.Seq+2)
	}},
	{"text survives unchanged", func(s *stage) {
		s.cast()
		for _, text := range []string{
			"👩‍👩‍👧‍👦 and 🏳️‍🌈", "שלום עולם", "مرحبا بالعالم", "a\nb\n\n\tc", `'single' "double" \ back %s $1 ?`,
			"e\u0301 é", "\u2028\u2029", "<b>&amp;</b>", " both ends ", "中文", "-- ; /* */",
		} {
			m := s.post(chat.General, Ada, text)
			s.equal("the text", s.message(m.ID).Body, text)
			told := s.event(m.PostedID).Told.Message
			if told == nil || told.Body != text {
				s.Errorf("%q is told as %+v", text, told)
			}
		}
	}},
	{"names survive unchanged", func(s *stage) {
		s.cast()
		for _, name := range []string{"O'Brien", `Robert"); drop`, "👩‍🚀", "Ægir ß", "משה"} {
			user := chat.User{ID: chat.UserID(chat.NewID()), Name: name, NameKey: chat.NameKey(name), Role: chat.Ordinary}
			s.change(chat.Needs{}, func(d *draft) {
				user.CreatedAt = d.Now
				d.rows.Users = []chat.User{user}
			})
			found, err := s.store.Account(s.ctx(), user.NameKey)
			s.must(err)
			s.equal("the user", found, user)
		}
	}},
	{"many rows of every table can be written at once", func(s *stage) {
		s.cast()
		s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			for range 500 {
				d.post(chat.General, Ada, "one of many")
				user := chat.User{ID: chat.UserID(chat.NewID()), Role: chat.Ordinary, CreatedAt: d.Now}
				user.Name, user.NameKey = string(user.ID), string(user.ID)
				d.rows.Users = append(d.rows.Users, user)
				d.join(chat.General, user.ID)
			}
		})
		s.equal("newest message", s.room(chat.General).Seq, int64(500))
		page, err := s.store.Page(s.ctx(), Ada.ID, chat.PageQuery{Room: chat.General})
		s.must(err)
		s.equal("members", page.MemberCount, 503)
	}},
}
