package chattest

import (
	"slices"

	"example.com/chat/internal/chat"
)

// centre is a page of the notification centre.
func (s *stage) centre(viewer chat.User, filter chat.NotificationFilter, before int64) chat.NotificationPage {
	s.Helper()
	p, err := s.store.Notifications(s.ctx(), viewer.ID, filter, before)
	s.must(err)
	return p
}

// notifyMany gives a user n notifications and returns them, the newest first.
func (s *stage) notifyMany(to chat.User, n int, which chat.Notification) (all []chat.Notification) {
	s.Helper()
	s.change(chat.Needs{Users: []chat.UserID{to.ID}}, func(d *draft) {
		for range n {
			all = append(all, d.notify(to.ID, which))
		}
	})
	slices.Reverse(all)
	return all
}

func eventIDs(notifications []chat.Notification) (ids []int64) {
	for _, n := range notifications {
		ids = append(ids, n.EventID)
	}
	return ids
}

var mention = chat.Notification{Kind: chat.NotifyMention, RoomID: chat.General, Actor: Ada.Person()}

var notificationPageTests = []test{
	{"one's notifications come whole, the newest first, with the rooms that they are about", func(s *stage) {
		s.cast()
		m := s.post(Ops.ID, Ada, "hello")
		one := s.notify(Grace, chat.Notification{Kind: chat.NotifyMention, RoomID: Ops.ID, MessageID: m.ID, Seq: m.Seq, Actor: Ada.Person()})
		s.notify(Linus, mention)
		two := s.read(s.notify(Grace, chat.Notification{Kind: chat.NotifyReaction, RoomID: chat.General, MessageID: m.ID, Actor: Linus.Person()}))
		three := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "the build is red"})
		s.equal("Grace's", s.centre(Grace, chat.AllNotifications, 0), chat.NotificationPage{
			Head: s.head(), Unread: 2,
			Notifications: []chat.Notification{three, two, one},
			Rooms:         map[chat.RoomID]chat.Room{chat.General: s.room(chat.General), Ops.ID: s.room(Ops.ID)},
		})
	}},
	{"who has none has an empty page", func(s *stage) {
		s.cast()
		s.notify(Grace, mention)
		for _, filter := range []chat.NotificationFilter{chat.AllNotifications, chat.UnreadOnly, chat.MentionsOnly} {
			p := s.centre(Linus, filter, 0)
			s.equal("the head", p.Head, s.head())
			s.equal("all else", len(p.Notifications)+len(p.Rooms)+p.Unread, 0)
			s.equal("more", p.More, false)
		}
	}},
	{"a notification that was read keeps its place", func(s *stage) {
		s.cast()
		all := s.notifyMany(Grace, 3, mention)
		all[1] = s.read(all[1])
		s.equal("all", s.centre(Grace, chat.AllNotifications, 0).Notifications, all)
	}},
	{"the unread ones are those that are not read", func(s *stage) {
		s.cast()
		all := s.notifyMany(Grace, 4, mention)
		s.read(all[0])
		s.read(all[2])
		p := s.centre(Grace, chat.UnreadOnly, 0)
		s.equal("unread", p.Notifications, []chat.Notification{all[1], all[3]})
		s.equal("in all", p.Unread, 2)
	}},
	{"the mentions are mentions and replies, read or not", func(s *stage) {
		s.cast()
		var want []int64
		for _, kind := range []chat.NotificationKind{
			chat.NotifyMention, chat.NotifyDirect, chat.NotifyReply, chat.NotifyMessage,
			chat.NotifyInvitation, chat.NotifyReaction, chat.NotifyNote,
		} {
			n := s.notify(Grace, chat.Notification{Kind: kind})
			if kind == chat.NotifyMention || kind == chat.NotifyReply {
				want = append(want, n.EventID)
			}
			if kind == chat.NotifyReply {
				s.read(n)
			}
		}
		slices.Reverse(want)
		s.equal("mentions", eventIDs(s.centre(Grace, chat.MentionsOnly, 0).Notifications), want)
	}},
	{"pages of fifty add up to the whole, whatever the filter", func(s *stage) {
		s.cast()
		const n = 2*chat.NotificationsLimit + 10
		s.notifyMany(Grace, n, mention)
		for _, filter := range []chat.NotificationFilter{chat.AllNotifications, chat.UnreadOnly, chat.MentionsOnly} {
			var sizes []int
			var got []int64
			before := int64(0)
			for more := true; more; {
				p := s.centre(Grace, filter, before)
				sizes = append(sizes, len(p.Notifications))
				got = append(got, eventIDs(p.Notifications)...)
				more, before = p.More, got[len(got)-1]
				s.equal("unread in all", p.Unread, n)
			}
			s.equal("sizes", sizes, []int{chat.NotificationsLimit, chat.NotificationsLimit, 10})
			slices.Reverse(got)
			if !slices.IsSorted(got) || len(slices.Compact(got)) != n {
				s.Errorf("the pages have %v", got)
			}
		}
	}},
	{"a page that is just full has no more", func(s *stage) {
		s.cast()
		s.notifyMany(Grace, chat.NotificationsLimit, mention)
		p := s.centre(Grace, chat.AllNotifications, 0)
		s.equal("notifications", len(p.Notifications), chat.NotificationsLimit)
		s.equal("more", p.More, false)
	}},
	{"before an event come those that are older", func(s *stage) {
		s.cast()
		all := s.notifyMany(Grace, 3, mention)
		s.equal("before the newest", eventIDs(s.centre(Grace, chat.AllNotifications, all[0].EventID).Notifications), eventIDs(all[1:]))
		s.equal("before the oldest", eventIDs(s.centre(Grace, chat.AllNotifications, all[2].EventID).Notifications), nil)
		s.equal("from beyond the head", eventIDs(s.centre(Grace, chat.AllNotifications, s.head().ID+100).Notifications), eventIDs(all))
	}},
	{"others take nobody's place on a page", func(s *stage) {
		s.cast()
		oldest := s.notify(Grace, mention)
		s.notifyMany(Grace, 2*chat.NotificationsLimit, chat.Notification{Kind: chat.NotifyReaction, RoomID: chat.General})
		p := s.centre(Grace, chat.MentionsOnly, 0)
		s.equal("mentions", eventIDs(p.Notifications), []int64{oldest.EventID})
		s.equal("more", p.More, false)
	}},
	{"what is about a room that one has left is left out", func(s *stage) {
		s.cast()
		note := s.notify(Grace, chat.Notification{Kind: chat.NotifyNote, Text: "about no room"})
		s.notifyMany(Grace, chat.NotificationsLimit+5, chat.Notification{Kind: chat.NotifyMention, RoomID: Ops.ID, Actor: Ada.Person()})
		general := s.notify(Grace, mention)
		s.leave(Ops.ID, Grace)
		p := s.centre(Grace, chat.AllNotifications, 0)
		s.equal("left", eventIDs(p.Notifications), []int64{general.EventID, note.EventID})
		s.equal("rooms", keys(p.Rooms), setOf(chat.General))
		s.equal("more", p.More, false)
		s.join(Ops.ID, Grace)
		s.equal("back again", s.centre(Grace, chat.AllNotifications, 0).More, true)
	}},
}
