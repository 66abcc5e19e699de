package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// set gives a membership a level and mutes it until a moment.
func (s *stage) set(room chat.RoomID, user chat.User, level chat.Level, until time.Time) chat.Member {
	s.Helper()
	m := s.member(room, user.ID)
	m.Level, m.MutedUntil = level, until
	s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
	return m
}

// keys are the keys of a map of the state, as a set.
func keys[K comparable, V any](m map[K]V) map[K]struct{} {
	set := map[K]struct{}{}
	for k := range m {
		set[k] = struct{}{}
	}
	return set
}

func setOf[K comparable](list ...K) map[K]struct{} {
	set := map[K]struct{}{}
	for _, k := range list {
		set[k] = struct{}{}
	}
	return set
}

func in(room chat.RoomID, user chat.User) chat.MemberKey {
	return chat.MemberKey{RoomID: room, UserID: user.ID}
}

// direct makes the direct room of some people.
func (s *stage) direct(users ...chat.User) (room chat.Room) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		room = chat.Room{ID: chat.RoomID("dm-" + chat.NewID()), Private: true, Direct: true, CreatorID: users[0].ID, CreatedAt: d.Now}
		d.rows.Rooms = []chat.Room{room}
		d.Rooms[room.ID] = room
		d.emit(chat.Event{Kind: chat.RoomCreated, RoomID: room.ID, ActorID: users[0].ID})
		for _, user := range users {
			d.join(room.ID, user.ID)
		}
		room = d.Rooms[room.ID]
	})
	return room
}

// populate brings n people into a room who are notified of everything there.
func (s *stage) populate(room chat.RoomID, n int) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) {
		for range n {
			user := chat.User{ID: chat.UserID(chat.NewID()), Role: chat.Ordinary, CreatedAt: d.Now}
			user.Name, user.NameKey = string(user.ID), string(user.ID)
			d.rows.Users = append(d.rows.Users, user)
			d.join(room, user.ID)
			d.rows.Members[len(d.rows.Members)-1].Level = chat.LevelEverything
		}
	})
}

var memberTests = []test{
	{"a membership keeps its level and until when it is mute, wherever it is read", func(s *stage) {
		s.cast()
		session := s.signIn(Grace, chat.BrowserSession, time.Hour)
		until := s.member(chat.General, Grace.ID).JoinedAt.Add(90 * time.Minute)
		for _, want := range []chat.Member{
			s.set(Ops.ID, Grace, chat.LevelEverything, time.Time{}), s.set(Ops.ID, Grace, chat.LevelMentions, until),
			s.set(Ops.ID, Grace, chat.LevelNothing, until), s.set(Ops.ID, Grace, chat.LevelDefault, time.Time{}),
		} {
			s.set(Ops.ID, Grace, want.Level, want.MutedUntil)
			s.equal("for Update", s.member(Ops.ID, Grace.ID), want)
			alone, err := s.store.Member(s.ctx(), Grace.ID, Ops.ID)
			s.must(err)
			s.equal("alone", alone, want)
			s.equal("of the page", s.page(Grace, chat.PageQuery{Room: Ops.ID}).Member, &want)
			opening, err := s.store.Opening(s.ctx(), session.TokenHash)
			s.must(err)
			for _, m := range opening.Members {
				if m.RoomID == Ops.ID {
					s.equal("of the opening", m, want)
				}
			}
		}
	}},
	{"a direct room stays one", func(s *stage) {
		s.cast()
		room := s.direct(Ada, Linus)
		s.equal("for Update", s.room(room.ID), room)
		s.equal("of the page", s.page(Linus, chat.PageQuery{Room: room.ID}).Room, room)
		m := s.post(room.ID, Ada, "hello")
		s.equal("told", s.event(m.PostedID).Told.Room, s.room(room.ID))
		_, err := s.store.Page(s.ctx(), Grace.ID, chat.PageQuery{Room: room.ID})
		s.kind("for Grace", err, chat.NotFound)
	}},
	{"the memberships of users come with their rooms", func(s *stage) {
		s.cast()
		s.post(Ops.ID, Ada, "moves the numbers of the room")
		room := s.direct(Grace, Linus)
		s.set(Ops.ID, Grace, chat.LevelEverything, time.Time{})
		state := s.state(chat.Needs{RoomsOf: []chat.UserID{Grace.ID, "nobody", Grace.ID}})
		s.equal("memberships", keys(state.Members), setOf(in(chat.General, Grace), in(Ops.ID, Grace), in(room.ID, Grace)))
		s.equal("rooms", keys(state.Rooms), setOf(chat.General, Ops.ID, room.ID))
		s.equal("a membership", state.Members[in(Ops.ID, Grace)], s.member(Ops.ID, Grace.ID))
		s.equal("a room, with its numbers", state.Rooms[Ops.ID], s.room(Ops.ID))
		if _, ok := s.state(chat.Needs{RoomsOf: []chat.UserID{Linus.ID}}).Rooms[Ops.ID]; ok {
			s.Error("Linus has a room that he is not in")
		}
	}},
	{"the memberships of rooms come with their users", func(s *stage) {
		s.cast()
		state := s.state(chat.Needs{MembersOf: []chat.RoomID{Ops.ID, "nowhere", Ops.ID}})
		s.equal("memberships", keys(state.Members), setOf(in(Ops.ID, Ada), in(Ops.ID, Grace)))
		s.equal("users", keys(state.Users), setOf(Ada.ID, Grace.ID))
		s.equal("a membership", state.Members[in(Ops.ID, Grace)], s.member(Ops.ID, Grace.ID))
		s.equal("a user", state.Users[Grace.ID], s.user(Grace.ID))
	}},
	{"of a large room some memberships are read, with their users, and of its watchers", func(s *stage) {
		s.cast()
		s.populate(chat.General, chat.MembersMost+20)
		s.equal("the watchers of a smaller one", len(s.state(chat.Needs{Watchers: []chat.RoomID{Ops.ID}}).Members), 0)
		for _, ask := range []struct {
			needs chat.Needs
			want  int
		}{
			{chat.Needs{MembersOf: []chat.RoomID{chat.General, Ops.ID, chat.General}}, chat.MembersMost + 2},
			{chat.Needs{Watchers: []chat.RoomID{chat.General, Ops.ID, chat.General}}, chat.WatchersMost},
		} {
			state := s.state(ask.needs)
			s.equal("memberships", len(state.Members), ask.want)
			for key, m := range state.Members {
				if _, ok := state.Users[key.UserID]; !ok || m.UserID != key.UserID {
					s.Fatalf("%+v has no user", key)
				}
			}
		}
	}},
	{"the watchers of a room are those whose level is everything", func(s *stage) {
		s.cast()
		s.set(chat.General, Ada, chat.LevelMentions, time.Time{})
		s.set(chat.General, Grace, chat.LevelEverything, time.Time{})
		s.set(Ops.ID, Ada, chat.LevelEverything, time.Time{})
		state := s.state(chat.Needs{Watchers: []chat.RoomID{chat.General, "nowhere", chat.General}})
		s.equal("memberships", keys(state.Members), setOf(in(chat.General, Grace)))
		s.equal("users", keys(state.Users), setOf(Grace.ID))
		s.equal("the membership", state.Members[in(chat.General, Grace)], s.member(chat.General, Grace.ID))
		s.equal("the user", state.Users[Grace.ID], s.user(Grace.ID))
		s.leave(chat.General, Grace)
		s.equal("after leaving", s.state(chat.Needs{Watchers: []chat.RoomID{chat.General}}).Members, nil)
	}},
}
