package view

import (
	"maps"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"example.com/chat/internal/chat"
)

func init() { maps.Copy(goldens, personal) }

// personal are the goldens of what is around the rooms.
var personal = map[string]templ.Component{
	"room_direct":    Room(changed(roomPage(), func(v *RoomPage) { v.Page.Room, v.Page.Messages, v.Page.Older = between, nil, false })),
	"signup_invited": Signup(Entrance{Invitation: "s3cret", Closed: true}),
	"signup_void":    Signup(Entrance{Invitation: "s3cret", Closed: true, Problem: Problem{Message: "This invitation is not valid any more."}}),

	"people":       People(PeoplePage{Frame: frame(grace), People: users(), Query: `"><script>`, Problem: Problem{"user", "Say whom you want to write to."}}),
	"people_admin": People(PeoplePage{Frame: frame(ada), People: users(), Invitations: invitationList(), Link: "https://chat.example/join/s3cret"}),
	"people_invite": People(PeoplePage{
		Frame: frame(ada), Problem: Problem{"uses", "An invitation is for 1 to 1000 people."},
		Typed: map[string]string{"role": "guest", "room": "ops", "uses": "0", "expires": "24h"},
	}),

	"notifications":        Notifications(NotificationsPage{Frame: frame(ada), Notifications: notificationList(), Older: "/notifications?before=c1.def"}),
	"notifications_unread": Notifications(NotificationsPage{Frame: frame(ada), Filter: chat.UnreadOnly}),
	"settings_profile": Settings(SettingsPage{
		Frame: frame(grace), Prefs: chat.Prefs{QuietFrom: "22:00", QuietTo: "07:00", Zone: "Europe/Berlin", Receipts: true},
		Typed: map[string]string{"name": `"><script>`}, Problem: Problem{"name", "This name is taken."},
	}),

	"stream_person":             StreamPerson(PersonChange{"general", 8, grace}),
	"stream_level":              StreamLevel(LevelChange{general, chat.LevelDefault, noon}),
	"stream_block":              StreamBlock(BlockChange{grace}),
	"stream_notification":       StreamNotification(NotificationChange{3, false, notificationList()[0].ID, &notificationList()[0]}),
	"stream_all_read":           StreamNotification(NotificationChange{}),
	"stream_notification_gone":  StreamNotification(NotificationChange{Unread: 2, ID: "n1"}),
	"stream_notification_quiet": StreamNotification(NotificationChange{3, true, notificationList()[0].ID, &notificationList()[0]}),
	"stream_presence":           StreamPresence(PresenceChange{"ada", "away"}),
}

func users() []chat.User {
	return []chat.User{
		{ID: "ada", Name: "Ada", Role: chat.Administrator},
		{ID: grace.ID, Name: grace.Name, Role: grace.Role, Avatar: grace.Avatar, Status: grace.Status},
		{ID: "linus", Name: "Linus", Role: chat.Guest, DisabledAt: noon},
	}
}

func invitationList() []chat.Invitation {
	return []chat.Invitation{
		{ID: "i1", Role: chat.Guest, RoomID: "ops", ExpiresAt: noon, Left: 1},
		{ID: "i2", Role: chat.Ordinary, ExpiresAt: noon, Left: 7},
	}
}

func notificationList() []chat.Notification {
	list := []chat.Notification{
		{ID: "n1", Kind: chat.NotifyMention, RoomID: "general", MessageID: first, Seq: 1, Actor: grace},
		{ID: "n2", Kind: chat.NotifyDirect, RoomID: "dm-1", MessageID: second, Seq: 2, Actor: grace},
		{ID: "n3", Kind: chat.NotifyReply, RoomID: "dm-1", MessageID: third, Seq: 3, Actor: grace, ReadAt: noon},
		{ID: "n4", Kind: chat.NotifyInvitation, RoomID: "ops", Actor: grace},
		{ID: "n5", Kind: chat.NotifyReaction, RoomID: "general", MessageID: first, Seq: 1, Actor: grace},
		{ID: "n6", Kind: chat.NotifyMessage, RoomID: "gone", MessageID: first, Seq: 1, Actor: grace},
		{ID: "n7", Kind: chat.NotifyNote, Text: "The backup is done.\n<script>alert(12)</script>"},
	}
	for i := range list {
		list[i].CreatedAt = noon
	}
	return list
}

func TestANotificationOfTheStreamDiffersFromThatOfThePageByTheRoomsNameAlone(t *testing.T) {
	n := notificationList()[0]
	page, stream := render(t, notification(n, "general")), render(t, Notification(n))
	if page == stream || strings.Replace(page, ">general</bdi>", "></bdi>", 1) != stream {
		t.Errorf("the page shows\n%s\nthe stream\n%s", page, stream)
	}
}

func TestWhatOnlyAdministratorsMayDoIsOfferedToThemAlone(t *testing.T) {
	for _, action := range []string{"/role", "/ban", "/invitations"} {
		admin, member := render(t, goldens["people_admin"]), render(t, goldens["people"])
		if !strings.Contains(admin, action) || strings.Contains(member, action) {
			t.Errorf("%s: for an administrator %t, for others %t", action, strings.Contains(admin, action), strings.Contains(member, action))
		}
	}
}

func TestADirectRoomIsCalledByWhoElseIsInIt(t *testing.T) {
	html := render(t, goldens["room_direct"])
	if !strings.Contains(html, "<title>&lt;img") {
		t.Error("the title does not name the other person")
	}
	for _, form := range []string{"/leave", "/archive", "/members\"", "room-new-name"} {
		if strings.Contains(html, form) {
			t.Errorf("a direct room offers %s", form)
		}
	}
}
