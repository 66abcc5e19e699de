package sqlite

import (
	"cmp"
	"context"

	"example.com/chat/internal/chat"
)

// tell joins the state that events refer to, as of the snapshot. However many events there are, each table is
// read once.
func (c *conn) tell(ctx context.Context, events []chat.Event) error {
	s := chat.NewState()
	if err := c.load(ctx, s, references(events)); err != nil {
		return err
	}
	for i := range events {
		events[i].Told = told(s, events[i])
	}
	return nil
}

// references is what events refer to.
func references(events []chat.Event) *chat.Needs {
	n := &chat.Needs{}
	for _, e := range events {
		n.Users = present(n.Users, e.ActorID, e.UserID, e.Ref.User)
		n.Rooms = present(n.Rooms, e.RoomID, e.Ref.Room)
		n.Messages = present(n.Messages, e.MessageID)
		n.Notifications = present(n.Notifications, e.Ref.Notification)
		if e.Ref.Room != "" && e.UserID != "" {
			n.Members = append(n.Members, memberOf(e))
		}
	}
	return n
}

// present adds the ids that are not empty to a list.
func present[T ~string](list []T, ids ...T) []T {
	for _, id := range ids {
		if id != "" {
			list = append(list, id)
		}
	}
	return list
}

// memberOf names the membership that an event refers to.
func memberOf(e chat.Event) chat.MemberKey {
	return chat.MemberKey{RoomID: e.Ref.Room, UserID: e.UserID}
}

// told is what an event tells of the state.
func told(s *chat.State, e chat.Event) chat.Told {
	t := chat.Told{
		Actor:   s.Users[e.ActorID].Person(),
		User:    s.Users[e.UserID].Person(),
		Room:    s.Rooms[cmp.Or(e.RoomID, e.Ref.Room)],
		Subject: s.Users[e.Ref.User].Person(),
		Member:  s.Members[memberOf(e)],
	}
	if m, ok := s.Messages[e.MessageID]; ok {
		t.Message = &m
	}
	if n, ok := s.Notifications[e.Ref.Notification]; ok {
		t.Notification = &n
	}
	return t
}
