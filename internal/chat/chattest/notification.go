package chattest

import (
	"slices"
	"time"

	"example.com/chat/internal/chat"
)

// notify gives a user a notification with its event, and counts it on their bell.
func (s *stage) notify(to chat.User, n chat.Notification) chat.Notification {
	s.Helper()
	s.change(chat.Needs{Users: []chat.UserID{to.ID}}, func(d *draft) { n = d.notify(to.ID, n) })
	return n
}

// notify needs the user to be among the needs.
func (d *draft) notify(to chat.UserID, n chat.Notification) chat.Notification {
	n.ID, n.UserID, n.CreatedAt = chat.NotificationID(chat.NewID()), to, d.Now
	n.EventID = d.emit(chat.Event{Kind: chat.Notified, UserID: to, ActorID: n.Actor.ID, Ref: chat.Ref{Notification: n.ID}}).ID
	d.rows.Notifications = append(d.rows.Notifications, n)
	d.bell(to, 1)
	return n
}

// bell moves the number on a user's bell.
func (d *draft) bell(id chat.UserID, by int) {
	user := d.Users[id]
	user.Unread += by
	d.Users[id] = user
	d.rows.Users = slices.DeleteFunc(d.rows.Users, func(u chat.User) bool { return u.ID == id })
	d.rows.Users = append(d.rows.Users, user)
}

// read marks a notification as read.
func (s *stage) read(n chat.Notification) chat.Notification {
	s.Helper()
	s.change(chat.Needs{Users: []chat.UserID{n.UserID}}, func(d *draft) {
		n.ReadAt = d.Now.Add(time.Second)
		d.rows.Notifications = []chat.Notification{n}
		d.bell(n.UserID, -1)
		d.emit(chat.Event{Kind: chat.Notified, UserID: n.UserID, ActorID: n.UserID, Ref: chat.Ref{Notification: n.ID}})
	})
	return n
}

// notification is one as it is stored, the zero Notification if it is gone.
func (s *stage) notification(id chat.NotificationID) chat.Notification {
	s.Helper()
	return s.state(chat.Needs{Notifications: []chat.NotificationID{id}}).Notifications[id]
}

var notificationTests = []test{
	{"a notification comes back as it was stored, with who it is from", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		for _, n := range []chat.Notification{
			{Kind: chat.NotifyMention, RoomID: m.RoomID, MessageID: m.ID, Seq: m.Seq, Actor: Ada.Person()},
			{Kind: chat.NotifyInvitation, RoomID: Ops.ID, Actor: Ada.Person()},
			{Kind: chat.NotifyNote, Text: "the build\nis \"red\" 🚨"},
		} {
			n = s.notify(Grace, n)
			s.equal("stored", s.notification(n.ID), n)
			n = s.read(n)
			s.equal("read", s.notification(n.ID), n)
		}
	}},
	{"who a notification is from is shown as they are now", func(s *stage) {
		s.cast()
		n := s.notify(Grace, chat.Notification{Kind: chat.NotifyInvitation, RoomID: Ops.ID, Actor: Ada.Person()})
		ada := s.user(Ada.ID)
		ada.Name, ada.NameKey, ada.Avatar = "Countess", "countess", "c0ffee"
		n.Actor = s.put(ada).Person()
		s.equal("stored", s.notification(n.ID), n)
	}},
	{"a notification that was dropped is gone, and no other one", func(s *stage) {
		s.cast()
		gone := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "gone"})
		kept := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "kept"})
		s.change(chat.Needs{}, func(d *draft) { d.rows.Dropped = []chat.NotificationID{gone.ID, "never there"} })
		s.equal("gone", s.notification(gone.ID), chat.Notification{})
		s.equal("kept", s.notification(kept.ID), kept)
	}},
	{"notifications are found by the message that they are about, read ones too, with their users", func(s *stage) {
		s.cast()
		m, other := s.post(chat.General, Ada, "hello"), s.post(chat.General, Ada, "other")
		about := chat.Notification{Kind: chat.NotifyMention, RoomID: m.RoomID, MessageID: m.ID, Seq: m.Seq, Actor: Ada.Person()}
		one, two := s.notify(Grace, about), s.read(s.notify(Linus, about))
		about.MessageID = other.ID
		s.notify(Grace, about)
		s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "about no message"})
		state := s.state(chat.Needs{NotificationsAbout: []chat.MessageID{m.ID, chat.NewMessageID(), m.ID}})
		s.equal("notifications", state.Notifications, map[chat.NotificationID]chat.Notification{one.ID: one, two.ID: two})
		s.equal("users", state.Users, map[chat.UserID]chat.User{Grace.ID: s.user(Grace.ID), Linus.ID: s.user(Linus.ID)})
	}},
	{"unread notifications are found by whose they are and the room", func(s *stage) {
		s.cast()
		in := chat.Notification{Kind: chat.NotifyMention, RoomID: Ops.ID, Actor: Ada.Person()}
		one := s.notify(Grace, in)
		two := s.notify(Grace, chat.Notification{Kind: chat.NotifyInvitation, RoomID: Ops.ID})
		s.read(s.notify(Grace, in))
		s.notify(Ada, in)
		in.RoomID = chat.General
		elsewhere := s.notify(Grace, in)
		s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "about no room"})
		key := chat.MemberKey{RoomID: Ops.ID, UserID: Grace.ID}
		s.equal("in ops", s.state(chat.Needs{UnreadIn: []chat.MemberKey{key, key}}).Notifications,
			map[chat.NotificationID]chat.Notification{one.ID: one, two.ID: two})
		general := chat.MemberKey{RoomID: chat.General, UserID: Grace.ID}
		s.equal("in both", keys(s.state(chat.Needs{UnreadIn: []chat.MemberKey{key, general}}).Notifications), setOf(one.ID, two.ID, elsewhere.ID))
	}},
	{"all read are one's own notifications up to an event", func(s *stage) {
		s.cast()
		note := chat.Notification{Kind: chat.NotifyNote, Text: "hello"}
		early, one, two, later := s.read(s.notify(Grace, note)), s.notify(Grace, note), s.notify(Grace, note), s.notify(Grace, note)
		adas := s.notify(Ada, note)
		at := two.CreatedAt.Add(time.Hour)
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.AllRead = []chat.AllRead{{UserID: Grace.ID, Upto: two.EventID, At: at}, {UserID: Linus.ID, Upto: later.EventID, At: at}}
		})
		one.ReadAt, two.ReadAt = at, at
		for _, want := range []chat.Notification{early, one, two, later, adas} {
			s.equal("stored", s.notification(want.ID), want)
		}
	}},
	{"what is put in the same update comes after all read", func(s *stage) {
		s.cast()
		note := chat.Notification{Kind: chat.NotifyNote, Text: "hello"}
		one, two := s.notify(Grace, note), s.notify(Grace, note)
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.AllRead = []chat.AllRead{{UserID: Grace.ID, Upto: d.Head.ID + 10, At: d.Now}}
			d.rows.Notifications = []chat.Notification{one}
		})
		s.equal("put", s.notification(one.ID), one)
		if !s.notification(two.ID).Read() {
			s.Error("the other one is not read: this proves nothing")
		}
	}},
	{"many notifications can be written at once", func(s *stage) {
		s.cast()
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID, Linus.ID}}, func(d *draft) {
			for range 300 {
				d.notify(Grace.ID, chat.Notification{Kind: chat.NotifyMention, RoomID: chat.General, Actor: Ada.Person()})
				d.notify(Linus.ID, chat.Notification{Kind: chat.NotifyMention, RoomID: chat.General, Actor: Ada.Person()})
			}
		})
		for _, user := range []chat.User{Grace, Linus} {
			p := s.page(user, chat.PageQuery{})
			s.equal("bell and mentions", []int{p.Bell, p.Rooms[0].Mentions}, []int{300, 300})
		}
	}},
}
