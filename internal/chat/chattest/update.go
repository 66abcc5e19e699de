package chattest

import (
	"context"
	"strings"
	"time"

	"example.com/chat/internal/chat"
)

var updateTests = []test{
	{"a fresh database has General, nobody, and an empty log with an epoch", func(s *stage) {
		state := s.state(chat.Needs{Rooms: []chat.RoomID{chat.General}})
		general := state.Rooms[chat.General]
		if !state.Vacant || state.Head.ID != 0 || state.Head.Epoch == 0 {
			s.Errorf("vacant %v, head %v", state.Vacant, state.Head)
		}
		if general.CreatedAt.IsZero() {
			s.Error("General has no time of creation")
		}
		s.equal("General", general, chat.Room{ID: chat.General, Name: "general", CreatedAt: general.CreatedAt})
		s.equal("its head", s.head(), state.Head)
		s.equal("its events", s.events(0), []chat.Event{})
	}},
	{"a database is vacant until the first user", func(s *stage) {
		if !s.state(chat.Needs{}).Vacant {
			s.Error("nobody has signed up and it is not vacant")
		}
		s.cast()
		if s.state(chat.Needs{}).Vacant {
			s.Error("the cast has signed up and it is vacant")
		}
	}},
	{"decide is called once", func(s *stage) {
		calls := 0
		s.change(chat.Needs{}, func(*draft) { calls++ })
		s.equal("calls", calls, 1)
	}},
	{"a decide that returns no rows writes nothing", func(s *stage) {
		s.cast()
		before := s.head()
		s.must(s.store.Update(s.ctx(), &chat.Needs{}, func(*chat.State) *chat.Rows { return nil }))
		s.must(s.store.Update(s.ctx(), &chat.Needs{}, func(*chat.State) *chat.Rows { return &chat.Rows{} }))
		s.equal("the head", s.head(), before)
		s.post(chat.General, Ada, "something")
		if s.head() == before {
			s.Error("the head does not move even with rows: this proves nothing")
		}
	}},
	{"the state holds what was named and nothing else", func(s *stage) {
		s.cast()
		hello := s.post(chat.General, Grace, "hello")
		s.post(chat.General, Grace, "hello again")
		session := s.signIn(Linus, chat.BrowserSession, time.Hour)
		s.signIn(Ada, chat.BrowserSession, time.Hour)
		key := chat.MemberKey{RoomID: Ops.ID, UserID: Grace.ID}
		state := s.state(chat.Needs{
			Users: []chat.UserID{Ada.ID}, Rooms: []chat.RoomID{Ops.ID}, Members: []chat.MemberKey{key},
			Messages: []chat.MessageID{hello.ID}, Sessions: []chat.SessionID{session.ID},
		})
		if len(state.Users)+len(state.Rooms)+len(state.Members)+len(state.Messages)+len(state.Sessions) != 5 {
			s.Errorf("one of each was named, the state is %+v", state)
		}
		s.equal("the user", state.Users[Ada.ID].Person(), Ada.Person())
		s.equal("the room", state.Rooms[Ops.ID].Name, Ops.Name)
		s.equal("the member", state.Members[key].Key(), key)
		s.equal("the message, with its author", state.Messages[hello.ID], hello)
		s.equal("the session", state.Sessions[session.ID], session)
	}},
	{"users can be named by their name keys, sessions by their users", func(s *stage) {
		s.cast()
		one, two := s.signIn(Ada, chat.BrowserSession, time.Hour), s.signIn(Ada, chat.TokenSession, -time.Hour)
		s.signIn(Grace, chat.BrowserSession, time.Hour)
		state := s.state(chat.Needs{Names: []string{Grace.NameKey, "nobody"}, SessionsOf: []chat.UserID{Ada.ID, "nobody"}})
		s.equal("users", len(state.Users), 1)
		s.equal("Grace", state.Users[Grace.ID].Person(), Grace.Person())
		s.equal("Ada's sessions, expired ones too", state.Sessions, map[chat.SessionID]chat.Session{one.ID: one, two.ID: two})
	}},
	{"what does not exist is absent from the state", func(s *stage) {
		s.cast()
		key := chat.MemberKey{RoomID: Ops.ID, UserID: Linus.ID}
		state := s.state(chat.Needs{
			Users: []chat.UserID{"nobody"}, Names: []string{"nobody"}, Rooms: []chat.RoomID{"nowhere"},
			Members: []chat.MemberKey{key}, Messages: []chat.MessageID{chat.NewMessageID()}, Sessions: []chat.SessionID{"none"},
		})
		if len(state.Users)+len(state.Rooms)+len(state.Members)+len(state.Messages)+len(state.Sessions) != 0 {
			s.Errorf("the state is %+v", state)
		}
	}},
	{"needs may name the same thing twice", func(s *stage) {
		s.cast()
		key := chat.MemberKey{RoomID: chat.General, UserID: Ada.ID}
		state := s.state(chat.Needs{
			Users: []chat.UserID{Ada.ID, Ada.ID}, Names: []string{Ada.NameKey, Ada.NameKey},
			Rooms: []chat.RoomID{Ops.ID, Ops.ID}, Members: []chat.MemberKey{key, key},
		})
		s.equal("users, rooms, members", []int{len(state.Users), len(state.Rooms), len(state.Members)}, []int{1, 1, 1})
	}},
	{"Now is in whole milliseconds, UTC, and never before the newest event", func(s *stage) {
		s.cast()
		now := s.state(chat.Needs{}).Now
		s.equal("Now", now, now.UTC().Truncate(time.Millisecond))
		if since := time.Since(now); since < -time.Minute || since > time.Minute {
			s.Errorf("Now is %v ago", since)
		}
		ahead := now.Add(time.Hour)
		s.change(chat.Needs{}, func(d *draft) {
			d.Now = ahead
			d.emit(chat.Event{Kind: chat.ReadMoved, UserID: Ada.ID})
		})
		if now := s.state(chat.Needs{}).Now; now.Before(ahead) {
			s.Errorf("Now is %v, the newest event is of %v", now, ahead)
		}
	}},
	{"an update that fails writes none of its rows", func(s *stage) {
		s.cast()
		before := s.head()
		err := changeIn(s, s.store, chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			d.post(chat.General, Ada, "lost")
			double := Linus
			double.ID, double.CreatedAt = "double", d.Now
			d.rows.Users = append(d.rows.Users, double) // with the name of Linus
		})
		s.kind("two users of one name", err, "")
		s.equal("the head", s.head(), before)
		s.equal("newest message", s.room(chat.General).Seq, int64(0))
		s.post(chat.General, Ada, "works again")
	}},
	{"after a decide that panics the store works on", func(s *stage) {
		func() {
			defer func() { _ = recover() }()
			s.change(chat.Needs{}, func(*draft) { panic("a fault of the program") })
		}()
		s.cast()
	}},
	{"a cancelled Update is Unavailable and writes nothing", func(s *stage) {
		s.cast()
		before := s.head()
		ctx, cancel := context.WithCancel(s.ctx())
		err := s.store.Update(ctx, &chat.Needs{}, func(state *chat.State) *chat.Rows {
			d := &draft{State: state}
			d.emit(chat.Event{Kind: chat.ReadMoved, UserID: Ada.ID})
			cancel()
			return &d.rows
		})
		s.kind("cancelled while deciding", err, chat.Unavailable)
		s.kind("cancelled before", s.store.Update(ctx, &chat.Needs{}, func(*chat.State) *chat.Rows { return nil }), chat.Unavailable)
		_, err = s.store.Head(ctx)
		s.kind("a read that is cancelled", err, chat.Unavailable)
		s.equal("the head", s.head(), before)
		s.post(chat.General, Ada, "works again")
	}},
	{"names that look like SQL, JSON or patterns are only names", func(s *stage) {
		s.cast()
		for _, odd := range []string{`'; drop table users; --`, `"]`, `%`, `\u0000`, "a,b", "{}", strings.Repeat("long", 1000)} {
			state := s.state(chat.Needs{
				Users: []chat.UserID{chat.UserID(odd)}, Names: []string{odd}, Rooms: []chat.RoomID{chat.RoomID(odd)},
				Members: []chat.MemberKey{{RoomID: chat.RoomID(odd), UserID: chat.UserID(odd)}},
			})
			if len(state.Users)+len(state.Rooms)+len(state.Members) != 0 {
				s.Errorf("%q found %+v", odd, state)
			}
		}
	}},
}
