package chattest

import (
	"slices"

	"example.com/chat/internal/chat"
)

// unnamed is a message that is about to name nobody any more.
func unnamed(m chat.Message) chat.Message {
	m.Mentions, m.Everybody = nil, false
	return m
}

var replayBoundTests = []test{
	{"a room with more than PerRoom events is stale and its events are left out", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(chat.General, Ada, 50)
		for _, limits := range []struct{ perRoom, events, stale int }{{50, 51, 0}, {49, 1, 1}, {1, 1, 1}} {
			q := s.opening(Grace, before.ID)
			q.PerRoom = limits.perRoom
			if limits.perRoom == 50 {
				s.post(Ops.ID, Ada, "in the other room")
				q.Until++
			}
			r := s.replay(q)
			s.equal("events", len(r.Events), limits.events)
			s.equal("stale", len(r.Stale), limits.stale)
			s.equal("upto", r.Upto.ID, q.Until)
		}
	}},
	{"stale rooms are sorted", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(Ops.ID, Ada, 3)
		s.postMany(chat.General, Ada, 3)
		q := s.opening(Ada, before.ID)
		q.PerRoom = 2
		s.equal("stale", s.replay(q).Stale, []chat.RoomID{chat.General, Ops.ID})
		slices.Reverse(q.Rooms)
		s.equal("stale", s.replay(q).Stale, []chat.RoomID{chat.General, Ops.ID})
	}},
	{"the bound of a room counts events, not messages", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(chat.General, Ada, "one")
		s.edit(s.edit(m, "two"), "three")
		q := s.opening(Grace, before.ID)
		q.PerRoom = 2
		s.equal("stale", s.replay(q).Stale, []chat.RoomID{chat.General})
	}},
	{"more than Total events are a reset that says how many messages were missed", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(chat.General, Ada, 30)
		s.postMany(Ops.ID, Grace, 20)
		s.tellUser(Grace, chat.Ref{Seq: 1})
		q := s.opening(Grace, before.ID)
		q.Total = 51
		s.equal("reset at the bound", s.replay(q).Reset, chat.Reset(""))
		q.Total = 50
		r := s.replay(q)
		s.equal("reset", r.Reset, chat.ResetTooMuch)
		s.equal("missed, one's own not counted", r.Missed, 30)
		s.equal("head", r.Head, s.head())
		s.equal("events and stale rooms", len(r.Events)+len(r.Stale), 0)
	}},
	{"a reset says how many of the missed messages by others name the reader or everybody", func(s *stage) {
		s.cast()
		name := func(room chat.RoomID, author chat.User, everybody bool, named ...chat.UserID) (m chat.Message) {
			s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) {
				m = d.post(room, author, "hello")
				m.Everybody, m.Mentions = everybody, named
				d.rows.Messages = []chat.Message{m}
			})
			return m
		}
		name(chat.General, Ada, false, Grace.ID) // too early
		before := s.head()
		name(chat.General, Ada, false, Grace.ID)
		name(chat.General, Linus, false, Ada.ID, Grace.ID, Linus.ID)
		name(Ops.ID, Ada, true)
		name(Ops.ID, Ada, true, Grace.ID)                    // counts once
		name(chat.General, Ada, false, Linus.ID)             // somebody else
		name(chat.General, Ada, false, "gra", "not-grace")   // nearly
		name(chat.General, Grace, true, Grace.ID)            // by oneself
		s.delete(unnamed(name(Ops.ID, Ada, true, Grace.ID))) // taken back
		s.edit(unnamed(name(Ops.ID, Ada, false, Grace.ID)), "hello")
		added := s.post(chat.General, Linus, "hello")
		added.Mentions = []chat.UserID{Grace.ID}
		s.edit(added, "hello @Grace")
		q := s.opening(Grace, before.ID)
		name(chat.General, Ada, false, Grace.ID) // too late
		for _, want := range []struct{ total, mentions int }{{3, 5}, {1000, 0}} {
			q.Total = want.total
			s.equal("mentions", s.replay(q).Mentions, want.mentions)
		}
		s.leave(Ops.ID, Grace)
		q.Total = 3
		s.equal("mentions without the room one has left", s.replay(q).Mentions, 3)
		q = s.opening(Linus, before.ID)
		q.Total = 3
		s.equal("mentions of Linus, not by himself", s.replay(q).Mentions, 2)
	}},
	{"messages of a room one has left are not missed", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(chat.General, Ada, 3)
		s.postMany(Ops.ID, Ada, 5)
		q := s.opening(Grace, before.ID)
		s.leave(Ops.ID, Grace)
		q.Total = 2
		r := s.replay(q)
		s.equal("reset", r.Reset, chat.ResetTooMuch)
		s.equal("missed", r.Missed, 3)
	}},
	{"stale rooms do not count for Total", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(chat.General, Ada, 30)
		last := s.post(Ops.ID, Grace, "quiet here")
		q := s.opening(Grace, before.ID)
		q.PerRoom, q.Total = 20, 10
		r := s.replay(q)
		s.equal("reset", r.Reset, chat.Reset(""))
		s.equal("stale", r.Stale, []chat.RoomID{chat.General})
		s.equal("events", ids(r.Events), []int64{last.PostedID})
	}},
	{"an event that concerns both a room and the user counts once for Total", func(s *stage) {
		s.cast()
		before := s.head()
		s.join(Ops.ID, Linus)
		q := s.opening(Linus, before.ID)
		q.Total = 1
		s.equal("reset", s.replay(q).Reset, chat.Reset(""))
	}},
	{"a position of another epoch is a reset", func(s *stage) {
		s.cast()
		old := s.head()
		s.must(s.store.Fork(s.ctx(), chat.Position{Epoch: old.Epoch, ID: old.ID + 1}))
		q := s.opening(Ada, 1)
		s.equal("reset in the new epoch", s.replay(q).Reset, chat.Reset(""))
		for _, epoch := range []uint32{old.Epoch, 0} {
			q.After.Epoch = epoch
			r := s.replay(q)
			s.equal("reset", r.Reset, chat.ResetEpoch)
			s.equal("head", r.Head, s.head())
		}
	}},
	{"a position ahead of the head is a reset", func(s *stage) {
		s.cast()
		q := s.opening(Ada, s.head().ID+1)
		r := s.replay(q)
		s.equal("reset", r.Reset, chat.ResetAhead)
		s.equal("head", r.Head, s.head())
	}},
	{"pages of a foreign position are resets too", func(s *stage) {
		s.cast()
		q := s.opening(Ada, s.head().ID+1)
		q.PerRoom, q.Total, q.Limit = 0, 0, 10
		s.equal("ahead", s.replay(q).Reset, chat.ResetAhead)
		q.After = chat.Position{Epoch: q.After.Epoch + 1, ID: 1}
		s.equal("epoch", s.replay(q).Reset, chat.ResetEpoch)
	}},
}
