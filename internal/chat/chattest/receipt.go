package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// see lets others see how far somebody has read in a room.
func (s *stage) see(room chat.RoomID, user chat.User, seq int64) chat.Member {
	s.Helper()
	m := s.member(room, user.ID)
	m.SeenSeq = seq
	s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
	return m
}

// seen appends the event that tells it.
func (s *stage) seen(room chat.RoomID, user chat.User) chat.Event {
	s.Helper()
	return s.emit(chat.Event{Kind: chat.Seen, RoomID: room, UserID: user.ID, ActorID: user.ID, Ref: chat.Ref{Room: room}})
}

var receiptTests = []test{
	{"how far others see that somebody has read is kept beside how far they have, wherever it is read", func(s *stage) {
		s.cast()
		session := s.signIn(Grace, chat.BrowserSession, time.Hour)
		room := s.direct(Ada, Grace)
		s.postMany(room.ID, Ada, 7)
		for _, seq := range []int64{5, 7, 0} {
			want := s.see(room.ID, Grace, seq)
			s.equal("for Update", s.member(room.ID, Grace.ID), want)
			s.equal("with the room", s.state(chat.Needs{RoomsOf: []chat.UserID{Grace.ID}}).Members[want.Key()], want)
			s.equal("with the user", s.state(chat.Needs{MembersOf: []chat.RoomID{room.ID}}).Members[want.Key()], want)
			alone, err := s.store.Member(s.ctx(), Grace.ID, room.ID)
			s.must(err)
			s.equal("alone", alone, want)
			s.equal("of the page", s.page(Grace, chat.PageQuery{Room: room.ID}).Member, &want)
			opening, err := s.store.Opening(s.ctx(), session.TokenHash)
			s.must(err)
			for _, m := range opening.Members {
				if m.RoomID == room.ID {
					s.equal("of the opening", m, want)
				}
			}
		}
	}},
	{"the page of a direct room has who lets others see how far they have read", func(s *stage) {
		s.cast()
		room := s.direct(Ada, Grace, Linus)
		s.postMany(room.ID, Ada, 7)
		s.equal("nobody", s.page(Ada, chat.PageQuery{Room: room.ID}).Seen, nil)
		s.see(room.ID, Grace, 5)
		s.see(room.ID, Linus, 7)
		s.see(s.direct(Ada, Grace).ID, Grace, 3)
		for _, viewer := range []chat.User{Ada, Grace} {
			s.equal(viewer.Name, s.page(viewer, chat.PageQuery{Room: room.ID}).Seen, map[chat.UserID]int64{Grace.ID: 5, Linus.ID: 7})
		}
		s.see(room.ID, Linus, 0)
		s.equal("who takes it back", s.page(Ada, chat.PageQuery{Room: room.ID}).Seen, map[chat.UserID]int64{Grace.ID: 5})
		s.equal("the list of rooms", s.page(Ada, chat.PageQuery{}).Seen, nil)
	}},
	{"the page of any other room has it of nobody, nor is there one for who is not in the room", func(s *stage) {
		s.cast()
		room := s.direct(Ada, Grace)
		for _, id := range []chat.RoomID{room.ID, Ops.ID, chat.General} {
			s.postMany(id, Ada, 2)
			s.see(id, Grace, 2)
		}
		s.equal("a private room", s.page(Ada, chat.PageQuery{Room: Ops.ID}).Seen, nil)
		s.equal("a public room", s.page(Ada, chat.PageQuery{Room: chat.General}).Seen, nil)
		_, err := s.store.Page(s.ctx(), Linus.ID, chat.PageQuery{Room: room.ID})
		s.kind("for Linus", err, chat.NotFound)
	}},
	{"how far somebody has seen is told to the room as it is now, and only by the newest event", func(s *stage) {
		s.cast()
		room := s.direct(Ada, Grace)
		s.postMany(room.ID, Ada, 7)
		before := s.head()
		first, other, newest := s.seen(room.ID, Grace), s.seen(room.ID, Ada), s.seen(room.ID, Grace)
		m := s.see(room.ID, Grace, 7)
		grace := chat.Told{Actor: Grace.Person(), User: Grace.Person(), Room: s.room(room.ID), Member: m}
		s.equal("in the log", s.event(first.ID).Told, grace)
		for _, reader := range []chat.User{Ada, Grace} {
			s.tells(newest, reader, grace)
			s.equal("in a replay", ids(s.replay(s.opening(reader, before.ID)).Events), []int64{other.ID, newest.ID})
		}
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), nil)
	}},
}
