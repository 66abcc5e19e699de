package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// tells checks what an event tells, in the log and in a replay to a user.
func (s *stage) tells(e chat.Event, to chat.User, want chat.Told) {
	s.Helper()
	e.Told = want
	s.equal("in the log", s.event(e.ID), e)
	for _, replayed := range s.replay(s.opening(to, e.ID-1)).Events {
		if replayed.ID == e.ID {
			s.equal("in a replay", replayed, e)
			return
		}
	}
	s.Errorf("event %d does not come in a replay to %s", e.ID, to.Name)
}

// forGrace appends an event that concerns Grace.
func (s *stage) forGrace(kind chat.Kind, ref chat.Ref) chat.Event {
	s.Helper()
	return s.emit(chat.Event{Kind: kind, UserID: Grace.ID, ActorID: Ada.ID, Ref: ref})
}

var toldTests = []test{
	{"a reaction tells the message with its reactions", func(s *stage) {
		s.cast()
		m := s.post(Ops.ID, Ada, "hello")
		e := s.react(m, thumb, Grace, true)
		m.Reactions = []chat.Reaction{reaction(thumb, Grace)}
		s.tells(e, Ada, chat.Told{Actor: Grace.Person(), Room: s.room(Ops.ID), Message: &m})
	}},
	{"somebody who changed is told as they are now", func(s *stage) {
		s.cast()
		e := s.emit(chat.Event{Kind: chat.UserChanged, RoomID: Ops.ID, ActorID: Ada.ID, Ref: chat.Ref{User: Grace.ID}})
		own := s.forGrace(chat.UserChanged, chat.Ref{User: Grace.ID})
		grace := s.user(Grace.ID)
		grace.Name, grace.NameKey, grace.Status, grace.Avatar, grace.Role = "Amazing Grace", "amazing grace", "at sea", "c0ffee", chat.Guest
		s.put(grace)
		s.tells(e, Ada, chat.Told{Actor: Ada.Person(), Room: s.room(Ops.ID), Subject: grace.Person()})
		s.tells(own, Grace, chat.Told{Actor: Ada.Person(), User: grace.Person(), Subject: grace.Person()})
	}},
	{"an account that is closed, and a block, tell of whom", func(s *stage) {
		s.cast()
		e := s.forGrace(chat.UserDisabled, chat.Ref{User: Grace.ID})
		s.tells(e, Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Subject: Grace.Person()})
		e = s.forGrace(chat.BlockChanged, chat.Ref{User: Linus.ID})
		s.tells(e, Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Subject: Linus.Person()})
	}},
	{"a level tells the membership as it is now, and the room", func(s *stage) {
		s.cast()
		e := s.forGrace(chat.LevelChanged, chat.Ref{Room: Ops.ID})
		m := s.set(Ops.ID, Grace, chat.LevelNothing, s.room(Ops.ID).CreatedAt.Add(time.Hour))
		s.tells(e, Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Room: s.room(Ops.ID), Member: m})
	}},
	{"a read position tells the membership and the room", func(s *stage) {
		s.cast()
		s.postMany(Ops.ID, Ada, 4)
		m := s.member(Ops.ID, Grace.ID)
		m.ReadSeq = 1
		s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
		e := s.forGrace(chat.ReadMoved, chat.Ref{Room: Ops.ID, Seq: 1})
		other := s.forGrace(chat.ReadMoved, chat.Ref{Room: chat.General, Seq: 0})
		s.delete(s.post(Ops.ID, Ada, "gone"))
		s.postMany(Ops.ID, Grace, 2)
		s.post(chat.General, Linus, "hello")
		s.tells(e, Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Room: s.room(Ops.ID), Member: m})
		s.tells(other, Grace, chat.Told{
			Actor: Ada.Person(), User: Grace.Person(), Room: s.room(chat.General), Member: s.member(chat.General, Grace.ID),
		})
	}},
	{"a read position in a room that one has left tells of no membership", func(s *stage) {
		s.cast()
		e := s.forGrace(chat.ReadMoved, chat.Ref{Room: Ops.ID, Seq: 1})
		s.postMany(Ops.ID, Ada, 4)
		s.leave(Ops.ID, Grace)
		told := s.event(e.ID).Told
		s.equal("membership", told.Member, chat.Member{})
	}},
	{"a notification tells itself as it is now", func(s *stage) {
		s.cast()
		n := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "the build is red", Actor: Ada.Person()})
		s.notify(Grace, mention)
		s.notify(Grace, mention)
		made := s.event(n.EventID)
		s.tells(made, Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Notification: &n})
		n = s.read(n)
		read := s.event(s.head().ID)
		s.equal("in the log", s.event(made.ID).Told, chat.Told{Actor: Ada.Person(), User: Grace.Person(), Notification: &n})
		s.tells(read, Grace, chat.Told{Actor: Grace.Person(), User: Grace.Person(), Notification: &n})
	}},
	{"a notification that is gone is told as none", func(s *stage) {
		s.cast()
		n := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "the build is red"})
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID}}, func(d *draft) {
			d.rows.Dropped = []chat.NotificationID{n.ID}
			d.bell(Grace.ID, -1)
		})
		s.tells(s.event(n.EventID), Grace, chat.Told{User: Grace.Person()})
	}},
	{"several notifications that were read are told as none", func(s *stage) {
		s.cast()
		s.notifyMany(Grace, 5, mention)
		s.notifyMany(Linus, 2, mention)
		s.tells(s.forGrace(chat.NotifiedRead, chat.Ref{}), Grace, chat.Told{Actor: Ada.Person(), User: Grace.Person()})
	}},
	{"each event of a batch tells of its own", func(s *stage) {
		s.cast()
		before := s.head()
		notes := s.notifyMany(Grace, 3, mention)
		level, read := s.forGrace(chat.LevelChanged, chat.Ref{Room: chat.General}), s.forGrace(chat.ReadMoved, chat.Ref{Room: Ops.ID})
		users := []chat.User{Ada, Linus}
		for _, user := range users {
			s.forGrace(chat.BlockChanged, chat.Ref{User: user.ID})
		}
		told := s.events(before.ID)
		for i, n := range notes {
			s.equal("notification", told[len(notes)-1-i].Told.Notification, &n)
		}
		for i, user := range users {
			s.equal("subject", told[len(notes)+2+i].Told.Subject, user.Person())
		}
		s.equal("level", s.event(level.ID).Told.Member, s.member(chat.General, Grace.ID))
		s.equal("read", s.event(read.ID).Told.Member, s.member(Ops.ID, Grace.ID))
		s.equal("in a replay", s.replay(s.opening(Grace, before.ID)).Events, told)
	}},
}
