package web

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestRoomsAreListedForPeopleAndPrograms(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	lounge := ada.room("Lounge", false)
	ada.room("Board", true)
	ada.says(chat.General, "hello")

	grace.get("/rooms").want(t, 200, "general", "Lounge").lacks(t, "Board")
	var list jsonRoomList
	a := grace.call("GET", "/rooms", "").want(t, 200)
	a.json(t, &list)
	want := []jsonRoom{
		{ID: chat.General, Name: "general", Joined: true, Unread: 1, Level: chat.LevelMentions},
		{ID: lounge, Name: "Lounge"},
	}
	if !reflect.DeepEqual(list.Rooms, want) || !strings.HasPrefix(list.Cursor, "c1.") {
		t.Errorf("got %+v", list)
	}
}

func TestMakingARoom(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")

	a := ada.submit("/rooms", "name", "Lounge").want(t, http.StatusSeeOther)
	ada.get(a.header.Get("Location")).want(t, 200, "Lounge")

	for _, private := range []string{`true`, `"true"`, `"on"`, `"1"`, `1`} {
		var room jsonRoom
		ada.call("POST", "/rooms", `{"name":"Board","private":`+private+`}`).want(t, 201).json(t, &room)
		if !room.Private || room.Name != "Board" || !room.Joined {
			t.Errorf("private %s: %+v", private, room)
		}
		grace.get("/rooms/"+string(room.ID)).want(t, 404)
	}
	for _, public := range []string{`false`, `"off"`, `null`, `""`} {
		var room jsonRoom
		ada.call("POST", "/rooms", `{"name":"Hall","private":`+public+`}`).want(t, 201).json(t, &room)
		if room.Private {
			t.Errorf("private %s: %+v", public, room)
		}
	}
	a = ada.submit("/rooms", "name", "Secret", "private", "on").want(t, 303)
	grace.get(a.header.Get("Location")).want(t, 404)

	ada.submit("/rooms", "name", strings.Repeat("x", 41), "private", "on").want(t, 422, "at most 40", strings.Repeat("x", 41), "checked")
	ada.call("POST", "/rooms", `{"name":" "}`).fails(t, 422, chat.Invalid, "name")
}

// Nothing tells a private room from one that does not exist.
func TestAPrivateRoomIsNotThere(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	private := ada.room("Board", true)
	secret := ada.says(private, "the secret")
	ada.get(roomURL(private)).want(t, 200, "Board", "the secret")
	missing := chat.RoomID(strings.Repeat("x", len(private)))

	for _, request := range []struct{ method, path, body string }{
		{"GET", "", ""}, {"GET", "?before=5", ""}, {"GET", "?around=" + string(secret.ID), ""},
		{"POST", "/join", ""}, {"POST", "/leave", ""}, {"POST", "/read", ""}, {"POST", "/typing", ""}, {"POST", "/archive", ""},
		{"POST", "/messages", "body=hello"}, {"POST", "/members", "user=Grace"}, {"POST", "", "_method=PATCH&name=Mine"},
		{"DELETE", "/members/" + string(ada.id), ""}, {"POST", "/members/" + string(ada.id), "_method=DELETE"},
	} {
		t.Run(request.method+request.path, func(t *testing.T) {
			for _, accept := range []string{"text/html", "application/json", turboType + ", text/html"} {
				ask := func(room chat.RoomID) answer {
					return grace.do(request.method, roomURL(room)+request.path, request.body,
						"Accept", accept, "Content-Type", "application/x-www-form-urlencoded")
				}
				there, nowhere := ask(private).want(t, 404), ask(missing).want(t, 404)
				if there.body != nowhere.body || len(there.header) != len(nowhere.header) {
					t.Errorf("%s: the answers differ:\n%s\n%s", accept, there.body, nowhere.body)
				}
			}
		})
	}
	grace.get("/messages/"+string(secret.ID)).want(t, 404)
	grace.call("PATCH", "/messages/"+string(secret.ID), `{"body":"mine"}`).fails(t, 404, chat.NotFound, "")
	grace.call("DELETE", "/messages/"+string(secret.ID), "").fails(t, 404, chat.NotFound, "")
}

func TestANonMemberOfAPublicRoomSeesItsNameAndHowToJoin(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	lounge := ada.room("Lounge", false)
	ada.says(lounge, "for members")
	grace.get(roomURL(lounge)).want(t, 200, "Lounge", `action="`+roomURL(lounge)+`/join"`).lacks(t, "for members")
	grace.call("GET", roomURL(lounge), "").want(t, 200, `"joined":false`, `"messages":[]`, `"members":[]`).lacks(t, "for members")
	grace.call("POST", roomURL(lounge)+"/messages", `{"body":"hello"}`).fails(t, 403, chat.Forbidden, "")

	grace.submit(roomURL(lounge)+"/join").leadsTo(t, roomURL(lounge))
	grace.get(roomURL(lounge)).want(t, 200, "for members")
	grace.submit(roomURL(lounge)+"/leave").leadsTo(t, "/rooms")
	grace.get(roomURL(lounge)).want(t, 200).lacks(t, "for members")
	grace.call("POST", roomURL(lounge)+"/join", "").want(t, 204)
	grace.call("POST", roomURL(lounge)+"/leave", "").want(t, 204)
}

func TestARoomsPageForPrograms(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	lounge := ada.room("Lounge", false)
	for range 3 {
		ada.says(lounge, "hello")
	}
	m := ada.says(lounge, "the last")
	var page jsonRoomPage
	ada.call("GET", roomURL(lounge), "").want(t, 200).json(t, &page)
	if !reflect.DeepEqual(page.Room, jsonRoom{ID: lounge, Name: "Lounge", Joined: true, Level: chat.LevelMentions}) || len(page.Messages) != 4 ||
		len(page.Members) != 1 || page.Members[0].Name != "Ada" || page.Older || page.Newer || !strings.HasPrefix(page.Cursor, "c1.") {
		t.Errorf("got %+v", page)
	}
	if got := page.Messages[3]; got.ID != m.ID || got.Room != lounge || got.Seq != 4 || got.RoomRev != m.RoomRev ||
		*got.Author != (jsonPerson{ID: ada.id, Name: "Ada"}) || got.Body != "the last" || !got.CreatedAt.Equal(m.CreatedAt) || got.EditedAt != nil || got.Deleted {
		t.Errorf("got %+v", got)
	}

	ada.call("GET", roomURL(lounge)+"?before=3", "").want(t, 200).json(t, &page)
	if len(page.Messages) != 2 || !page.Newer {
		t.Errorf("before 3: %+v", page)
	}
	ada.call("GET", roomURL(lounge)+"?before="+string(m.ID), "").want(t, 200).json(t, &page)
	if len(page.Messages) != 3 {
		t.Errorf("before the last: %+v", page)
	}
	ada.call("GET", roomURL(lounge)+"?around="+string(m.ID), "").want(t, 200).json(t, &page)
	if len(page.Messages) != 4 {
		t.Errorf("around the last: %+v", page)
	}
	ada.call("GET", roomURL(lounge)+"?around="+string(chat.NewMessageID()), "").fails(t, 404, chat.NotFound, "")
}

func TestRenamingAndArchiving(t *testing.T) {
	s := newSite(t)
	s.signUp("Admin")
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	lounge := ada.room("Lounge", false)
	grace.submit(roomURL(lounge) + "/join")

	grace.submit(roomURL(lounge), "_method", "PATCH", "name", "Mine").want(t, 403)
	ada.submit(roomURL(lounge), "_method", "PATCH", "name", "Salon").leadsTo(t, roomURL(lounge))
	ada.call("PATCH", roomURL(lounge), `{"name":"Parlour"}`).want(t, 204)
	ada.submit(roomURL(lounge), "_method", "PATCH", "name", "").want(t, 422, "must not be empty")
	ada.get(roomURL(lounge)).want(t, 200, "Parlour")

	grace.submit(roomURL(lounge)+"/archive").want(t, 403)
	ada.submit(roomURL(lounge)+"/archive").leadsTo(t, roomURL(lounge))
	grace.call("POST", roomURL(lounge)+"/messages", `{"body":"hello"}`).fails(t, 403, chat.Forbidden, "")
	ada.call("GET", roomURL(lounge), "").want(t, 200, `"archived":true`)
}

func TestAddingAndRemovingMembers(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	board := ada.room("Board", true)
	ada.submit(roomURL(board)+"/members", "user", "grace").leadsTo(t, roomURL(board))
	grace.get(roomURL(board)).want(t, 200, "Board")
	ada.submit(roomURL(board)+"/members", "user", "nobody at all").want(t, 422, "Nobody has this name", "nobody at all")
	ada.call("POST", roomURL(board)+"/members", `{"user":""}`).fails(t, 422, chat.Invalid, "user")

	grace.call("DELETE", roomURL(board)+"/members/"+string(ada.id), "").fails(t, 403, chat.Forbidden, "")
	ada.submit(roomURL(board)+"/members/"+string(grace.id), "_method", "DELETE").leadsTo(t, roomURL(board))
	grace.get(roomURL(board)).want(t, 404)
	ada.call("POST", roomURL(board)+"/members", `{"user":"`+string(grace.id)+`"}`).want(t, 204)
	grace.get(roomURL(board)).want(t, 200)
	ada.call("DELETE", roomURL(board)+"/members/"+string(grace.id), "").want(t, 204)
	grace.get(roomURL(board)).want(t, 404)
}

func TestReading(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	for range 5 {
		ada.says(chat.General, "hello")
	}
	unread := func() int {
		var page jsonRoomPage
		grace.call("GET", "/rooms/general", "").want(t, 200).json(t, &page)
		return page.Room.Unread
	}
	if n := unread(); n != 5 {
		t.Fatalf("%d unread, want 5", n)
	}
	grace.call("POST", "/rooms/general/read", `{"seq":2}`).want(t, 204)
	if n := unread(); n != 3 {
		t.Errorf("%d unread, want 3", n)
	}
	grace.call("POST", "/rooms/general/read", `{"seq":-7}`).want(t, 204)
	if n := unread(); n != 3 {
		t.Errorf("%d unread after -7, want 3", n)
	}
	grace.call("POST", "/rooms/general/read", `{"seq":"many"}`).fails(t, 422, chat.Invalid, "seq")
	grace.submit("/rooms/general/read").leadsTo(t, "/rooms/general")
	if n := unread(); n != 0 {
		t.Errorf("%d unread, want 0", n)
	}
}

func TestTypingIsForMembers(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	lounge := ada.room("Lounge", false)
	ada.submit(roomURL(lounge)+"/typing").want(t, 204)
	ada.call("POST", roomURL(lounge)+"/typing", "").want(t, 204)
	grace.call("POST", roomURL(lounge)+"/typing", "").fails(t, 403, chat.Forbidden, "")
}

func TestHomeIsTheRoomLastVisited(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	lounge := ada.room("Lounge", false)
	ada.get("/").leadsTo(t, "/rooms/general")
	ada.get(roomURL(lounge)).want(t, 200)
	ada.get("/").leadsTo(t, roomURL(lounge))
	ada.submit(roomURL(lounge) + "/leave")
	ada.get("/").leadsTo(t, "/rooms/general")
	ada.submit("/rooms/general/leave")
	ada.get("/").leadsTo(t, "/rooms")
}
