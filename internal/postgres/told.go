package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// tell fills in what events tell: it is read in the same snapshot, which it ends, all in one round trip. A message's
// text is only ever read here, when the event is told: what was deleted cannot come back.
func tell(ctx context.Context, conn *pgx.Conn, events []chat.Event) error {
	state := chat.NewState()
	batch := &pgx.Batch{}
	queueLoads(batch, referred(events), state)
	batch.Queue(commit)
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	for i, e := range events {
		events[i].Told = told(e, state)
	}
	return nil
}

// referred is what events refer to.
func referred(events []chat.Event) *chat.Needs {
	n := &chat.Needs{}
	for _, e := range events {
		n.Users = adding(n.Users, e.ActorID, e.UserID, e.Ref.User)
		n.Rooms = adding(n.Rooms, roomTold(e))
		n.Messages = adding(n.Messages, e.MessageID)
		n.Notifications = adding(n.Notifications, e.Ref.Notification)
		if key := memberTold(e); key.RoomID != "" && key.UserID != "" {
			n.Members = adding(n.Members, key)
		}
	}
	return n
}

// adding adds those keys that name something and are not in the list.
func adding[K comparable](list []K, keys ...K) []K {
	var none K
	for _, k := range keys {
		if k != none && !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	return list
}

func roomTold(e chat.Event) chat.RoomID { return cmp.Or(e.RoomID, e.Ref.Room) }

func memberTold(e chat.Event) chat.MemberKey {
	return chat.MemberKey{RoomID: e.Ref.Room, UserID: e.UserID}
}

func told(e chat.Event, state *chat.State) chat.Told {
	t := chat.Told{
		Actor:   state.Users[e.ActorID].Person(),
		User:    state.Users[e.UserID].Person(),
		Room:    state.Rooms[roomTold(e)],
		Subject: state.Users[e.Ref.User].Person(),
		Member:  state.Members[memberTold(e)],
	}
	if m, ok := state.Messages[e.MessageID]; ok {
		t.Message = &m
	}
	if n, ok := state.Notifications[e.Ref.Notification]; ok {
		t.Notification = &n
	}
	return t
}
