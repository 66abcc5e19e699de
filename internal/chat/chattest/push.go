package chattest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

const lease = time.Hour // longer than any test

// called gives Grace a subscription, so that there is something to do about what she is notified of.
func (s *stage) called() {
	s.Helper()
	s.cast()
	s.subscribe(s.signIn(Grace, chat.BrowserSession, time.Hour), "grace", 0)
}

func (s *stage) note(to chat.User) chat.Notification {
	s.Helper()
	return s.notify(to, chat.Notification{Kind: chat.NotifyNote, Text: "hello"})
}

// takes expects what there is to do for a person.
func (s *stage) takes(user chat.User, linger, lease time.Duration, want ...chat.Push) {
	s.Helper()
	got, err := s.store.TakePushes(s.ctx(), user.ID, linger, lease)
	s.must(err)
	s.equal("to do for "+user.Name, got, want)
}

// push is what there is to do about a notification at first.
func push(n chat.Notification) chat.Push {
	return chat.Push{ID: n.ID, UserID: n.UserID, EventID: n.EventID, CreatedAt: n.CreatedAt}
}

func taken(n chat.Notification) chat.Push {
	p := push(n)
	p.Taken = true
	return p
}

func gone(p chat.Push) chat.Push {
	p.Gone = true
	return p
}

func (s *stage) settle(n chat.Notification) {
	s.Helper()
	s.must(s.store.SettlePushes(s.ctx(), []chat.NotificationID{n.ID, "never there"}))
}

func (s *stage) overdue(since time.Duration, limit int, want ...chat.UserID) {
	s.Helper()
	got, err := s.store.OverduePushes(s.ctx(), since, limit)
	s.must(err)
	s.equal("overdue", got, want)
}

// undo makes a notification go in one of the ways there are.
var undo = map[string]func(s *stage, n chat.Notification){
	"read": func(s *stage, n chat.Notification) { s.read(n) },
	"read with all others": func(s *stage, n chat.Notification) {
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.AllRead = []chat.AllRead{{UserID: n.UserID, Upto: n.EventID, At: d.Now}}
		})
	},
	"dropped": func(s *stage, n chat.Notification) {
		s.change(chat.Needs{}, func(d *draft) { d.rows.Dropped = []chat.NotificationID{n.ID} })
	},
}

var pushTests = []test{
	{"there is something to do about unread notifications of people with a subscription", func(s *stage) {
		s.called()
		one, two := s.note(Grace), s.note(Grace)
		s.note(Ada)
		s.takes(Ada, 0, lease)
		s.takes(Grace, 0, lease, push(one), push(two))
	}},
	{"what one server has taken no other one gets, nor the same again", func(s *stage) {
		s.called()
		other, n := s.second(), s.note(Grace)
		var mu sync.Mutex
		var all []chat.Push
		s.must(together(8, func(i int) error {
			got, err := []chat.Store{s.store, other}[i%2].TakePushes(s.ctx(), Grace.ID, 0, lease)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, got...)
			return err
		}))
		s.equal("taken in all", all, []chat.Push{push(n)})
	}},
	{"what is new is left alone for a while, also by a lease that has run out", func(s *stage) {
		s.called()
		n := s.note(Grace)
		s.takes(Grace, time.Hour, lease)
		s.takes(Grace, 0, -time.Second, push(n))
		s.takes(Grace, time.Hour, lease, taken(n))
	}},
	{"whose lease has run out has it taken away, until it is dropped", func(s *stage) {
		s.called()
		n, other := s.note(Grace), s.note(Grace)
		s.takes(Grace, 0, -time.Second, push(n), push(other))
		s.takes(Grace, 0, -time.Second, taken(n), taken(other))
		for range 2 {
			s.must(s.store.DropPushes(s.ctx(), []chat.NotificationID{n.ID, "never there"}))
			s.takes(Grace, 0, -time.Second, taken(other))
		}
	}},
	{"what was pushed is to be withdrawn when it is gone", func(s *stage) {
		s.called()
		for name, undo := range undo {
			n := s.note(Grace)
			s.takes(Grace, 0, lease, push(n))
			s.settle(n)
			s.takes(Grace, 0, lease)
			undo(s, n)
			s.takes(Grace, time.Hour, lease, gone(taken(n)))
			s.takes(Grace, 0, lease)
			if s.Failed() {
				s.Fatal("after it was " + name)
			}
		}
	}},
	{"what is gone while somebody pushes it is to be withdrawn after that", func(s *stage) {
		s.called()
		for name, undo := range undo {
			n := s.note(Grace)
			s.takes(Grace, 0, lease, push(n))
			undo(s, n)
			s.takes(Grace, 0, lease)
			s.settle(n)
			s.takes(Grace, 0, lease, gone(taken(n)))
			if s.Failed() {
				s.Fatal("after it was " + name)
			}
		}
	}},
	{"what is gone before anybody pushed it is said to be so at once", func(s *stage) {
		s.called()
		for name, undo := range undo {
			n := s.note(Grace)
			undo(s, n)
			s.takes(Grace, time.Hour, lease, gone(push(n)))
			if s.Failed() {
				s.Fatal("after it was " + name)
			}
		}
	}},
	{"reading leaves what others were pushed, and what is newer", func(s *stage) {
		s.called()
		s.subscribe(s.signIn(Ada, chat.BrowserSession, time.Hour), "ada", 0)
		adas, old, newer := s.note(Ada), s.note(Grace), s.note(Grace)
		for _, user := range []chat.User{Ada, Grace} {
			got, err := s.store.TakePushes(s.ctx(), user.ID, 0, lease)
			s.must(err)
			for _, p := range got {
				s.must(s.store.SettlePushes(s.ctx(), []chat.NotificationID{p.ID}))
			}
		}
		undo["read with all others"](s, old)
		s.takes(Grace, 0, lease, gone(taken(old)))
		s.takes(Ada, 0, lease)
		s.read(newer)
		s.read(adas)
		s.takes(Grace, 0, lease, gone(taken(newer)))
		s.takes(Ada, 0, lease, gone(taken(adas)))
	}},
	{"what is read in the update that makes it is nothing to do", func(s *stage) {
		s.called()
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID}}, func(d *draft) {
			d.notify(Grace.ID, chat.Notification{Kind: chat.NotifyNote, Text: "hello"})
			d.rows.Notifications[0].ReadAt = d.Now
		})
		s.takes(Grace, 0, lease)
	}},
	{"the oldest are taken first, a bounded number a call", func(s *stage) {
		s.called()
		var all []chat.Push
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID}}, func(d *draft) {
			for i := range chat.PushesMost + 5 {
				all = append(all, push(d.notify(Grace.ID, chat.Notification{Kind: chat.NotifyNote, Text: fmt.Sprint(i)})))
			}
		})
		s.takes(Grace, 0, lease, all[:chat.PushesMost]...)
		s.takes(Grace, 0, lease, all[chat.PushesMost:]...)
	}},
	{"people for whom nobody does anything are found, and only they", func(s *stage) {
		s.called()
		s.subscribe(s.signIn(Ada, chat.BrowserSession, time.Hour), "ada", 0)
		s.note(Grace)
		s.note(Grace)
		s.note(Ada)
		s.overdue(time.Hour, 10)
		found, err := s.store.OverduePushes(s.ctx(), -time.Second, 10)
		s.must(err)
		slices.Sort(found)
		s.equal("overdue", found, []chat.UserID{Ada.ID, Grace.ID})
		found, err = s.store.OverduePushes(s.ctx(), -time.Second, 1)
		s.must(err)
		s.equal("overdue, of one", len(found), 1)

		pushes, err := s.store.TakePushes(s.ctx(), Ada.ID, 0, lease)
		s.must(err)
		s.overdue(-time.Second, 10, Grace.ID)
		s.settle(chat.Notification{ID: pushes[0].ID})
		s.overdue(-2*lease, 10, Grace.ID)
		_, err = s.store.TakePushes(s.ctx(), Grace.ID, 0, -time.Minute)
		s.must(err)
		s.overdue(30*time.Second, 10, Grace.ID)
	}},
	{"what is too old to be withdrawn is forgotten", func(s *stage) {
		s.called()
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID}}, func(d *draft) {
			d.Now = d.Now.Add(-chat.PushesKept - time.Minute)
			d.notify(Grace.ID, chat.Notification{Kind: chat.NotifyNote, Text: "old"})
		})
		n := s.note(Grace)
		s.trim()
		s.takes(Grace, 0, lease, push(n))
	}},
}
