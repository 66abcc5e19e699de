package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

var sessionTests = []test{
	{"an account is found by its name key", func(s *stage) {
		s.cast()
		got, err := s.store.Account(s.ctx(), Ada.NameKey)
		s.must(err)
		s.equal("Ada", got, s.state(chat.Needs{Users: []chat.UserID{Ada.ID}}).Users[Ada.ID])
		_, err = s.store.Account(s.ctx(), "nobody")
		s.kind("nobody", err, chat.NotFound)
	}},
	{"a session is found by the hash of its token, with its user", func(s *stage) {
		s.cast()
		want := s.signIn(Ada, chat.BrowserSession, time.Hour)
		s.signIn(Grace, chat.BrowserSession, time.Hour)
		session, user, err := s.store.Session(s.ctx(), want.TokenHash)
		s.must(err)
		s.equal("the session", session, want)
		s.equal("the user", user.Person(), Ada.Person())
		_, _, err = s.store.Session(s.ctx(), []byte("another"))
		s.kind("another hash", err, chat.NotFound)
	}},
	{"an expired session is no session", func(s *stage) {
		s.cast()
		expired := s.signIn(Ada, chat.BrowserSession, -time.Second)
		valid := s.signIn(Ada, chat.BrowserSession, time.Minute)
		_, _, err := s.store.Session(s.ctx(), expired.TokenHash)
		s.kind("Session", err, chat.NotFound)
		_, err = s.store.Opening(s.ctx(), expired.TokenHash)
		s.kind("Opening", err, chat.NotFound)
		sessions, err := s.store.Sessions(s.ctx(), Ada.ID)
		s.must(err)
		s.equal("Sessions", sessions, []chat.Session{valid})
	}},
	{"a trim removes sessions that have expired, and no others", func(s *stage) {
		s.cast()
		expired := s.signIn(Ada, chat.BrowserSession, -time.Second)
		valid := s.signIn(Ada, chat.BrowserSession, time.Minute)
		stored := func() map[chat.SessionID]chat.Session {
			return s.state(chat.Needs{SessionsOf: []chat.UserID{Ada.ID}}).Sessions
		}
		if _, ok := stored()[expired.ID]; !ok {
			s.Fatal("an expired session must be stored, or this proves nothing")
		}
		_, err := s.store.Trim(s.ctx(), time.Hour)
		s.must(err)
		s.equal("stored", stored(), map[chat.SessionID]chat.Session{valid.ID: valid})
	}},
	{"a bounded number of sessions that have expired is removed a call", func(s *stage) {
		s.cast()
		const expired = 3_000
		s.change(chat.Needs{}, func(d *draft) {
			for range expired {
				d.rows.Sessions = append(d.rows.Sessions, chat.Session{
					ID: chat.SessionID(chat.NewID()), UserID: Ada.ID, Kind: chat.BrowserSession, TokenHash: []byte(chat.NewID()),
					CreatedAt: d.Now, SeenAt: d.Now, ExpiresAt: d.Now.Add(-time.Second),
				})
			}
		})
		stored := func() int { return len(s.state(chat.Needs{SessionsOf: []chat.UserID{Ada.ID}}).Sessions) }
		for left := expired; left > 0; {
			_, err := s.store.Trim(s.ctx(), time.Hour)
			s.must(err)
			n := stored()
			if n == left || left == expired && n == 0 {
				s.Fatalf("of %d sessions a trim left %d", left, n)
			}
			left = n
		}
	}},
	{"a session that has ended is no session", func(s *stage) {
		s.cast()
		session := s.signIn(Ada, chat.BrowserSession, time.Hour)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Ended = []chat.SessionID{session.ID} })
		_, _, err := s.store.Session(s.ctx(), session.TokenHash)
		s.kind("Session", err, chat.NotFound)
	}},
	{"one's sessions of both kinds are listed, newest first", func(s *stage) {
		s.cast()
		older, newer := s.signIn(Ada, chat.BrowserSession, time.Hour), s.signIn(Ada, chat.TokenSession, time.Hour)
		s.signIn(Grace, chat.BrowserSession, time.Hour)
		newer.CreatedAt = older.CreatedAt.Add(time.Second)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Sessions = []chat.Session{newer} })
		sessions, err := s.store.Sessions(s.ctx(), Ada.ID)
		s.must(err)
		s.equal("Ada's", sessions, []chat.Session{newer, older})
		sessions, err = s.store.Sessions(s.ctx(), "nobody")
		s.must(err)
		s.equal("nobody's", sessions, []chat.Session{})
	}},
	{"a stream opens with the session, the user, their memberships and the head", func(s *stage) {
		s.cast()
		session := s.signIn(Grace, chat.BrowserSession, time.Hour)
		o, err := s.store.Opening(s.ctx(), session.TokenHash)
		s.must(err)
		s.equal("the session", o.Session, session)
		s.equal("the user", o.User.Person(), Grace.Person())
		s.equal("the head", o.Head, s.head())
		got := map[chat.RoomID]chat.Member{}
		for _, m := range o.Members {
			got[m.RoomID] = m
		}
		s.equal("the memberships", got, map[chat.RoomID]chat.Member{
			chat.General: s.member(chat.General, Grace.ID), Ops.ID: s.member(Ops.ID, Grace.ID),
		})
		_, err = s.store.Opening(s.ctx(), []byte("another"))
		s.kind("another hash", err, chat.NotFound)
	}},
	{"a stream opens with the database's time, by which its session is still valid", func(s *stage) {
		s.cast()
		session := s.signIn(Grace, chat.BrowserSession, time.Hour)
		before := s.state(chat.Needs{}).Now
		o, err := s.store.Opening(s.ctx(), session.TokenHash)
		s.must(err)
		after := s.state(chat.Needs{}).Now
		s.equal("Now", o.Now, o.Now.UTC().Truncate(time.Millisecond))
		if o.Now.Before(before) || o.Now.After(after) || !o.Now.Before(session.ExpiresAt) {
			s.Errorf("Now is %v, read between %v and %v; the session expires at %v", o.Now, before, after, session.ExpiresAt)
		}
	}},
	{"of a secret the first one is kept", func(s *stage) {
		for _, fresh := range []string{"first", "second"} {
			secret, err := s.store.Secret(s.ctx(), "cursor", []byte(fresh))
			s.must(err)
			s.equal("the secret", string(secret), "first")
		}
		secret, err := s.store.Secret(s.ctx(), "bus", []byte("another"))
		s.must(err)
		s.equal("a secret of another name", string(secret), "another")
	}},
}
