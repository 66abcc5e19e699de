package chattest

import "example.com/chat/internal/chat"

var logTests = []test{
	{"the head is the newest event", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		s.equal("the head", s.head(), s.event(m.PostedID).Position())
	}},
	{"events are read in order, above a position, up to a limit", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, 10)
		head := s.head()
		b, err := s.store.Events(s.ctx(), head.ID-7, 5)
		s.must(err)
		s.equal("the epoch", b.Epoch, head.Epoch)
		s.equal("the ids", ids(b.Events), []int64{head.ID - 6, head.ID - 5, head.ID - 4, head.ID - 3, head.ID - 2})
		s.equal("all of them", len(s.events(0)), int(head.ID))
		b, err = s.store.Events(s.ctx(), head.ID, 5)
		s.must(err)
		s.equal("above the head", b, chat.Batch{Epoch: head.Epoch, Events: b.Events})
		s.equal("above the head", ids(b.Events), nil)
	}},
	{"an event comes back as it was appended", func(s *stage) {
		s.cast()
		var want chat.Event
		s.change(chat.Needs{Rooms: []chat.RoomID{Ops.ID}}, func(d *draft) {
			want = d.emit(chat.Event{
				Kind: chat.UserJoined, RoomID: Ops.ID, UserID: Linus.ID, ActorID: Ada.ID, MessageID: "00000000-0000-4000-8000-000000000000",
				Ref: chat.Ref{Room: chat.General, Seq: 12, Session: "\"'{", Emoji: "👩‍🚀", User: Grace.ID, Notification: "none"},
			})
		})
		got := s.event(want.ID)
		got.Told = chat.Told{}
		s.equal("the event", got, want)
	}},
	{"an event tells actor, user and room as they are now", func(s *stage) {
		s.cast()
		joined := s.member(Ops.ID, Grace.ID).JoinedID
		grace := s.state(chat.Needs{Users: []chat.UserID{Grace.ID}}).Users[Grace.ID]
		ops := s.room(Ops.ID)
		grace.Name, grace.NameKey, ops.Name = "Amazing Grace", "amazing grace", "operations"
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.Users, d.rows.Rooms = []chat.User{grace}, []chat.Room{ops}
		})
		s.post(Ops.ID, Ada, "moves the numbers of the room")
		s.equal("told", s.event(joined).Told, chat.Told{Actor: grace.Person(), User: grace.Person(), Room: s.room(Ops.ID)})
	}},
	{"events about a message tell it as it is now, with its author", func(s *stage) {
		s.cast()
		m := s.edit(s.post(chat.General, Ada, "helo"), "hello")
		for _, id := range []int64{m.PostedID, m.ChangedID} {
			s.equal("told", s.event(id).Told, chat.Told{Actor: Ada.Person(), Room: s.room(chat.General), Message: &m})
		}
	}},
	{"a deleted message is told without its text", func(s *stage) {
		s.cast()
		m := s.delete(s.edit(s.post(chat.General, Ada, "secret"), "still secret"))
		for id := m.PostedID; id <= m.ChangedID; id++ {
			told := s.event(id).Told.Message
			if told == nil || told.Body != "" || !told.Deleted() {
				s.Errorf("event %d tells %+v", id, told)
			}
		}
	}},
	{"an event about a room or a user alone tells just that", func(s *stage) {
		s.cast()
		e := s.emit(chat.Event{Kind: chat.SessionRevoked, UserID: Linus.ID, ActorID: Linus.ID, Ref: chat.Ref{Session: "one"}})
		s.equal("signed out", s.event(e.ID).Told, chat.Told{Actor: Linus.Person(), User: Linus.Person()})
		s.change(chat.Needs{Rooms: []chat.RoomID{Ops.ID}}, func(d *draft) {
			e = d.emit(chat.Event{Kind: chat.RoomArchived, RoomID: Ops.ID, ActorID: Grace.ID})
		})
		s.equal("archived", s.event(e.ID).Told, chat.Told{Actor: Grace.Person(), Room: s.room(Ops.ID)})
	}},
	{"Fork begins a new epoch when events were seen that the log does not have", func(s *stage) {
		s.cast()
		old := s.head()
		s.must(s.store.Fork(s.ctx(), chat.Position{Epoch: old.Epoch, ID: old.ID + 1}))
		head := s.head()
		if head.Epoch == old.Epoch || head.Epoch == 0 || head.ID != old.ID {
			s.Errorf("the head was %v and is %v", old, head)
		}
		s.equal("epoch of events to append", s.state(chat.Needs{}).Head, head)
		m := s.post(chat.General, Ada, "in the new epoch")
		s.equal("the event", s.event(m.PostedID).Position(), chat.Position{Epoch: head.Epoch, ID: old.ID + 1})
	}},
	{"Fork does nothing when the log has what was seen, or has forked already", func(s *stage) {
		s.cast()
		head := s.head()
		for _, seen := range []chat.Position{
			head, {Epoch: head.Epoch, ID: head.ID - 1}, {Epoch: head.Epoch + 1, ID: head.ID + 100}, {},
		} {
			s.must(s.store.Fork(s.ctx(), seen))
			s.equal("the head", s.head(), head)
		}
	}},
}
