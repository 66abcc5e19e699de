package chattest

import (
	"fmt"
	"slices"
	"strings"

	"example.com/chat/internal/chat"
)

// moves is who came and went on a page, each with the message after which it was.
func (s *stage) moves(q chat.PageQuery) string {
	s.Helper()
	var list []string
	for _, m := range s.page(Ada, q).Moves {
		sign := map[chat.Kind]string{chat.UserJoined: "+", chat.UserLeft: "-"}[m.Kind]
		list = append(list, fmt.Sprint(m.Seq, sign, m.User.Name))
	}
	return strings.Join(list, " ")
}

var moveTests = []test{
	{"a page has who came and went, in order, as it is in the log", func(s *stage) {
		s.cast()
		s.post(Ops.ID, Ada, "one")
		e := s.leave(Ops.ID, Grace)
		s.join(Ops.ID, Grace)
		s.equal("in ops", s.moves(chat.PageQuery{Room: Ops.ID}), "0+Ada 0+Grace 1-Grace 1+Grace")
		moves := s.page(Ada, chat.PageQuery{Room: Ops.ID}).Moves
		s.equal("Grace's leaving", moves[2],
			chat.Move{Kind: chat.UserLeft, User: Grace.Person(), Actor: Grace.Person(), Seq: 1, RoomRev: e.RoomRev, At: e.At})
	}},
	{"each of them is on one page of history only", func(s *stage) {
		s.cast()
		s.postMany(Ops.ID, Ada, 2)
		s.leave(Ops.ID, Grace) // after message 2
		s.postMany(Ops.ID, Ada, 2)
		s.join(Ops.ID, Grace) // after message 4
		s.postMany(Ops.ID, Ada, 2)
		s.equal("messages 5 and 6", s.moves(chat.PageQuery{Room: Ops.ID, Limit: 2}), "")
		for _, page := range []struct {
			before int64
			moves  string
		}{{5, "4+Grace"}, {3, "0+Ada 0+Grace 2-Grace"}, {1, "0+Ada 0+Grace"}} {
			q := chat.PageQuery{Room: Ops.ID, Before: chat.Anchor{Seq: page.before}, Limit: 2}
			s.equal(fmt.Sprint("before ", page.before), s.moves(q), page.moves)
		}
		s.equal("around 4", s.moves(chat.PageQuery{Room: Ops.ID, Around: chat.Anchor{Seq: 4}, Limit: 2}), "4+Grace")
	}},
	{"a page has the newest of very many", func(s *stage) {
		s.cast()
		var last chat.Event
		for range chat.MovesMost/2 + 1 {
			s.leave(Ops.ID, Grace)
			s.join(Ops.ID, Grace)
		}
		last = s.leave(Ops.ID, Grace)
		moves := s.page(Ada, chat.PageQuery{Room: Ops.ID}).Moves
		s.equal("moves", len(moves), chat.MovesMost)
		s.equal("the last", moves[len(moves)-1].RoomRev, last.RoomRev)
		s.equal("sorted", slices.IsSortedFunc(moves, func(a, b chat.Move) int { return int(a.RoomRev - b.RoomRev) }), true)
	}},
	{"a direct room has none, and neither has a room one is not in", func(s *stage) {
		s.cast()
		pair := s.direct(Ada, Grace)
		s.equal("between two", s.moves(chat.PageQuery{Room: pair.ID}), "")
		s.equal("for an outsider", len(s.page(Linus, chat.PageQuery{Room: s.newRoom("open", false).ID}).Moves), 0)
		if s.moves(chat.PageQuery{Room: Ops.ID}) == "" {
			s.Error("nobody ever came: this proves nothing")
		}
	}},
}
