package chattest

import (
	"fmt"
	"slices"
	"time"

	"example.com/chat/internal/chat"
)

// subscribe keeps a subscription of a session, one that is n seconds old.
func (s *stage) subscribe(session chat.Session, name string, n int) chat.Subscription {
	s.Helper()
	sub := chat.Subscription{
		Endpoint: "https://push.example/" + name, UserID: session.UserID, SessionID: session.ID,
		P256dh: "key", Auth: "secret", Local: n%2 == 1, CreatedAt: session.CreatedAt.Add(-time.Duration(n) * time.Second),
	}
	s.must(s.store.KeepSubscription(s.ctx(), sub))
	return sub
}

func (s *stage) subscriptions(user chat.User, want ...chat.Subscription) {
	s.Helper()
	got, err := s.store.Subscriptions(s.ctx(), user.ID)
	s.must(err)
	s.equal(user.Name+"'s subscriptions", got, want)
}

var subscriptionTests = []test{
	{"one's subscriptions are listed, the newest first", func(s *stage) {
		s.cast()
		ada := s.signIn(Ada, chat.BrowserSession, time.Hour)
		older := s.subscribe(ada, "phone", 5)
		newer := s.subscribe(ada, "desk", 1)
		theirs := s.subscribe(s.signIn(Grace, chat.BrowserSession, time.Hour), "grace", 0)
		s.subscriptions(Ada, newer, older)
		s.subscriptions(Grace, theirs)
		s.subscriptions(Linus)
	}},
	{"an endpoint has one subscription: the last one kept", func(s *stage) {
		s.cast()
		ada, grace := s.signIn(Ada, chat.BrowserSession, time.Hour), s.signIn(Grace, chat.BrowserSession, time.Hour)
		s.subscribe(ada, "shared", 0)
		again := s.subscribe(ada, "shared", 0)
		s.subscriptions(Ada, again)
		now := s.subscribe(grace, "shared", 0)
		s.subscriptions(Ada)
		s.subscriptions(Grace, now)
	}},
	{"a subscription ends with its session", func(s *stage) {
		s.cast()
		revoked, expired, valid := s.signIn(Ada, chat.BrowserSession, time.Hour), s.signIn(Ada, chat.BrowserSession, -time.Second), s.signIn(Ada, chat.BrowserSession, time.Hour)
		kept := s.subscribe(valid, "valid", 0)
		s.subscribe(expired, "expired", 0)
		gone := s.subscribe(revoked, "revoked", 9)
		s.subscriptions(Ada, kept, gone)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Ended = []chat.SessionID{revoked.ID} })
		s.subscriptions(Ada, kept)
	}},
	{"of more than ten subscriptions of one person the oldest go", func(s *stage) {
		s.cast()
		ada := s.signIn(Ada, chat.BrowserSession, time.Hour)
		theirs := s.subscribe(s.signIn(Grace, chat.BrowserSession, time.Hour), "grace", 1000)
		var all []chat.Subscription
		for n := range chat.SubscriptionsMost + 2 {
			all = append(all, s.subscribe(ada, fmt.Sprint(n), 100-n))
		}
		slices.Reverse(all)
		s.subscriptions(Ada, all[:chat.SubscriptionsMost]...)
		s.must(s.store.DropSubscription(s.ctx(), all[0].Endpoint))
		s.subscriptions(Ada, all[1:chat.SubscriptionsMost]...)
		s.subscriptions(Grace, theirs)
	}},
	{"a subscription that was dropped is gone, and may be dropped again", func(s *stage) {
		s.cast()
		ada := s.signIn(Ada, chat.BrowserSession, time.Hour)
		gone, kept := s.subscribe(ada, "gone", 0), s.subscribe(ada, "kept", 0)
		before := s.head()
		for range 2 {
			s.must(s.store.DropSubscription(s.ctx(), gone.Endpoint))
			s.subscriptions(Ada, kept)
		}
		s.equal("the head: subscriptions are no events", s.head(), before)
	}},
}
