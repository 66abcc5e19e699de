package web

import (
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

const someID = "2f1c6f0e-8f0b-4c7e-9a54-3d1f0f6f9a11"

func TestPostingByForm(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	ada.submit("/rooms/general/messages", "id", someID, "body", "two\r\nlines").leadsTo(t, "/rooms/general#message-"+someID)
	ada.get("/rooms/general").want(t, 200, `id="message-`+someID+`"`, "two\nlines")
	ada.submit("/rooms/general/messages", "body", "without an id").want(t, 303)
	ada.get("/rooms/general").want(t, 200, "without an id")
}

func TestPostingByProgram(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	var first, again jsonReceipt
	ada.call("POST", "/rooms/general/messages", `{"id":"`+strings.ToUpper(someID)+`","body":"hello"}`).want(t, 201).json(t, &first)
	ada.call("POST", "/rooms/general/messages", `{"id":"`+someID+`","body":"changed"}`).want(t, 200).json(t, &again)
	if first.ID != someID || first.RoomRev == 0 || again != first {
		t.Errorf("first %+v, again %+v", first, again)
	}
	ada.call("GET", "/messages/"+someID, "").want(t, 200, `"body":"hello"`, `"edited_at":null`, `"deleted":false`)
	grace.call("POST", "/rooms/general/messages", `{"id":"`+someID+`","body":"mine"}`).fails(t, 409, chat.Conflict, "id")

	token := []string{"Authorization", "Bearer " + ada.token, "Content-Type", "application/x-www-form-urlencoded"}
	s.stranger().do("POST", "/rooms/general/messages", "body=by+curl", token...).want(t, 201, `"room_rev":`)
}

func TestPostingByFetch(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	headers := []string{"Accept", turboType + ", text/html", "Content-Type", "application/x-www-form-urlencoded"}
	a := ada.do("POST", "/rooms/general/messages", form("id", someID, "body", "<b>hello</b>"), headers...)
	a.want(t, 201, "<turbo-stream", "message-"+someID, "&lt;b&gt;hello").lacks(t, "<b>", "<html")
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, turboType) {
		t.Errorf("Content-Type %q", got)
	}
	ada.do("POST", "/rooms/general/messages", form("id", someID, "body", "hello"), headers...).want(t, 200, "message-"+someID)
	ada.do("PATCH", "/messages/"+someID, form("body", "changed"), headers...).want(t, 200, "<turbo-stream", "changed")
	ada.do("POST", "/messages/"+someID, form("_method", "DELETE"), headers...).want(t, 200, "<turbo-stream", someID).lacks(t, "changed")
}

func TestAMultipartFormIsAFormToo(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	body := "--x\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nin parts\r\n--x--\r\n"
	ada.do("POST", "/rooms/general/messages", body, "Content-Type", "multipart/form-data; boundary=x").want(t, 303)
	ada.get("/rooms/general").want(t, 200, "in parts")
}

func TestWhatCannotBePostedIsKept(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	long := strings.Repeat("😀", chat.MaxBody+1)
	ada.submit("/rooms/general/messages", "id", someID, "body", long).want(t, 422, "at most 8000", long, someID)
	ada.submit("/rooms/general/messages", "body", " \n ").want(t, 422, "Write something first")
	ada.submit("/rooms/general/messages", "id", "not a uuid", "body", "hello").want(t, 422, "hello")
	ada.call("POST", "/rooms/general/messages", `{"body":"`+long+`"}`).fails(t, 422, chat.Invalid, "body")
	ada.submit("/rooms/general/messages", "body", strings.Repeat("😀", chat.MaxBody)).want(t, 303)
}

func TestEditingAndDeleting(t *testing.T) {
	s := newSite(t)
	admin, ada, grace := s.signUp("Admin"), s.signUp("Ada"), s.signUp("Grace")
	m := ada.says(chat.General, "hello")
	path := "/messages/" + string(m.ID)
	there := "/rooms/general#message-" + string(m.ID)

	ada.get(path).want(t, 200, "hello", `name="_method"`)
	grace.get(path).want(t, 200, "hello").lacks(t, `name="_method"`)
	ada.submit(path, "_method", "PATCH", "body", "good morning").leadsTo(t, there)
	var receipt jsonReceipt
	ada.call("PATCH", path, `{"body":"good evening"}`).want(t, 200).json(t, &receipt)
	if receipt.ID != m.ID || receipt.RoomRev <= m.RoomRev {
		t.Errorf("got %+v", receipt)
	}
	var edited jsonMessage
	ada.call("GET", path, "").want(t, 200).json(t, &edited)
	if edited.Body != "good evening" || edited.EditedAt == nil {
		t.Errorf("got %+v", edited)
	}

	ada.submit(path, "_method", "PATCH", "body", " ").want(t, 422, "Write something first")
	ada.call("PATCH", path, `{"body":""}`).fails(t, 422, chat.Invalid, "body")
	grace.submit(path, "_method", "PATCH", "body", "mine").want(t, 403)
	grace.call("DELETE", path, "").fails(t, 403, chat.Forbidden, "")

	admin.submit(path, "_method", "DELETE").leadsTo(t, there)
	ada.call("GET", path, "").want(t, 200, `"deleted":true`, `"body":""`)
	ada.get("/rooms/general").want(t, 200).lacks(t, "good evening", "good morning")
	ada.call("PATCH", path, `{"body":"back again"}`).fails(t, 404, chat.NotFound, "")
	ada.call("DELETE", path, "").want(t, 200)
}

func TestMarkupStaysText(t *testing.T) {
	s := newSite(t)
	attacks := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg/onload=alert(1)>`,
		`</textarea><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
	}
	for _, attack := range attacks {
		name := []rune(attack)
		eve := s.signUp(string(name[:min(len(name), 40)]))
		room := eve.room(string(name[:min(len(name), 40)]), false)
		eve.says(room, attack+" javascript:alert(1) https://example.com/\"onmouseover=alert(1)")
		for _, path := range []string{roomURL(room), "/rooms", "/settings"} {
			eve.get(path).want(t, 200).lacks(t, "<script>alert", "<img src=x", "<svg/onload", `href="javascript:`, `"onmouseover`)
		}
		eve.submit(roomURL(room)+"/messages", "id", attack, "body", attack).want(t, 422).lacks(t, "<script>alert", "<img src=x", "<svg/onload")
		eve.submit("/settings/tokens", "label", attack+strings.Repeat("x", 40)).want(t, 422).lacks(t, "<script>alert", "<img src=x", "<svg/onload")
	}
}
