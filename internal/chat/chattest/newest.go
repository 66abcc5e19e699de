package chattest

import "example.com/chat/internal/chat"

var replayNewestTests = []test{
	{"of the events about one emoji under a message only the newest comes, another one's comes too", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		before := s.head()
		s.react(m, thumb, Grace, true)
		second := s.react(m, heart, Grace, true)
		third := s.react(m, thumb, Grace, false)
		r := s.replay(s.opening(Grace, before.ID))
		s.equal("ids", ids(r.Events), []int64{second.ID, third.ID})
		m.Reactions = []chat.Reaction{reaction(heart, Grace)}
		for _, e := range r.Events {
			s.equal("the message", e.Told.Message, &m)
		}
	}},
	{"an edit and a reaction both come, whichever was first", func(s *stage) {
		s.cast()
		before := s.head()
		m := s.post(chat.General, Ada, "helo")
		first := s.react(m, thumb, Grace, true)
		m = s.edit(m, "hello")
		second := s.react(m, heart, Linus, true)
		s.equal("ids", ids(s.replay(s.opening(Grace, before.ID)).Events), []int64{first.ID, m.ChangedID, second.ID})
		m.Reactions = []chat.Reaction{reaction(thumb, Grace), reaction(heart, Linus)}
		s.everywhere(m)
	}},
	{"of the events about one person in one room only the newest comes", func(s *stage) {
		s.cast()
		before := s.head()
		changed := func(room chat.RoomID, to, who chat.User) int64 {
			return s.emit(chat.Event{Kind: chat.UserChanged, RoomID: room, UserID: to.ID, ActorID: who.ID, Ref: chat.Ref{User: who.ID}}).ID
		}
		changed(Ops.ID, chat.User{}, Ada)
		changed(chat.General, chat.User{}, Ada)
		changed("", Ada, Ada)
		want := []int64{
			changed(Ops.ID, chat.User{}, Grace), changed(Ops.ID, chat.User{}, Ada), changed(chat.General, chat.User{}, Ada), changed("", Ada, Ada),
		}
		s.equal("for Ada", ids(s.replay(s.opening(Ada, before.ID)).Events), want)
		s.equal("for Grace", ids(s.replay(s.opening(Grace, before.ID)).Events), want[:3])
		s.equal("for Linus", ids(s.replay(s.opening(Linus, before.ID)).Events), want[2:3])
	}},
	{"of the events about one notification or one level only the newest comes", func(s *stage) {
		s.cast()
		before := s.head()
		n := s.notify(Grace, mention)
		s.forGrace(chat.LevelChanged, chat.Ref{Room: Ops.ID})
		other := s.notify(Grace, mention)
		s.read(n)
		want := []int64{other.EventID, s.head().ID}
		for _, e := range []chat.Event{
			s.forGrace(chat.LevelChanged, chat.Ref{Room: Ops.ID}), s.forGrace(chat.LevelChanged, chat.Ref{Room: chat.General}),
			s.forGrace(chat.NotifiedRead, chat.Ref{}), s.forGrace(chat.NotifiedRead, chat.Ref{}),
			s.forGrace(chat.BlockChanged, chat.Ref{User: Ada.ID}), s.forGrace(chat.BlockChanged, chat.Ref{User: Ada.ID}),
		} {
			want = append(want, e.ID)
		}
		s.equal("ids", ids(s.replay(s.opening(Grace, before.ID)).Events), want)
	}},
	{"every move of a read position comes, forth and back", func(s *stage) {
		s.cast()
		before := s.head()
		var want []int64
		for _, seq := range []int64{9, 12, 7} {
			want = append(want, s.forGrace(chat.ReadMoved, chat.Ref{Room: Ops.ID, Seq: seq}).ID)
		}
		s.equal("ids", ids(s.replay(s.opening(Grace, before.ID)).Events), want)
	}},
}
