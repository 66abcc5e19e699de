package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// notifications are the person's, as a program reads them.
func (p *person) notifications(query string) (list []jsonNotification) {
	p.t.Helper()
	p.call("GET", "/notifications"+query, "").want(p.t, 200).json(p.t, &list)
	return list
}

func TestNotificationsAreAPlainList(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	if a := grace.call("GET", "/notifications", "").want(t, 200); strings.TrimSpace(a.body) != "[]" {
		t.Errorf("without any the answer is %s", a.body)
	}
	m := ada.says(chat.General, "hello @Grace")
	var list []map[string]any
	grace.call("GET", "/notifications", "").want(t, 200).json(t, &list)
	if len(list) != 1 {
		t.Fatalf("the list is %v", list)
	}
	n := list[0]
	actor, _ := n["actor"].(map[string]any)
	if n["id"] == "" || n["kind"] != "mention" || n["room"] != "general" || n["message"] != string(m.ID) || n["read"] != false ||
		actor["id"] != string(ada.id) || actor["name"] != "Ada" {
		t.Errorf("the notification is %v", n)
	}
	if strings.Contains(grace.call("GET", "/notifications", "").body, "hello") {
		t.Error("a notification holds a copy of the text")
	}
}

// Of what an edit took back nothing is left with those whom the old text named: in their lists, or told to them
// when they come back, in either format.
func TestANotificationForgetsWithItsMessage(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	before := grace.listen(stream).expect("ping").id
	m := ada.says(chat.General, "@Grace, the code is 4711")
	grace.get("/rooms/general").want(t, 200, "4711")
	ada.call("PATCH", "/messages/"+string(m.ID), `{"body":"never mind"}`).want(t, 200)
	if list := grace.notifications(""); len(list) != 1 || *list[0].Message != m.ID {
		t.Fatalf("the notifications are %+v: this proves nothing", list)
	}
	grace.get("/notifications").want(t, 200, string(m.ID)).lacks(t, "4711")
	grace.call("GET", "/notifications", "").lacks(t, "4711")
	for _, path := range []string{"/events?cursor=" + before, stream + "&cursor=" + before} {
		tape := grace.record(path) // until it is level
		tape.awaits("never mind")
		tape.awaits("event: notification")
		if strings.Contains(tape.said.String(), "4711") {
			t.Errorf("%s tells the old text:\n%s", path, tape.said.String())
		}
	}
}

func TestEveryKindOfNotificationIsListed(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	mine := grace.says(chat.General, "hello")
	answer := ada.call("POST", "/rooms/general/messages", `{"body":"indeed","reply_to":"`+string(mine.ID)+`"}`).want(t, 201)
	ada.says(chat.General, "@Grace")
	ada.says(ada.writesTo(grace), "in private")
	board := ada.room("Board", true)
	ada.call("POST", roomURL(board)+"/members", `{"user":"Grace"}`).want(t, 204)
	ada.call("POST", "/messages/"+string(mine.ID)+"/reactions", `{"emoji":"👍"}`).want(t, 200)
	ada.call("POST", "/api/notify", `{"user":"Grace","text":"the build is red"}`).want(t, 204)
	grace.call("POST", "/rooms/general/level", `{"level":"everything"}`).want(t, 204)
	ada.says(chat.General, "anything")

	var reply jsonReceipt
	answer.json(t, &reply)
	list := grace.notifications("")
	kinds := each(list, func(n jsonNotification) chat.NotificationKind { return n.Kind })
	slices.Reverse(kinds) // the newest come first
	want := []chat.NotificationKind{"reply", "mention", "direct", "invitation", "reaction", "note", "message"}
	if !slices.Equal(kinds, want) {
		t.Fatalf("the kinds are %v, want %v", kinds, want)
	}
	if n := list[6]; *n.Message != reply.ID || *n.Room != chat.General {
		t.Errorf("the reply is %+v", n)
	}
	if n := list[2]; *n.Message != mine.ID {
		t.Errorf("the reaction is %+v", n)
	}
	if n := list[1]; n.Text != "the build is red" || n.Room != nil || n.Message != nil || n.Actor.ID != ada.id {
		t.Errorf("the note is %+v", n)
	}
	if got := grace.notifications("?filter=mentions"); len(got) != 2 {
		t.Errorf("mentions are %+v", got)
	}
	grace.get("/notifications").want(t, 200, "the build is red", "Board")
	grace.get("/notifications?filter=unread").want(t, 200, "the build is red")
	grace.call("GET", "/notifications?filter=loud", "").fails(t, 422, chat.Invalid, "filter")
	grace.call("GET", "/notifications?before=nonsense", "").fails(t, 404, chat.NotFound, "")
}

func TestNotificationsAreReadOneByOneAndAtOnce(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	for range 3 {
		ada.says(chat.General, "@Grace")
	}
	l := grace.listen(stream)
	l.expect("ping")
	first := grace.notifications("")[0]
	for range 2 { // a retry is harmless, and told once
		grace.call("POST", "/notifications/"+string(first.ID)+"/read", "").want(t, 204)
	}
	f := l.expect("notification")
	if n := f.data.Notification; n == nil || n.ID != first.ID || !n.Read || *f.data.Unread != 2 {
		t.Errorf("came %+v", f.data)
	}
	if got := grace.notifications("?filter=unread"); len(got) != 2 || !grace.notifications("")[0].Read {
		t.Errorf("unread are %+v", got)
	}
	ada.call("POST", "/notifications/"+string(first.ID)+"/read", "").fails(t, 404, chat.NotFound, "")
	grace.call("POST", "/notifications/none/read", "").fails(t, 404, chat.NotFound, "")

	grace.submit("/notifications/read").leadsTo(t, "/notifications")
	if f := l.expect("notification"); f.data.Notification != nil || *f.data.Unread != 0 {
		t.Errorf("came %+v", f.data)
	}
	grace.call("POST", "/notifications/read", "").want(t, 204)
	if got := grace.notifications("?filter=unread"); len(got) != 0 {
		t.Errorf("unread are %+v", got)
	}
	ada.says(chat.General, "@Grace")
	last := grace.notifications("")[0]
	grace.submit("/notifications/"+string(last.ID)+"/read").leadsTo(t, "/notifications")
}

// Somebody who has more than a page of notifications reads on where a page ends.
func TestOlderNotificationsAreReached(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	const all = chat.NotificationsLimit + 3
	for range all {
		ada.says(chat.General, "@Grace")
	}
	seen := map[chat.NotificationID]bool{}
	path := "/notifications"
	for range 3 {
		a := grace.call("GET", path, "").want(t, 200)
		var list []jsonNotification
		a.json(t, &list)
		for _, n := range list {
			seen[n.ID] = true
		}
		next, ok := strings.CutSuffix(a.header.Get("Link"), `>; rel="next"`)
		if !ok {
			break
		}
		path = strings.TrimPrefix(next, "<")
	}
	if len(seen) != all {
		t.Errorf("reached are %d of %d", len(seen), all)
	}
}

func TestAProgramNotifies(t *testing.T) {
	s := newSite(t)
	ada, grace, linus := s.signUp("Ada"), s.signUp("Grace"), s.signUp("Linus")
	l := grace.listen(stream)
	l.expect("ping")
	ada.call("POST", "/api/notify", `{"user":"grace","text":"from an administrator"}`).want(t, 204)
	f := l.expect("notification")
	if n := f.data.Notification; n == nil || n.Kind != chat.NotifyNote || n.Text != "from an administrator" || n.Actor.Name != "Ada" || *f.data.Unread != 1 {
		t.Errorf("came %+v", f.data)
	}
	grace.submit("/api/notify", "user", string(grace.id), "text", "from herself").want(t, 204)
	f = l.expect("notification")
	if n := f.data.Notification; n == nil || n.Text != "from herself" || n.Actor != nil || *f.data.Unread != 2 {
		t.Errorf("came %+v", f.data)
	}
	linus.call("POST", "/api/notify", `{"user":"Grace","text":"from somebody else"}`).fails(t, 403, chat.Forbidden, "")
	ada.call("POST", "/api/notify", `{"user":"nobody","text":"x"}`).fails(t, 422, chat.Invalid, "user")
	ada.call("POST", "/api/notify", `{"user":"Grace","text":" "}`).fails(t, 422, chat.Invalid, "text")
	ada.call("POST", "/api/notify", `{"user":"Grace","text":"`+strings.Repeat("x", chat.MaxNote+1)+`"}`).fails(t, 422, chat.Invalid, "text")
	s.stranger().submit("/api/notify", "user", "Grace", "text", "x").fails(t, 401, chat.Unauthenticated, "")
	if got := grace.notifications(""); len(got) != 2 {
		t.Errorf("Grace has %+v", got)
	}
}

// What a stream tells of a notification is what the list has of it.
func TestAStreamAndTheListTellTheSameOfANotification(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	l := grace.listen(stream)
	l.expect("ping")
	ada.says(chat.General, "@Grace")
	l.expect("message")
	told, err := json.Marshal(l.expect("notification").data.Notification)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := json.Marshal(grace.notifications("")[0])
	if err != nil {
		t.Fatal(err)
	}
	if string(told) != string(listed) {
		t.Errorf("told is %s, listed %s", told, listed)
	}
}

func TestAReplayTellsOfNotificationsAsTheyAreNow(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	before := grace.listen(stream).expect("ping").id
	var posted []chat.Message
	for range 3 {
		posted = append(posted, ada.says(chat.General, "@Grace"))
	}
	list := grace.notifications("") // the newest first
	grace.call("POST", "/rooms/general/read", "").want(t, 204)
	ada.call("DELETE", "/messages/"+string(posted[2].ID), "").want(t, 200)
	told := map[chat.NotificationID]string{}
	l := grace.listen(stream + "&cursor=" + before)
	for f := l.next(); f.name != "ping"; f = l.next() {
		if f.name != "notification" {
			continue
		}
		if *f.data.Unread != 0 {
			t.Errorf("%d are said to be unread", *f.data.Unread)
		}
		if n := f.data.Notification; n != nil {
			told[n.ID] += fmt.Sprint("read: ", n.Read)
		} else {
			told[f.data.Withdrawn] += "withdrawn"
		}
	}
	want := map[chat.NotificationID]string{list[0].ID: "withdrawn", list[1].ID: "read: true", list[2].ID: "read: true"}
	if !maps.Equal(told, want) {
		t.Errorf("told is %v, want %v", told, want)
	}
}
