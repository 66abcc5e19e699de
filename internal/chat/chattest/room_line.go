package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// lines are the lines of a viewer's list of rooms, by room.
func (s *stage) lines(viewer chat.User) map[chat.RoomID]chat.RoomLine {
	s.Helper()
	lines := map[chat.RoomID]chat.RoomLine{}
	for _, line := range s.page(viewer, chat.PageQuery{}).Rooms {
		lines[line.Room.ID] = line
	}
	return lines
}

var roomLineTests = []test{
	{"mentions are the unread notifications about the room that name the viewer or answer them", func(s *stage) {
		s.cast()
		for _, kind := range []chat.NotificationKind{
			chat.NotifyMention, chat.NotifyReply, chat.NotifyDirect, // these count
			chat.NotifyMessage, chat.NotifyReaction, chat.NotifyInvitation, chat.NotifyNote,
		} {
			s.notify(Grace, chat.Notification{Kind: kind, RoomID: Ops.ID})
		}
		read := s.notify(Grace, chat.Notification{Kind: chat.NotifyMention, RoomID: Ops.ID})
		s.read(read)
		s.notify(Grace, chat.Notification{Kind: chat.NotifyMention, RoomID: chat.General})
		s.notify(Ada, chat.Notification{Kind: chat.NotifyMention, RoomID: Ops.ID})
		s.notify(Grace, chat.Notification{Kind: chat.NotifyMention})
		lines := s.lines(Grace)
		s.equal("in ops and general", []int{lines[Ops.ID].Mentions, lines[chat.General].Mentions}, []int{3, 1})
		s.equal("for Ada", s.lines(Ada)[Ops.ID].Mentions, 1)
		s.equal("for Linus", s.lines(Linus)[chat.General].Mentions, 0)
	}},
	{"level and mute are the viewer's own", func(s *stage) {
		s.cast()
		until := s.member(Ops.ID, Grace.ID).JoinedAt.Add(time.Hour)
		s.set(Ops.ID, Grace, chat.LevelNothing, until)
		s.set(Ops.ID, Ada, chat.LevelEverything, time.Time{})
		line := s.lines(Grace)[Ops.ID]
		s.equal("Grace's", line, chat.RoomLine{Room: s.room(Ops.ID), Joined: true, Level: chat.LevelNothing, MutedUntil: until})
		line = s.lines(Ada)[Ops.ID]
		s.equal("Ada's", line, chat.RoomLine{Room: s.room(Ops.ID), Joined: true, Level: chat.LevelEverything})
		s.equal("Ada's of general", s.lines(Ada)[chat.General], chat.RoomLine{Room: s.room(chat.General), Joined: true})
	}},
	{"a direct room has its people by name, the viewer too", func(s *stage) {
		s.cast()
		grace := s.user(Grace.ID)
		grace.Avatar, grace.Status = "c0ffee", "at sea"
		s.put(grace)
		two, three := s.direct(Linus, Grace), s.direct(Linus, Grace, Ada)
		for _, viewer := range []chat.User{Linus, Grace} {
			lines := s.lines(viewer)
			s.equal("of two", lines[two.ID].People, []chat.Person{grace.Person(), Linus.Person()})
			s.equal("of three", lines[three.ID].People, []chat.Person{Ada.Person(), grace.Person(), Linus.Person()})
			s.equal("of general", lines[chat.General].People, nil)
		}
		if _, ok := s.lines(Ada)[two.ID]; ok {
			s.Error("Ada sees the room of two others")
		}
	}},
	{"direct rooms come last, by what the viewer calls them", func(s *stage) {
		s.cast()
		s.newRoom("zebra", false)
		zoe := s.signUp("zoe", chat.Ordinary)
		for _, other := range []chat.User{zoe, Linus, Ada} {
			s.direct(Grace, other)
		}
		s.direct(Linus, Ada, Grace)
		called := func(viewer chat.User) (names []string) {
			for _, line := range s.page(viewer, chat.PageQuery{}).Rooms {
				names = append(names, line.Called(viewer.ID))
			}
			return names
		}
		s.equal("for Grace", called(Grace), []string{"general", "ops", "zebra", "Ada", "Ada, Linus", "Linus", "zoe"})
		s.equal("for Linus", called(Linus), []string{"general", "zebra", "Ada, Grace", "Grace"})
		s.equal("for zoe", called(zoe), []string{"general", "zebra", "Grace"})
	}},
	{"what is unread in a direct room counts like elsewhere", func(s *stage) {
		s.cast()
		room := s.direct(Grace, Linus)
		s.postMany(room.ID, Linus, 3)
		s.post(room.ID, Grace, "mine")
		s.equal("for Grace", s.lines(Grace)[room.ID].Unread, 3)
		s.equal("for Linus", s.lines(Linus)[room.ID].Unread, 1)
	}},
	{"a guest sees the rooms they are in and no others", func(s *stage) {
		s.cast()
		open := s.newRoom("open", false)
		guest := s.signUp("Gast", chat.Guest)
		s.equal("in no room", s.lines(guest), nil)
		s.join(Ops.ID, guest)
		s.equal("in ops", keys(s.lines(guest)), setOf(Ops.ID))
		for _, room := range []chat.RoomID{open.ID, chat.General} {
			_, err := s.store.Page(s.ctx(), guest.ID, chat.PageQuery{Room: room})
			s.kind("a public room", err, chat.NotFound)
			s.page(Linus, chat.PageQuery{Room: room})
		}
		s.join(open.ID, guest)
		s.equal("in both", keys(s.lines(guest)), setOf(Ops.ID, open.ID))
		s.equal("the public room", s.page(guest, chat.PageQuery{Room: open.ID}).Member.RoomID, open.ID)
	}},
	{"a public room that is hidden from a guest is the same as one that does not exist", func(s *stage) {
		s.cast()
		guest := s.signUp("Gast", chat.Guest)
		_, hidden := s.store.Page(s.ctx(), guest.ID, chat.PageQuery{Room: chat.General})
		_, missing := s.store.Page(s.ctx(), guest.ID, chat.PageQuery{Room: "nowhere"})
		s.kind("hidden", hidden, chat.NotFound)
		s.equal("the errors", hidden.Error(), missing.Error())
	}},
	{"a page has the viewer as they are then, the number on their bell, and whom they have blocked", func(s *stage) {
		s.cast()
		for range 3 {
			s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "hello"})
		}
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.Blocks = []chat.BlockKey{{UserID: Grace.ID, Blocked: Linus.ID}, {UserID: Ada.ID, Blocked: Grace.ID}, {UserID: Grace.ID, Blocked: Ada.ID}}
		})
		s.change(chat.Needs{Users: []chat.UserID{Grace.ID}}, func(d *draft) {
			grace := d.Users[Grace.ID]
			grace.Name, grace.NameKey, grace.Status = "Admiral Hopper", "admiral hopper", "On holiday"
			d.rows.Users = []chat.User{grace}
		})
		for _, q := range []chat.PageQuery{{}, {Room: Ops.ID}} {
			p := s.page(Grace, q)
			s.equal("the viewer", p.Viewer, chat.Person{ID: Grace.ID, Name: "Admiral Hopper", Role: Grace.Role, Status: "On holiday"})
			s.equal("the bell", p.Bell, 3)
			s.equal("the blocked", p.Blocked, []chat.UserID{Ada.ID, Linus.ID})
		}
		p := s.page(Linus, chat.PageQuery{})
		s.equal("Linus' bell", p.Bell, 0)
		s.equal("whom Linus has blocked", p.Blocked, nil)
	}},
}
