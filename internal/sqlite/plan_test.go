package sqlite

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/chat/chattest"
)

// allowed are the scans that are meant: of tables whose every row is asked for, or that are small, and of one
// that ends with the first row.
var allowed = map[string][]string{
	linesOfViewer:    {"SCAN seen", "SCAN rooms USING COVERING INDEX public_rooms"},
	personsOf:        {"SCAN named"},
	validInvitations: {"SCAN invitations"},
	vacant:           {"SCAN users"},
}

func TestNothingThatIsAskedScansATable(t *testing.T) {
	s := openStore(t, Memory)
	chattest.Cast(t, s)
	useAll(t, s)
	asked := queriesOf(t, s)
	for _, query := range asked {
		for line := range strings.Lines(explainPlan(t, s, query)) {
			line = strings.TrimSpace(line)
			if !strings.HasPrefix(line, "SCAN ") || isList(line) || strings.HasPrefix(line, "SCAN log_epochs") {
				continue
			}
			if !slices.ContainsFunc(allowed[query], func(may string) bool { return strings.HasPrefix(line, may) }) {
				t.Errorf("%s\nscans: %s", query, line)
			}
		}
	}
	for _, query := range []string{
		reactionsOf, unreadIn, notificationsAbout, counts, watchersOf, membersOf, roomsOf, blocksBy, blocksOf, people, person,
		readAll, removePicture, recallAll, recallPush, addPush, pushesToDo, overduePushes, forgetPushes, linesOfViewer, companyOfViewer, seenIn,
		messagesBelow, messagesFrom, invitationsByHash,
		filtered[chat.AllNotifications], filtered[chat.UnreadOnly], filtered[chat.MentionsOnly],
	} {
		if !slices.Contains(asked, query) {
			t.Errorf("%s\nwas not asked: this proves nothing", query)
		}
	}
}

// isList says whether a line of a plan is about a list of keys, or the answer of another line.
func isList(line string) bool {
	return strings.Contains(line, "VIRTUAL TABLE") || strings.Contains(line, "CONSTANT ROW") || strings.Contains(line, "subquery")
}

// queriesOf are all queries that a store in memory has been asked.
func queriesOf(t *testing.T, s *Store) []string {
	t.Helper()
	c, err := s.writer.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.writer.free <- c }()
	asked := slices.Sorted(maps.Keys(c.prepared))
	return slices.DeleteFunc(asked, func(query string) bool {
		verb, _, _ := strings.Cut(query, " ")
		return !slices.Contains([]string{"select", "update", "delete", "insert"}, verb)
	})
}

// useAll asks a store all that it can be asked.
func useAll(t *testing.T, s *Store) {
	t.Helper()
	writeAll(t, s)
	ctx, ada := t.Context(), chattest.Ada.ID
	must := func(what string, err error) {
		t.Helper()
		if err != nil && chat.KindOf(err) != chat.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, q := range []chat.PageQuery{{Room: chat.General}, {Room: chat.General, Around: chat.Anchor{ID: "m1"}}, {Room: "dm-1"}} {
		_, err := s.Page(ctx, ada, q)
		must("page", err)
	}
	for filter := range filtered {
		_, err := s.Notifications(ctx, ada, filter, 0)
		must("notifications", err)
	}
	_, err := s.Events(ctx, 0, 100)
	must("events", err)
	_, err = s.Message(ctx, ada, "m1")
	must("message", err)
	_, err = s.Named(ctx, []string{"ada"})
	must("named", err)
	_, err = s.People(ctx, ada, chat.PeopleQuery{Prefix: "a", Limit: 10})
	must("people", err)
	_, err = s.User(ctx, ada, "grace")
	must("user", err)
	_, err = s.Invitation(ctx, []byte("hash"))
	must("invitation", err)
	_, err = s.Invitations(ctx)
	must("invitations", err)
	_, err = s.Picture(ctx, "p1")
	must("picture", err)
	must("keep subscription", s.KeepSubscription(ctx, chat.Subscription{Endpoint: "https://push.example/1", UserID: ada, SessionID: "s1", CreatedAt: time.Now()}))
	_, err = s.Subscriptions(ctx, ada)
	must("subscriptions", err)
	_, err = s.TakePushes(ctx, ada, 0, -time.Second)
	must("take pushes", err)
	_, err = s.OverduePushes(ctx, 0, 10)
	must("overdue pushes", err)
	must("settle pushes", s.SettlePushes(ctx, []chat.NotificationID{"n1"}))
	must("drop pushes", s.DropPushes(ctx, []chat.NotificationID{"n1"}))
	_, err = s.Trim(ctx, time.Hour)
	must("trim", err)
	must("drop subscription", s.DropSubscription(ctx, "https://push.example/1"))
	_, err = s.Account(ctx, "ada")
	must("account", err)
	_, err = s.Opening(ctx, []byte("hash"))
	must("opening", err)
	_, err = s.Sessions(ctx, ada)
	must("sessions", err)
}

// writeAll makes an Update that needs and writes everything.
func writeAll(t *testing.T, s *Store) {
	t.Helper()
	key := chat.MemberKey{RoomID: chat.General, UserID: chattest.Ada.ID}
	users, rooms, messages := []chat.UserID{key.UserID}, []chat.RoomID{key.RoomID}, []chat.MessageID{"m1"}
	needs := &chat.Needs{
		Users: users, Names: []string{"ada"}, Rooms: rooms, Members: []chat.MemberKey{key}, Messages: messages,
		Sessions: []chat.SessionID{"s1"}, SessionsOf: users, RoomsOf: users, MembersOf: rooms, Watchers: rooms,
		BlocksBy: users, BlocksOf: users, Notifications: []chat.NotificationID{"n1"}, NotificationsAbout: messages,
		UnreadIn: []chat.MemberKey{key}, Counts: []chat.Count{{MemberKey: key}}, Invitations: [][]byte{[]byte("hash")},
	}
	for range 2 { // what the first one wrote the second one loads
		err := s.Update(t.Context(), needs, func(state *chat.State) *chat.Rows {
			return &chat.Rows{
				Members: []chat.Member{
					{RoomID: key.RoomID, UserID: key.UserID, Level: chat.LevelEverything, JoinedAt: state.Now},
					{RoomID: "dm-1", UserID: key.UserID, SeenSeq: 1, JoinedAt: state.Now},
				},
				Rooms:    []chat.Room{{ID: "dm-1", Private: true, Direct: true, CreatorID: key.UserID, CreatedAt: state.Now}},
				Left:     []chat.MemberKey{{RoomID: "nowhere", UserID: "nobody"}},
				Messages: []chat.Message{{ID: "m1", RoomID: key.RoomID, Author: chattest.Ada.Person(), Seq: 1, CreatedAt: state.Now}},
				Ended:    []chat.SessionID{"none"}, Blocks: []chat.BlockKey{{UserID: "ada", Blocked: "linus"}},
				Sessions: []chat.Session{{
					ID: "s1", UserID: key.UserID, TokenHash: []byte("hash"),
					CreatedAt: state.Now, SeenAt: state.Now, ExpiresAt: state.Now.Add(chat.SessionIdle),
				}},
				Pictures: []chat.Picture{{ID: "p1", Type: "image/png", Bytes: []byte{1}}}, Replaced: []chat.AvatarID{"p1"},
				Unblocks: []chat.BlockKey{{UserID: "ada", Blocked: "grace"}}, AllRead: []chat.AllRead{{UserID: "ada", At: state.Now}},
				Reactions:     []chat.ReactionKey{{MessageID: "m1", Emoji: "👍", UserID: "ada"}},
				Unreactions:   []chat.ReactionKey{{MessageID: "m1", Emoji: "👎", UserID: "ada"}},
				Notifications: []chat.Notification{{ID: "n1", UserID: "ada", RoomID: key.RoomID, MessageID: "m1", CreatedAt: state.Now}},
				Dropped:       []chat.NotificationID{"none"},
				Invitations:   []chat.Invitation{{ID: "i1", SecretHash: []byte("hash"), CreatedAt: state.Now, ExpiresAt: state.Now}},
				Events: []chat.Event{{
					ID: state.Head.ID + 1, Epoch: state.Head.Epoch, At: state.Now, Kind: chat.ReadMoved, UserID: "ada", MessageID: "m1",
					Ref: chat.Ref{Room: key.RoomID, Notification: "n1"},
				}},
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
