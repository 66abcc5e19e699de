package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// old appends events of an hour ago to a fresh log.
func (s *stage) old(room chat.RoomID, n int) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) {
		d.Now = d.Now.Add(-time.Hour)
		for range n {
			d.emit(chat.Event{Kind: chat.RoomRenamed, RoomID: room, ActorID: Ada.ID})
		}
	})
}

// trim trims what is older than half an hour until there is nothing left to trim.
func (s *stage) trim() (n int) {
	s.Helper()
	for {
		trimmed, err := s.store.Trim(s.ctx(), 30*time.Minute)
		s.must(err)
		if n += trimmed; trimmed == 0 {
			return n
		}
	}
}

var trimTests = []test{
	{"events older than the retention are forgotten, the others stay", func(s *stage) {
		s.old(chat.General, 10)
		s.cast()
		head := s.head()
		s.equal("trimmed", s.trim(), 10)
		s.equal("first event left", s.events(0)[0].ID, int64(11))
		s.equal("events left", len(s.events(0)), int(head.ID-10))
		s.equal("the head", s.head(), head)
		s.equal("trimmed again", s.trim(), 0)
	}},
	{"a bounded number is trimmed a call", func(s *stage) {
		s.old(chat.General, 3_000)
		n, err := s.store.Trim(s.ctx(), 30*time.Minute)
		s.must(err)
		if n == 0 || n == 3_000 {
			s.Errorf("%d were trimmed at once", n)
		}
		s.equal("trimmed in all", n+s.trim(), 3_000)
	}},
	{"when all is trimmed the head stays, and the log goes on without a hole", func(s *stage) {
		s.old(chat.General, 10)
		head := s.head()
		s.equal("trimmed", s.trim(), 10)
		s.equal("events left", ids(s.events(0)), nil)
		s.equal("the head", s.head(), head)
		s.cast()
		s.equal("the next event", s.events(0)[0].ID, head.ID+1)
	}},
	{"a room's revision does not fall when its newest event is trimmed", func(s *stage) {
		s.old(chat.General, 10)
		s.change(chat.Needs{}, func(d *draft) { d.emit(chat.Event{Kind: chat.ReadMoved, UserID: Ada.ID}) })
		s.equal("rev before", s.room(chat.General).Rev, int64(10))
		s.equal("trimmed", s.trim(), 10)
		s.equal("rev after", s.room(chat.General).Rev, int64(10))
		s.cast()
		s.equal("rev of the next event", s.events(11)[0].RoomRev, int64(11))
		s.equal("rev in the end", s.room(chat.General).Rev, int64(13))
		general := s.room(chat.General)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Rooms = []chat.Room{general} })
		s.equal("rev after the room was written", s.room(chat.General), general)
	}},
	{"notifications that were read long ago are forgotten, the others stay", func(s *stage) {
		s.cast()
		kept, unread := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote}), s.notify(Grace, chat.Notification{Kind: chat.NotifyNote})
		old := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote})
		s.change(chat.Needs{}, func(d *draft) {
			kept.ReadAt, old.ReadAt = d.Now.Add(-chat.NotificationsKept+time.Hour), d.Now.Add(-chat.NotificationsKept-time.Hour)
			d.rows.Notifications = []chat.Notification{kept, old}
		})
		s.trim()
		s.equal("the old one", s.notification(old.ID), chat.Notification{})
		s.equal("the one read of late", s.notification(kept.ID).ID, kept.ID)
		s.equal("the unread one", s.notification(unread.ID).ID, unread.ID)
	}},
	{"a position below the floor is a reset, the floor itself is not", func(s *stage) {
		s.old(chat.General, 10)
		s.cast()
		s.trim()
		head := s.head()
		for id, want := range map[int64]chat.Reset{0: chat.ResetRetention, 9: chat.ResetRetention, 10: "", head.ID: ""} {
			r := s.replay(chat.ReplayQuery{After: chat.Position{Epoch: head.Epoch, ID: id}, Until: head.ID, User: Ada.ID, PerRoom: 50, Total: 500})
			s.equal("reset", r.Reset, want)
		}
	}},
}
