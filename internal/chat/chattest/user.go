package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// known checks a user in each way in which a store gives them.
func (s *stage) known(want chat.User) {
	s.Helper()
	s.equal("for Update", s.user(want.ID), want)
	s.equal("by name for Update", s.state(chat.Needs{Names: []string{want.NameKey}}).Users[want.ID], want)
	account, err := s.store.Account(s.ctx(), want.NameKey)
	s.must(err)
	s.equal("the account", account, want)
	named, err := s.store.Named(s.ctx(), []string{want.NameKey})
	s.must(err)
	s.equal("by name", named, []chat.User{want})
	for _, viewer := range []chat.User{Ada, want} { // an administrator and oneself see also who is gone
		user, err := s.store.User(s.ctx(), viewer.ID, want.ID)
		s.must(err)
		s.equal("by id", user, want)
	}
	people, err := s.store.People(s.ctx(), Ada.ID, chat.PeopleQuery{Prefix: want.NameKey, Limit: 1})
	s.must(err)
	s.equal("among the people", people, []chat.User{want})
}

var userTests = []test{
	{"a user keeps status, picture, the number on the bell and preferences", func(s *stage) {
		s.cast()
		s.known(s.user(Grace.ID))
		grace := s.user(Grace.ID)
		grace.Status, grace.Avatar, grace.Unread = "at sea 🚢", "c0ffee", 12
		grace.Prefs = chat.Prefs{QuietFrom: "22:00", QuietTo: "07:30", Zone: "Europe/Berlin", Receipts: true}
		s.known(s.put(grace))
		grace.Status, grace.Avatar, grace.Unread, grace.Prefs = "", "", 0, chat.Prefs{}
		s.known(s.put(grace))
	}},
	{"an account that is closed keeps since when, and can be opened again", func(s *stage) {
		s.cast()
		grace := s.user(Grace.ID)
		grace.DisabledAt = grace.CreatedAt.Add(90 * time.Minute)
		s.known(s.put(grace))
		grace.DisabledAt = time.Time{}
		s.known(s.put(grace))
	}},
	{"a closed account has no sessions", func(s *stage) {
		s.cast()
		browser, token := s.signIn(Grace, chat.BrowserSession, time.Hour), s.signIn(Grace, chat.TokenSession, time.Hour)
		grace := s.user(Grace.ID)
		grace.DisabledAt = grace.CreatedAt
		s.put(grace)
		for _, session := range []chat.Session{browser, token} {
			_, _, err := s.store.Session(s.ctx(), session.TokenHash)
			s.kind("the session", err, chat.NotFound)
			_, err = s.store.Opening(s.ctx(), session.TokenHash)
			s.kind("the opening", err, chat.NotFound)
		}
		grace.DisabledAt = time.Time{}
		s.put(grace)
		if _, _, err := s.store.Session(s.ctx(), browser.TokenHash); err != nil {
			s.Errorf("open again the account has none either, this proves nothing: %v", err)
		}
	}},
	{"session and opening have the whole user", func(s *stage) {
		s.cast()
		grace := s.user(Grace.ID)
		grace.Status, grace.Avatar, grace.Unread, grace.Prefs = "at sea", "c0ffee", 3, chat.Prefs{Zone: "UTC", Receipts: true}
		s.put(grace)
		session := s.signIn(Grace, chat.BrowserSession, time.Hour)
		_, user, err := s.store.Session(s.ctx(), session.TokenHash)
		s.must(err)
		s.equal("of the session", user, grace)
		opening, err := s.store.Opening(s.ctx(), session.TokenHash)
		s.must(err)
		s.equal("of the opening", opening.User, grace)
	}},
	{"members are shown with role, picture and status", func(s *stage) {
		s.cast()
		grace := s.user(Grace.ID)
		grace.Status, grace.Avatar, grace.Role = "at sea", "c0ffee", chat.Guest
		s.put(grace)
		s.equal("members", s.page(Ada, chat.PageQuery{Room: Ops.ID}).Members, []chat.Person{Ada.Person(), grace.Person()})
	}},
	{"users are found by their name keys, those that nobody has are left out", func(s *stage) {
		s.cast()
		named, err := s.store.Named(s.ctx(), []string{Linus.NameKey, "nobody", Ada.NameKey, "", "%", "a_a", Linus.NameKey})
		s.must(err)
		got := map[chat.UserID]int{}
		for _, user := range named {
			got[user.ID]++
		}
		s.equal("found", got, map[chat.UserID]int{Ada.ID: 1, Linus.ID: 1})
		named, err = s.store.Named(s.ctx(), nil)
		s.must(err)
		s.equal("of no names", named, nil)
	}},
}
