package chattest

import (
	"slices"

	"example.com/chat/internal/chat"
)

const (
	thumb = "👍🏽"
	heart = "❤️"
)

// react puts an emoji under a message, or takes it away.
func (s *stage) react(m chat.Message, emoji string, user chat.User, on bool) (e chat.Event) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{m.RoomID}}, func(d *draft) {
		e = d.emit(chat.Event{Kind: chat.Reacted, RoomID: m.RoomID, MessageID: m.ID, ActorID: user.ID, Ref: chat.Ref{Emoji: emoji}})
		key := []chat.ReactionKey{{MessageID: m.ID, Emoji: emoji, UserID: user.ID}}
		if on {
			d.rows.Reactions = key
		} else {
			d.rows.Unreactions = key
		}
	})
	return e
}

// reaction is what is read of some people's emoji.
func reaction(emoji string, users ...chat.User) (r chat.Reaction) {
	r.Emoji = emoji
	for _, user := range users {
		r.People = append(r.People, user.Person())
	}
	return r
}

// everywhere checks a message of General in each way in which Grace can read it.
func (s *stage) everywhere(want chat.Message) {
	s.Helper()
	s.equal("for Update", s.message(want.ID), want)
	one, err := s.store.Message(s.ctx(), Grace.ID, want.ID)
	s.must(err)
	s.equal("alone", one, want)
	page := s.page(Grace, chat.PageQuery{Room: want.RoomID}).Messages
	i := slices.IndexFunc(page, func(m chat.Message) bool { return m.ID == want.ID })
	if i < 0 {
		s.Fatal("the message is not on the page")
	}
	s.equal("on the page", page[i], want)
	for what, events := range map[string][]chat.Event{
		"from the log": s.events(want.PostedID - 1), "in a replay": s.replay(s.opening(Grace, want.PostedID-1)).Events,
	} {
		told := 0
		for _, e := range events {
			if e.MessageID == want.ID {
				s.equal(what, e.Told.Message, &want)
				told++
			}
		}
		if told == 0 {
			s.Errorf("%s nothing is told of the message", what)
		}
	}
}

var reactionTests = []test{
	{"reactions come in the order in which they began, people in the order in which they came", func(s *stage) {
		s.cast()
		m, other := s.post(chat.General, Ada, "hello"), s.post(chat.General, Ada, "other")
		s.react(m, thumb, Linus, true)
		s.react(m, heart, Grace, true)
		s.react(other, heart, Ada, true)
		s.react(m, thumb, Ada, true)
		m.Reactions = []chat.Reaction{reaction(thumb, Linus, Ada), reaction(heart, Grace)}
		s.everywhere(m)
		other.Reactions = []chat.Reaction{reaction(heart, Ada)}
		s.everywhere(other)
	}},
	{"many reactions can be written at once, in their order", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		s.change(chat.Needs{}, func(d *draft) {
			for _, emoji := range []string{"🎉", thumb, "1️⃣", heart} {
				for _, user := range []chat.User{Linus, Ada, Grace} {
					d.rows.Reactions = append(d.rows.Reactions, chat.ReactionKey{MessageID: m.ID, Emoji: emoji, UserID: user.ID})
				}
				m.Reactions = append(m.Reactions, reaction(emoji, Linus, Ada, Grace))
			}
		})
		s.everywhere(m)
	}},
	{"emojis that differ in a variation or a tone are different ones", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		for _, emoji := range []string{"👍", "👍🏽", "👍🏿", "❤", "❤️"} {
			s.react(m, emoji, Grace, true)
			m.Reactions = append(m.Reactions, reaction(emoji, Grace))
		}
		s.everywhere(m)
	}},
	{"a reaction that is stored again stays as it is", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		s.react(m, thumb, Ada, true)
		s.react(m, heart, Grace, true)
		s.react(m, thumb, Linus, true)
		s.react(m, thumb, Ada, true)
		m.Reactions = []chat.Reaction{reaction(thumb, Ada, Linus), reaction(heart, Grace)}
		s.everywhere(m)
	}},
	{"a reaction that was taken away is gone, and comes last when it is put there again", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		s.react(m, thumb, Ada, true)
		s.react(m, heart, Grace, true)
		s.react(m, thumb, Ada, false)
		m.Reactions = []chat.Reaction{reaction(heart, Grace)}
		s.everywhere(m)
		s.react(m, thumb, Ada, true)
		m.Reactions = append(m.Reactions, reaction(thumb, Ada))
		s.everywhere(m)
	}},
	{"a reaction that is removed and stored in one update comes last", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		for _, user := range []chat.User{Ada, Grace, Linus} {
			s.react(m, thumb, user, true)
		}
		s.react(m, heart, Grace, true)
		key := func(user chat.User) chat.ReactionKey {
			return chat.ReactionKey{MessageID: m.ID, Emoji: thumb, UserID: user.ID}
		}
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.Unreactions = []chat.ReactionKey{key(Linus), key(Grace), key(Ada)}
			d.rows.Reactions = []chat.ReactionKey{key(Grace), key(Linus)}
		})
		m.Reactions = []chat.Reaction{reaction(heart, Grace), reaction(thumb, Grace, Linus)}
		s.everywhere(m)
	}},
	{"taking a reaction away takes nobody else's and no other one", func(s *stage) {
		s.cast()
		m, other := s.post(chat.General, Ada, "hello"), s.post(chat.General, Ada, "other")
		for _, user := range []chat.User{Ada, Grace} {
			s.react(m, thumb, user, true)
			s.react(m, heart, user, true)
			s.react(other, thumb, user, true)
		}
		s.react(m, thumb, Grace, false)
		s.react(m, "🎉", Grace, false) // that was never there
		m.Reactions = []chat.Reaction{reaction(thumb, Ada), reaction(heart, Ada, Grace)}
		s.everywhere(m)
		other.Reactions = []chat.Reaction{reaction(thumb, Ada, Grace)}
		s.everywhere(other)
	}},
	{"a deleted message has no reactions", func(s *stage) {
		s.cast()
		kept, m := s.post(chat.General, Ada, "kept"), s.post(chat.General, Ada, "gone")
		s.react(kept, heart, Grace, true)
		s.react(m, heart, Grace, true)
		s.everywhere(s.delete(m))
		kept.Reactions = []chat.Reaction{reaction(heart, Grace)}
		s.everywhere(kept)
	}},
	{"whoever reacted is shown as they are now", func(s *stage) {
		s.cast()
		m := s.post(chat.General, Ada, "hello")
		s.react(m, heart, Grace, true)
		grace := s.user(Grace.ID)
		grace.Name, grace.NameKey, grace.Avatar, grace.Status, grace.Role = "Amazing Grace", "amazing grace", "0a0b", "at sea", chat.Administrator
		s.put(grace)
		m.Reactions = []chat.Reaction{reaction(heart, grace)}
		s.everywhere(m)
	}},
	{"each message of a page has its own reactions", func(s *stage) {
		s.cast()
		messages := s.lettered(8)
		for i := range messages {
			if i%2 == 0 {
				s.react(messages[i], thumb, Grace, true)
				messages[i].Reactions = []chat.Reaction{reaction(thumb, Grace)}
			}
		}
		s.equal("the page", s.page(Linus, chat.PageQuery{Room: chat.General}).Messages, messages)
	}},
}
