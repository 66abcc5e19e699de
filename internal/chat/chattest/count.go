package chattest

import "example.com/chat/internal/chat"

var countTests = []test{
	{"counted are messages by others, not deleted, above a number", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, 3)                // 1 to 3
		s.post(chat.General, Grace, "mine")             // 4
		s.delete(s.post(chat.General, Ada, "gone"))     // 5
		s.edit(s.post(chat.General, Linus, "helo"), "") // 6
		s.postMany(Ops.ID, Ada, 5)
		ask := map[chat.Count]int{}
		for above, want := range []int{4, 3, 2, 1, 1, 1, 0, 0} {
			ask[chat.Count{MemberKey: in(chat.General, Grace), Above: int64(above)}] = want
		}
		ask[chat.Count{MemberKey: in(chat.General, Grace), Above: -1}] = 4
		ask[chat.Count{MemberKey: in(chat.General, Ada), Above: 2}] = 2
		ask[chat.Count{MemberKey: in(Ops.ID, Grace), Above: 2}] = 3
		ask[chat.Count{MemberKey: in(Ops.ID, Linus)}] = 5 // also of who is not in the room
		var needs chat.Needs
		for count := range ask {
			needs.Counts = append(needs.Counts, count, count)
		}
		got := s.state(needs).Counts
		for count, want := range ask {
			s.equal("of "+show(count), got[count], want)
		}
	}},
	{"nothing is counted in a room that does not exist", func(s *stage) {
		s.cast()
		count := chat.Count{MemberKey: in("nowhere", Grace)}
		s.equal("messages", s.state(chat.Needs{Counts: []chat.Count{count}}).Counts[count], 0)
	}},
	{"a count agrees with what the list of rooms says is unread", func(s *stage) {
		s.cast()
		for i, author := range []chat.User{Ada, Grace, Linus, Ada, Ada, Grace, Linus} {
			m := s.post(chat.General, author, "hello")
			if i%3 == 0 {
				s.delete(m)
			}
		}
		for _, user := range []chat.User{Ada, Grace, Linus} {
			m := s.member(chat.General, user.ID)
			for m.ReadSeq = range int64(8) {
				s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
				count := chat.Count{MemberKey: m.Key(), Above: m.ReadSeq}
				s.equal("unread", s.state(chat.Needs{Counts: []chat.Count{count}}).Counts[count], s.lines(user)[chat.General].Unread)
			}
		}
	}},
}
