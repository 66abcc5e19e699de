package chattest

import (
	"slices"

	"example.com/chat/internal/chat"
)

func (s *stage) replay(q chat.ReplayQuery) chat.Replay {
	s.Helper()
	r, err := s.store.Replay(s.ctx(), q)
	s.must(err)
	return r
}

// opening is the query of a stream of user's that comes back with a position: what they are a member
// of, up to the head.
func (s *stage) opening(user chat.User, after int64) chat.ReplayQuery {
	s.Helper()
	head := s.head()
	page, err := s.store.Page(s.ctx(), user.ID, chat.PageQuery{})
	s.must(err)
	q := chat.ReplayQuery{
		After: chat.Position{Epoch: head.Epoch, ID: after}, Until: head.ID,
		User: user.ID, PerRoom: 50, Total: 500,
	}
	for _, line := range page.Rooms {
		if line.Joined {
			m := s.member(line.Room.ID, user.ID)
			q.Rooms = append(q.Rooms, chat.Membership{RoomID: m.RoomID, Since: m.JoinedID})
		}
	}
	return q
}

// paged reads a query page by page to its end.
func (s *stage) paged(q chat.ReplayQuery, limit int) (events []chat.Event) {
	s.Helper()
	q.PerRoom, q.Total, q.Limit = 0, 0, limit
	for q.After.ID < q.Until {
		r := s.replay(q)
		if r.Reset != "" || len(r.Events) > limit || r.Upto.ID <= q.After.ID || r.Upto.ID > q.Until {
			s.Fatalf("a page of %d after %v is %+v", limit, q.After, r)
		}
		events = append(events, r.Events...)
		q.After = r.Upto
	}
	return events
}

var replayTests = []test{
	{"whoever is level gets nothing", func(s *stage) {
		s.cast()
		head := s.head()
		r := s.replay(s.opening(Ada, head.ID))
		s.equal("the answer", r, chat.Replay{Upto: head, Head: head, Events: r.Events, Stale: r.Stale})
		s.equal("events", len(r.Events)+len(r.Stale), 0)
	}},
	{"events of one's rooms come in order, with what they tell", func(s *stage) {
		s.cast()
		before := s.head()
		a, b, c := s.post(chat.General, Ada, "a"), s.post(Ops.ID, Grace, "b"), s.post(chat.General, Linus, "c")
		r := s.replay(s.opening(Ada, before.ID))
		s.equal("ids", ids(r.Events), []int64{a.PostedID, b.PostedID, c.PostedID})
		s.equal("the events", r.Events, s.events(before.ID))
		s.equal("upto", r.Upto, s.head())
		s.equal("head", r.Head, s.head())
	}},
	{"events of rooms that are not one's own do not come", func(s *stage) {
		s.cast()
		before := s.head()
		s.post(Ops.ID, Grace, "not for Linus")
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), nil)
		if len(s.replay(s.opening(Ada, before.ID)).Events) == 0 {
			s.Error("nobody gets it: this proves nothing")
		}
	}},
	{"a room's events come from the join on", func(s *stage) {
		s.cast()
		before := s.head()
		s.post(Ops.ID, Grace, "before the join")
		joined := s.join(Ops.ID, Linus).JoinedID
		after := s.post(Ops.ID, Grace, "after the join").PostedID
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), []int64{joined, after})
	}},
	{"after leaving and coming back a room's events come from the newer join on", func(s *stage) {
		s.cast()
		before := s.head()
		s.post(Ops.ID, Ada, "while in")
		left := s.leave(Ops.ID, Grace).ID
		s.post(Ops.ID, Ada, "while out")
		joined := s.join(Ops.ID, Grace).JoinedID
		after := s.post(Ops.ID, Ada, "in again").PostedID
		s.equal("for Grace", ids(s.replay(s.opening(Grace, before.ID)).Events), []int64{left, joined, after})
	}},
	{"a room one has left by now is not told, however far back Until lies", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(Ops.ID, Ada, "hello")
		q := s.opening(Grace, before.ID)
		s.leave(Ops.ID, Grace)
		s.edit(m, "now that Grace has gone")
		s.postMany(Ops.ID, Ada, 10)
		s.equal("for Grace", ids(s.replay(q).Events), nil)
		s.equal("page by page", ids(s.paged(q, 1)), nil)
		q.PerRoom = 1
		q.Until = s.head().ID
		r := s.replay(q)
		s.equal("with the leave", ids(r.Events), []int64{m.PostedID + 1})
		s.equal("stale", r.Stale, nil)
		if n := len(s.replay(s.opening(Ada, before.ID)).Events); n != 12 {
			s.Errorf("whoever stayed is told %d events: this proves nothing", n)
		}
	}},
	{"a membership that began anew is not the one that was asked for", func(s *stage) {
		s.cast()
		before := s.head()
		s.post(Ops.ID, Ada, "while in")
		q := s.opening(Grace, before.ID)
		left := s.leave(Ops.ID, Grace).ID
		s.post(Ops.ID, Ada, "while out")
		joined := s.join(Ops.ID, Grace).JoinedID
		s.post(Ops.ID, Ada, "in again")
		s.equal("for Grace", ids(s.replay(q).Events), nil)
		q.Until = s.head().ID
		s.equal("with what concerns Grace", ids(s.replay(q).Events), []int64{left, joined})
	}},
	{"events that concern the user come whatever the room", func(s *stage) {
		s.cast()
		before := s.head()
		left := s.leave(Ops.ID, Grace)
		read := s.tellUser(Grace, chat.Ref{Room: chat.General, Seq: 1})
		s.tellUser(Ada, chat.Ref{Room: chat.General, Seq: 1})
		s.equal("for Grace", ids(s.replay(s.opening(Grace, before.ID)).Events), []int64{left.ID, read.ID})
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), nil)
	}},
	{"events for an audience come to those whose role belongs to it", func(s *stage) {
		s.cast()
		before := s.head()
		var own, insiders, administrators []int64
		for range 6 {
			own = append(own, s.tellUser(Grace, chat.Ref{Room: chat.General, Seq: 1}).ID)
			insiders = append(insiders, s.emit(chat.Event{Kind: chat.RoomCreated, UserID: chat.Insiders, ActorID: Ada.ID}).ID)
			administrators = append(administrators, s.emit(chat.Event{Kind: chat.RoomCreated, UserID: chat.Administrators, ActorID: Ada.ID}).ID)
		}
		q := s.opening(Grace, before.ID)
		s.equal("whose role is not known to belong to any", ids(s.replay(q).Events), own)
		q.Audiences = chat.Audiences() // as of some moment: that of the snapshot counts
		for role, told := range map[chat.Role][]int64{
			chat.Guest: own, chat.Ordinary: slices.Concat(own, insiders), chat.Administrator: slices.Concat(own, insiders, administrators),
		} {
			grace := s.user(Grace.ID)
			grace.Role = role
			s.put(grace)
			slices.Sort(told)
			q.Total = len(told)
			s.equal("at once", ids(s.replay(q).Events), told)
			for limit := 1; limit <= 4; limit++ {
				s.equal("page by page", ids(s.paged(q, limit)), told)
			}
			q.Total--
			s.equal("too much", s.replay(q).Reset, chat.ResetTooMuch)
		}
		s.equal("what it tells", s.event(insiders[0]).Told, chat.Told{Actor: Ada.Person()})
	}},
	{"an event that concerns both a room and the user comes once", func(s *stage) {
		s.cast()
		before := s.head()
		joined := s.join(Ops.ID, Linus).JoinedID
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), []int64{joined})
		s.equal("for Ada", ids(s.replay(s.opening(Ada, before.ID)).Events), []int64{joined})
	}},
	{"of the events about a message only the newest comes", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(chat.General, Ada, "helo")
		other := s.post(chat.General, Ada, "other")
		gone := s.post(chat.General, Ada, "gone")
		m, gone = s.edit(m, "hello"), s.delete(gone)
		r := s.replay(s.opening(Grace, before.ID))
		s.equal("ids", ids(r.Events), []int64{other.PostedID, m.ChangedID, gone.ChangedID})
		s.equal("the edited one", r.Events[1].Told.Message, &m)
		s.equal("the deleted one", r.Events[2].Told.Message, &gone)
		s.equal("the deleted one's kind", r.Events[2].Kind, chat.MessageDeleted)
	}},
	{"an edit of an old message comes to whoever saw the message", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "helo")
		m = s.edit(m, "hello")
		s.equal("ids", ids(s.replay(s.opening(Grace, m.PostedID)).Events), []int64{m.ChangedID})
	}},
	{"nothing above Until comes", func(s *stage) {
		s.cast()
		before := s.head()
		first := s.post(chat.General, Ada, "first")
		s.post(chat.General, Ada, "second")
		q := s.opening(Grace, before.ID)
		q.Until = first.PostedID
		r := s.replay(q)
		s.equal("ids", ids(r.Events), []int64{first.PostedID})
		s.equal("upto", r.Upto.ID, q.Until)
		s.equal("head", r.Head, s.head())
	}},
	{"a message changed above Until comes as it is now", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(chat.General, Ada, "helo")
		between := s.post(chat.General, Ada, "between")
		m = s.edit(m, "hello")
		q := s.opening(Grace, before.ID)
		q.Until = between.PostedID
		r := s.replay(q)
		s.equal("ids", ids(r.Events), []int64{m.PostedID, between.PostedID})
		s.equal("the message", r.Events[0].Told.Message, &m)
	}},
	{"of several events about a message changed above Until the newest below comes", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.edit(s.post(chat.General, Ada, "helo"), "hell")
		q := s.opening(Grace, before.ID)
		now := s.edit(m, "hello")
		r := s.replay(q)
		s.equal("ids", ids(r.Events), []int64{m.ChangedID})
		s.equal("the message", r.Events[0].Told.Message, &now)
	}},
	{"a position at or above Until is not moved back", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, 5)
		head := s.head()
		for _, limit := range []int{0, 10} {
			q := s.opening(Ada, head.ID)
			q.Until, q.Limit = head.ID-2, limit
			if limit > 0 {
				q.PerRoom, q.Total = 0, 0
			}
			r := s.replay(q)
			s.equal("upto", r.Upto, head)
			s.equal("ids", ids(r.Events), nil)
		}
	}},
	{"pages of any size add up to the whole", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(chat.General, Ada, "helo")
		s.join(Ops.ID, Linus)
		s.post(Ops.ID, Grace, "one")
		s.tellUser(Linus, chat.Ref{Seq: 1})
		s.postMany(chat.General, Grace, 7)
		s.edit(m, "hello")
		s.delete(s.post(Ops.ID, Ada, "gone"))
		s.tellUser(Grace, chat.Ref{Seq: 1})
		for _, user := range []chat.User{Ada, Grace, Linus} {
			q := s.opening(user, before.ID)
			whole := s.replay(q).Events
			if len(whole) < 10 {
				s.Fatalf("%d events for %s prove nothing", len(whole), user.Name)
			}
			for limit := 1; limit <= len(whole)+3; limit++ {
				s.equal("the pages", ids(s.paged(q, limit)), ids(whole))
			}
		}
	}},
	{"a page is not bounded by rooms", func(s *stage) {
		s.cast()
		before := s.head()
		s.postMany(chat.General, Ada, 600)
		s.equal("events", len(s.paged(s.opening(Ada, before.ID), 200)), 600)
	}},
	{"nobody in no room gets nothing", func(s *stage) {
		s.cast()
		r := s.replay(chat.ReplayQuery{After: chat.Position{Epoch: s.head().Epoch}, Until: s.head().ID, User: "nobody", PerRoom: 50, Total: 500})
		s.equal("ids", ids(r.Events), nil)
		s.equal("upto", r.Upto, s.head())
	}},
}
