package chattest

import (
	"fmt"
	"slices"
	"strings"

	"example.com/chat/internal/chat"
)

func (s *stage) page(viewer chat.User, q chat.PageQuery) chat.Page {
	s.Helper()
	p, err := s.store.Page(s.ctx(), viewer.ID, q)
	s.must(err)
	return p
}

// newRoom makes a room without members.
func (s *stage) newRoom(name string, private bool) (room chat.Room) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		room = chat.Room{ID: chat.RoomID(chat.NewID()), Name: name, Private: private, CreatorID: Ada.ID, CreatedAt: d.Now}
		d.rows.Rooms = []chat.Room{room}
		d.Rooms[room.ID] = room
		d.emit(chat.Event{Kind: chat.RoomCreated, RoomID: room.ID, ActorID: Ada.ID})
		room = d.Rooms[room.ID]
	})
	return room
}

func (s *stage) archive(room chat.Room) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		room.ArchivedAt = d.Now
		d.rows.Rooms = []chat.Room{room}
	})
}

func names(lines []chat.RoomLine) string {
	var names []string
	for _, line := range lines {
		names = append(names, line.Room.Name)
	}
	return strings.Join(names, " ")
}

var pageTests = []test{
	{"a page carries the position of its snapshot", func(s *stage) {
		s.cast()
		s.post(chat.General, Ada, "hello")
		s.equal("the list of rooms", s.page(Ada, chat.PageQuery{}).Head, s.head())
		s.equal("a room", s.page(Ada, chat.PageQuery{Room: Ops.ID}).Head, s.head())
	}},
	{"the list has public rooms and one's own, General first, then by name", func(s *stage) {
		s.cast()
		s.newRoom("zebra", false)
		s.newRoom("Apple", false)
		s.newRoom("hidden", true)
		s.newRoom("banana", false)
		s.equal("for Ada", names(s.page(Ada, chat.PageQuery{}).Rooms), "general Apple banana ops zebra")
		s.equal("for Linus", names(s.page(Linus, chat.PageQuery{}).Rooms), "general Apple banana zebra")
	}},
	{"archived rooms are listed", func(s *stage) {
		s.cast()
		s.archive(s.newRoom("old", false))
		lines := s.page(Linus, chat.PageQuery{}).Rooms
		s.equal("rooms", names(lines), "general old")
		s.equal("archived", lines[1].Room.Archived(), true)
	}},
	{"a line of the list has the room with its numbers, and whether one is in it", func(s *stage) {
		s.cast()
		open := s.newRoom("open", false)
		s.post(chat.General, Linus, "mine")
		lines := s.page(Linus, chat.PageQuery{}).Rooms
		s.equal("general", lines[0], chat.RoomLine{Room: s.room(chat.General), Joined: true})
		s.equal("open", lines[1], chat.RoomLine{Room: open})
	}},
	{"unread are messages by others, not deleted, above one's read position", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, 5)
		s.postMany(chat.General, Grace, 2)
		s.delete(s.post(chat.General, Ada, "gone"))
		s.postMany(Ops.ID, Ada, 4)
		for _, want := range []struct {
			viewer       chat.User
			general, ops int
		}{{Ada, 2, 0}, {Grace, 5, 4}} {
			lines := s.page(want.viewer, chat.PageQuery{}).Rooms
			s.equal(want.viewer.Name, []int{lines[0].Unread, lines[1].Unread}, []int{want.general, want.ops})
		}
		m := s.member(chat.General, Grace.ID)
		m.ReadSeq = 3
		s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
		line := s.page(Grace, chat.PageQuery{}).Rooms[0]
		s.equal("read and unread", []int64{line.ReadSeq, int64(line.Unread)}, []int64{3, 2})
	}},
	{"nothing is unread in rooms one is not in", func(s *stage) {
		s.cast()
		open := s.newRoom("open", false)
		s.post(open.ID, Ada, "hello")
		s.equal("unread", s.page(Linus, chat.PageQuery{}).Rooms[1].Unread, 0)
	}},
	{"a member sees the room, their membership, the members by name and the messages", func(s *stage) {
		s.cast()
		m := s.post(Ops.ID, Grace, "hello")
		p := s.page(Ada, chat.PageQuery{Room: Ops.ID})
		member := s.member(Ops.ID, Ada.ID)
		s.equal("the room", p.Room, s.room(Ops.ID))
		s.equal("the membership", p.Member, &member)
		s.equal("the members", p.Members, []chat.Person{Ada.Person(), Grace.Person()})
		s.equal("how many", p.MemberCount, 2)
		s.equal("the messages", p.Messages, []chat.Message{m})
		s.equal("rooms", names(p.Rooms), "general ops")
	}},
	{"members are sorted by name whatever their case", func(s *stage) {
		s.cast()
		bob := chat.User{ID: "bob", Name: "bob", NameKey: "bob", Role: chat.Ordinary}
		s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			bob.CreatedAt = d.Now
			d.rows.Users = []chat.User{bob}
			d.join(chat.General, bob.ID)
		})
		s.equal("members", s.page(Ada, chat.PageQuery{Room: chat.General}).Members,
			[]chat.Person{Ada.Person(), bob.Person(), Grace.Person(), Linus.Person()})
	}},
	{"of a large room a page names some of the members, and the viewer", func(s *stage) {
		s.cast()
		s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			for i := range chat.MembersShown + 100 {
				id := fmt.Sprintf("0-%03d", i)
				d.rows.Users = append(d.rows.Users, chat.User{ID: chat.UserID(id), Name: id, NameKey: id, Role: chat.Ordinary, CreatedAt: d.Now})
				d.join(chat.General, chat.UserID(id))
			}
		})
		p := s.page(Linus, chat.PageQuery{Room: chat.General})
		s.equal("how many", p.MemberCount, chat.MembersShown+103)
		s.equal("named", len(p.Members), chat.MembersShown+1)
		s.equal("the viewer", slices.Contains(p.Members, Linus.Person()), true)
		s.equal("by name", slices.IsSortedFunc(p.Members, func(a, b chat.Person) int { return strings.Compare(chat.NameKey(a.Name), chat.NameKey(b.Name)) }), true)
		s.equal("the same again", s.page(Linus, chat.PageQuery{Room: chat.General}).Members, p.Members)
	}},
	{"who is not in a public room sees the room and nothing of what is in it", func(s *stage) {
		s.cast()
		open := s.newRoom("open", false)
		s.post(open.ID, Ada, "hello")
		p := s.page(Linus, chat.PageQuery{Room: open.ID})
		s.equal("the room", p.Room, s.room(open.ID))
		if p.Member != nil || len(p.Members)+len(p.Messages) > 0 || p.Older || p.Newer {
			s.Errorf("Linus sees %+v", p)
		}
	}},
	{"a private room one is not in is the same as a room that does not exist", func(s *stage) {
		s.cast()
		m := s.post(Ops.ID, Ada, "hidden from Linus")
		queries := func(room chat.RoomID) (errs []string) {
			for _, q := range []chat.PageQuery{
				{Room: room}, {Room: room, Before: chat.Anchor{Seq: 1}}, {Room: room, Around: chat.Anchor{ID: m.ID}},
			} {
				p, err := s.store.Page(s.ctx(), Linus.ID, q)
				s.kind("the room", err, chat.NotFound)
				s.equal("the page", p, chat.Page{})
				errs = append(errs, err.Error())
			}
			return errs
		}
		s.equal("the errors", queries(Ops.ID), queries("nowhere"))
		if s.page(Grace, chat.PageQuery{Room: Ops.ID}).Member == nil {
			s.Error("nobody sees ops: this proves nothing")
		}
	}},
	{"a membership is found for who has one", func(s *stage) {
		s.cast()
		got, err := s.store.Member(s.ctx(), Grace.ID, Ops.ID)
		s.must(err)
		s.equal("Grace's", got, s.state(chat.Needs{Members: []chat.MemberKey{got.Key()}}).Members[got.Key()])
		_, err = s.store.Member(s.ctx(), Linus.ID, Ops.ID)
		s.kind("Linus's", err, chat.NotFound)
		s.leave(Ops.ID, Grace)
		_, err = s.store.Member(s.ctx(), Grace.ID, Ops.ID)
		s.kind("after leaving", err, chat.NotFound)
	}},
	{"a message is for members of its room", func(s *stage) {
		s.cast()
		m := s.post(Ops.ID, Ada, "hidden from Linus")
		got, err := s.store.Message(s.ctx(), Grace.ID, m.ID)
		s.must(err)
		s.equal("for Grace", got, m)
		_, hidden := s.store.Message(s.ctx(), Linus.ID, m.ID)
		_, missing := s.store.Message(s.ctx(), Linus.ID, chat.NewMessageID())
		s.kind("hidden", hidden, chat.NotFound)
		s.kind("missing", missing, chat.NotFound)
		s.equal("the errors", hidden.Error(), missing.Error())
		s.leave(Ops.ID, Grace)
		_, err = s.store.Message(s.ctx(), Grace.ID, m.ID)
		s.kind("after leaving", err, chat.NotFound)
	}},
	{"a message of a public room is for administrators, too", func(s *stage) {
		s.cast()
		private, public := s.post(Ops.ID, Grace, "hidden"), s.post(chat.General, Grace, "for all")
		s.leave(chat.General, Linus)
		_, err := s.store.Message(s.ctx(), Linus.ID, public.ID)
		s.kind("for whoever has left", err, chat.NotFound)
		linus := s.user(Linus.ID)
		linus.Role = chat.Administrator
		s.put(linus)
		got, err := s.store.Message(s.ctx(), Linus.ID, public.ID)
		s.must(err)
		s.equal("for an administrator", got, public)
		_, err = s.store.Message(s.ctx(), Linus.ID, private.ID)
		s.kind("of a private room", err, chat.NotFound)
	}},
}
