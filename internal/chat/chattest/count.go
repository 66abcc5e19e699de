package chattest

import (
	"math/rand/v2"

	"example.com/chat/internal/chat"
)

// tally is what happened at random in one room, remembered message by message.
type tally struct {
	*stage
	r        *rand.Rand
	room     chat.RoomID
	messages []chat.Message
}

// happen posts, edits or deletes, or moves somebody's read position, back or forth.
func (t *tally) happen() {
	t.Helper()
	author, i := []chat.User{Ada, Grace, Linus}[t.r.IntN(3)], t.r.IntN(len(t.messages)+1)
	switch n := t.r.IntN(8); {
	case n < 3 || i == len(t.messages):
		t.messages = append(t.messages, t.post(t.room, author, "hello"))
	case n < 5:
		if !t.messages[i].Deleted() {
			t.messages[i] = t.delete(t.messages[i])
		}
	case n < 6:
		if !t.messages[i].Deleted() {
			t.messages[i] = t.edit(t.messages[i], "hello again")
		}
	default:
		m := t.member(t.room, author.ID)
		m.ReadSeq = int64(i)
		t.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
	}
}

// above counts one by one what the user has not read above a number.
func (t *tally) above(user chat.User, seq int64) (n int) {
	for _, m := range t.messages {
		if m.Seq > seq && m.Author.ID != user.ID && !m.Deleted() {
			n++
		}
	}
	return n
}

// agrees asks the store for every number and every reader.
func (t *tally) agrees() {
	t.Helper()
	var needs chat.Needs
	want := map[chat.Count]int{}
	for _, user := range []chat.User{Ada, Grace, Linus} {
		line := t.lines(user)[t.room]
		t.equal("unread for "+user.Name, line.Unread, t.above(user, line.ReadSeq))
		for seq := range int64(len(t.messages)) + 2 {
			count := chat.Count{MemberKey: in(t.room, user), Above: seq}
			needs.Counts, want[count] = append(needs.Counts, count), t.above(user, seq)
		}
	}
	t.equal("the counts", t.state(needs).Counts, want)
}

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
	{"whatever was posted, edited, deleted, read and marked unread, a count finds what counting one by one does", func(s *stage) {
		s.cast()
		seed := rand.Uint64()
		s.Logf("seed %d", seed)
		t := &tally{stage: s, r: rand.New(rand.NewPCG(seed, 0)), room: chat.General}
		s.postMany(Ops.ID, Linus, 3)
		for i := range 120 {
			if t.happen(); i%10 == 9 {
				t.agrees()
			}
		}
		deleted := 0
		for _, m := range t.messages {
			if m.Deleted() {
				deleted++
			}
		}
		if deleted < 5 || len(t.messages) < 30 {
			s.Errorf("%d of %d messages were deleted: this proves little", deleted, len(t.messages))
		}
	}},
	{"what is read up to beyond the newest message leaves nothing unread", func(s *stage) {
		s.cast()
		s.postMany(chat.General, Ada, 3)
		m := s.member(chat.General, Grace.ID)
		m.ReadSeq = 9
		s.change(chat.Needs{}, func(d *draft) { d.rows.Members = []chat.Member{m} })
		s.equal("unread", s.lines(Grace)[chat.General].Unread, 0)
		s.post(chat.General, Grace, "mine")
		s.equal("unread after one's own", s.lines(Grace)[chat.General].Unread, 0)
	}},
}
