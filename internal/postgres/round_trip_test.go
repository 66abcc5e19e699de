package postgres

import (
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// everything is a need of every kind, some of which cannot be stored, and a row of every kind.
func everything() (chat.Needs, func(*chat.State) *chat.Rows) {
	key, odd := chat.MemberKey{RoomID: "dm-1", UserID: "ada"}, chat.MemberKey{RoomID: "\x00", UserID: "\xff"}
	needs := chat.Needs{
		Users: []chat.UserID{"ada", "a\x00b"}, Names: []string{"ada", "\xff"}, Rooms: []chat.RoomID{"dm-1", "\x00"},
		Members: []chat.MemberKey{key, odd}, Messages: []chat.MessageID{"m", "\xff"},
		Sessions: []chat.SessionID{"s", "\x00"}, SessionsOf: []chat.UserID{"ada", "\x00"},
		RoomsOf: []chat.UserID{"ada", "\x00"}, MembersOf: []chat.RoomID{"dm-1", "\x00"}, Watchers: []chat.RoomID{"dm-1", "\xff"},
		BlocksBy: []chat.UserID{"ada", "\x00"}, BlocksOf: []chat.UserID{"ada", "\x00"},
		Notifications: []chat.NotificationID{"n", "\x00"}, NotificationsAbout: []chat.MessageID{"m", "\x00"},
		UnreadIn: []chat.MemberKey{key, odd}, Counts: []chat.Count{{MemberKey: key}, {MemberKey: odd}},
		Invitations: [][]byte{[]byte("hash"), {0, 0xff}},
	}
	return needs, func(state *chat.State) *chat.Rows {
		now, ada := state.Now, chat.Person{ID: "ada"}
		reaction := chat.ReactionKey{MessageID: "m", Emoji: "👍", UserID: "ada"}
		rows := &chat.Rows{
			Users:    []chat.User{{ID: "ada", NameKey: "ada", CreatedAt: now}},
			Rooms:    []chat.Room{{ID: "dm-1", Private: true, Direct: true, CreatedAt: now}},
			Members:  []chat.Member{{RoomID: "dm-1", UserID: "ada", JoinedAt: now}},
			Left:     []chat.MemberKey{{RoomID: "dm-1", UserID: "nobody"}},
			Messages: []chat.Message{{ID: "m", RoomID: "dm-1", Author: ada, Seq: 1, Mentions: []chat.UserID{"ada"}, Called: []string{"Ada"}, CreatedAt: now}},
			Sessions: []chat.Session{{ID: "s", UserID: "ada", TokenHash: []byte("hash"), CreatedAt: now, SeenAt: now, ExpiresAt: now}},
			Ended:    []chat.SessionID{"none"},
			Blocks:   []chat.BlockKey{{UserID: "ada", Blocked: "bob"}}, Unblocks: []chat.BlockKey{{UserID: "ada", Blocked: "eve"}},
			Unreactions: []chat.ReactionKey{reaction}, Reactions: []chat.ReactionKey{reaction},
			Notifications: []chat.Notification{{ID: "n", UserID: "ada", RoomID: "dm-1", MessageID: "m", Actor: ada, CreatedAt: now, EventID: 1}},
			Dropped:       []chat.NotificationID{"none"},
			AllRead:       []chat.AllRead{{UserID: "ada", At: now}},
			Invitations:   []chat.Invitation{{ID: "i", SecretHash: []byte("hash"), CreatedAt: now, ExpiresAt: now}},
		}
		for _, e := range []chat.Event{
			{Kind: chat.ReadMoved, UserID: "ada", Ref: chat.Ref{Room: "dm-1"}},
			{Kind: chat.Reacted, RoomID: "dm-1", MessageID: "m", ActorID: "ada", Ref: chat.Ref{Emoji: "👍", User: "ada"}},
			{Kind: chat.Notified, UserID: "ada", Ref: chat.Ref{Notification: "n"}},
		} {
			state.Head.ID++
			e.ID, e.Epoch, e.At = state.Head.ID, state.Head.Epoch, now
			rows.Events = append(rows.Events, e)
		}
		return rows
	}
}

func TestHoweverMuchIsAskedForTheRoundTripsAreFew(t *testing.T) {
	proxy, url := proxied(t, database(t))
	s := open(t, with(t, url, "pool_max_conns", "1"))
	var state chat.State
	calls := []struct {
		name  string
		trips time.Duration
		call  func() error
	}{
		{"an update with every need and every row", 2, func() error {
			needs, decide := everything()
			return s.Update(t.Context(), &needs, func(read *chat.State) *chat.Rows {
				state = *read
				return decide(read)
			})
		}},
		{"a page", 2, func() error {
			_, err := s.Page(t.Context(), "ada", chat.PageQuery{Room: "dm-1", Around: chat.Anchor{ID: "m"}})
			return err
		}},
		{"a message", 1, func() error {
			_, err := s.Message(t.Context(), "ada", "m")
			return err
		}},
		{"notifications", 1, func() error {
			_, err := s.Notifications(t.Context(), "ada", chat.AllNotifications, 0)
			return err
		}},
		{"events", 2, func() error {
			_, err := s.Events(t.Context(), 0, 10)
			return err
		}},
		{"a replay", 3, func() error {
			q := chat.ReplayQuery{After: chat.Position{Epoch: state.Head.Epoch}, Until: 3, User: "ada", PerRoom: 10, Total: 10}
			r, err := s.Replay(t.Context(), q)
			if len(r.Events) != 2 {
				t.Errorf("the replay has %d events, want 2: this proves nothing", len(r.Events))
			}
			return err
		}},
	}
	for range 2 { // the statements are prepared then
		for _, c := range calls {
			if err := c.call(); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
	}
	if len(state.Users)*len(state.Rooms)*len(state.Members)*len(state.Messages)*len(state.Sessions)*len(state.Blocks)*
		len(state.Counts)*len(state.Notifications)*len(state.Invitations)*len(state.Messages["m"].Reactions) != 1 {
		t.Errorf("one of each is stored, the state is %+v", state)
	}
	poison(t, proxy, slow)
	const trip = 250 * time.Millisecond
	for _, c := range calls {
		begun := time.Now()
		if err := c.call(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if took := time.Since(begun); took < c.trips*trip || took >= (c.trips+1)*trip {
			t.Errorf("%s: with 250 ms a round trip it took %v, want %d of them", c.name, took, c.trips)
		}
	}
}
