package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// listener reads a stream frame by frame.
type listener struct {
	t      *testing.T
	header http.Header
	frames chan frame // closed when the stream has ended
}

// listen opens the person's stream; headers are name, value, name, value, …
func (p *person) listen(path string, headers ...string) *listener {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		p.t.Fatalf("the stream answers %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	l := &listener{p.t, res.Header, make(chan frame, 1000)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(l.frames)
		var block strings.Builder
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if block.WriteString(lines.Text() + "\n"); lines.Text() == "" {
				if f := parseFrame([]byte(block.String())); f.name != "" && f.name != "presence" { // which has tests of its own
					l.frames <- f
				}
				block.Reset()
			}
		}
	}()
	p.t.Cleanup(func() { cancel(); _ = res.Body.Close(); <-done })
	return l
}

// next is the next frame; a zero one when the stream has ended.
func (l *listener) next() frame {
	l.t.Helper()
	select {
	case f := <-l.frames:
		return f
	case <-time.After(10 * time.Second):
		l.t.Fatal("in 10 s nothing came")
		return frame{}
	}
}

// expect reads frames of these names, and gives the last.
func (l *listener) expect(names ...string) (f frame) {
	l.t.Helper()
	for _, name := range names {
		if f = l.next(); f.name != name {
			l.t.Fatalf("came %q (%+v), want %q", f.name, f.data, name)
		}
	}
	return f
}

const stream = "/events?format=json"

func TestAStreamTellsWhatHappensInOnesRoomsAndNothingElse(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	secret := ada.room("secret plans", true)
	l := grace.listen(stream)
	l.expect("ping")
	ada.says(secret, "nobody may know")
	m := ada.says(chat.General, "hello\n\nevent: reset\ndata: x")
	f := l.expect("message")
	if f.data.Message == nil || f.data.Message.ID != m.ID || f.data.Message.Body != m.Body || f.data.RoomRev != m.RoomRev || f.data.Actor.Name != "Ada" {
		t.Errorf("came %+v of %+v", f.data, m)
	}
	if err := s.chat.AddMember(t.Context(), ada.id, secret, "Grace"); err != nil {
		t.Fatal(err)
	}
	if f := l.expect("user_joined"); f.data.Room != secret || f.data.User.ID != grace.id {
		t.Errorf("came %+v", f.data)
	}
	if f := l.expect("notification"); f.data.Notification.Kind != chat.NotifyInvitation || *f.data.Unread != 1 {
		t.Errorf("came %+v", f.data.Notification)
	}
	ada.says(secret, "now you may")
	l.expect("message")
	if err := s.chat.RemoveMember(t.Context(), ada.id, secret, grace.id); err != nil {
		t.Fatal(err)
	}
	ada.says(secret, "and now no more")
	ada.says(chat.General, "but here")
	l.expect("user_left", "notification", "message") // the invitation is void
}

func TestAStreamReadsOnFromItsCursorAndTellsTheState(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	before := ada.says(chat.General, "before")
	cursor := ada.listen(stream).expect("ping").id
	edited, deleted := ada.says(chat.General, "first"), ada.says(chat.General, "taken back")
	if _, err := s.chat.Edit(t.Context(), ada.id, edited.ID, "second"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.chat.Delete(t.Context(), ada.id, deleted.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.chat.Edit(t.Context(), ada.id, before.ID, "corrected"); err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*listener{
		"query":               ada.listen(stream + "&cursor=" + cursor),
		"header":              ada.listen(stream, "Last-Event-ID", cursor),
		"header before query": ada.listen(stream+"&cursor=c1.nonsense", "Last-Event-ID", cursor),
		"empty header":        ada.listen(stream+"&cursor="+cursor, "Last-Event-ID", ""),
	} {
		f := l.expect("message")
		if f.data.Message.ID != edited.ID || f.data.Message.Body != "second" {
			t.Errorf("%s: came %+v", name, f.data.Message)
		}
		if f := l.expect("message_deleted"); f.data.Message.ID != deleted.ID || f.data.Message.Body != "" || !f.data.Message.Deleted {
			t.Errorf("%s: came %+v", name, f.data.Message)
		}
		f = l.expect("message_edited")
		if f.data.Message.ID != before.ID || f.data.Message.Body != "corrected" {
			t.Errorf("%s: came %+v", name, f.data.Message)
		}
		l.expect("ping")
		again := ada.listen(stream, "Last-Event-ID", f.id)
		again.expect("ping")
	}
}

func TestAnUnusableCursorIsAResetWithTheHeadAndNeverAnError(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	ada.says(chat.General, "hello")
	foreign := chat.NewCursors([]byte("0123456789abcdef")).Encode(chat.Position{Epoch: 1, ID: 1})
	oldEpoch := chat.NewCursors(make([]byte, 16)).Encode(chat.Position{Epoch: 1, ID: 1})
	for _, cursor := range []string{"c1.", "0", "nonsense", strings.Repeat("x", 5000), "c1.AAAAAAAAAAAAAAAAAAAAAA", "%00%ff", foreign, oldEpoch} {
		l := ada.listen(stream + "&cursor=" + cursor)
		f := l.expect("reset")
		if f.id == "" || f.data.Reason == "" {
			t.Errorf("%.20q: the reset is %+v", cursor, f)
		}
		if f := l.next(); f.name != "" {
			t.Errorf("%.20q: after the reset came %q", cursor, f.name)
		}
		ada.listen(stream, "Last-Event-ID", f.id).expect("ping")
	}
}

func TestTooMuchOfARoomIsStaleAndTooMuchInAllIsAReset(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	cursor := ada.listen(stream).expect("ping").id
	busy := ada.room("busy", false)
	for range 51 {
		ada.says(chat.General, "again")
	}
	l := ada.listen(stream + "&cursor=" + cursor)
	if f := l.expect("room_stale"); f.data.Room != chat.General {
		t.Errorf("stale is %+v", f.data)
	}
	if f := l.expect("user_joined", "room"); f.data.Room != busy || f.data.Name != "busy" {
		t.Errorf("came %+v", f.data)
	}
	l.expect("ping")

	rooms := []chat.RoomID{busy}
	for range 10 {
		rooms = append(rooms, ada.room("more", false))
	}
	grace := s.signUp("Grace")
	for _, room := range rooms {
		grace.call("POST", roomURL(room)+"/join", "").want(t, 204)
	}
	cursor = grace.listen(stream).expect("ping").id
	for _, room := range rooms {
		ada.says(room, "again, @Grace")
		for range 48 {
			ada.says(room, "again")
		}
	}
	for who, want := range map[*person][2]int{ada: {0, 0}, grace: {49 * len(rooms), len(rooms)}} {
		f := who.listen(stream + "&cursor=" + cursor).expect("reset")
		if f.data.Reason != "too_much" || *f.data.Missed != want[0] || *f.data.Mentions != want[1] {
			t.Errorf("%s's reset is %+v, want %d missed", who.name, f.data, want)
		}
	}
	grace.get("/events?cursor="+cursor).want(t, 200, `action="reset" reason="too_much" missed="539" mentions="11"`) // the stream ends
}

func TestSigningOutEndsTheStreamForGood(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	l := ada.listen("/events")
	l.expect("ping")
	if a := ada.submit("/logout"); a.status != http.StatusSeeOther {
		t.Fatalf("signing out answers %d", a.status)
	}
	l.expect("bye")
	if f := l.next(); f.name != "" {
		t.Errorf("after the end came %q", f.name)
	}
	if a := ada.do("GET", "/events", ""); a.status != http.StatusNoContent {
		t.Errorf("the stream of nobody answers %d", a.status)
	}
}

func TestWhoMayNotOpenAStreamIsToldSo(t *testing.T) {
	s := newSite(t, func(c *Config) { c.AllowedOrigins = []string{"https://app.example.com"} })
	ada := s.signUp("Ada")
	for _, c := range []struct {
		name   string
		who    *person
		status int
		header []string
	}{
		{"nobody", s.stranger(), http.StatusNoContent, nil},
		{"a bad token", s.stranger(), http.StatusUnauthorized, []string{"Authorization", "Bearer nonsense"}},
		{"another origin", ada, http.StatusForbidden, []string{"Origin", "https://evil.example"}},
		{"another origin, as a browser says it", ada, http.StatusForbidden, []string{"Sec-Fetch-Site", "cross-site"}},
		{"a sibling's page", ada, http.StatusForbidden, []string{"Sec-Fetch-Site", "same-site", "Origin", "https://evil.example"}},
		{"no origin at all", ada, http.StatusForbidden, []string{"Origin", "null"}},
	} {
		a := c.who.do("GET", "/events", "", c.header...)
		if a.status != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.status)
		}
		if got := a.header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%s: Access-Control-Allow-Origin is %q", c.name, got)
		}
	}
	ada.listen("/events", "Sec-Fetch-Site", "same-origin", "Origin", s.URL).expect("ping")
	l := ada.listen("/events", "Sec-Fetch-Site", "cross-site", "Origin", "https://app.example.com")
	if got := l.header.Get("Access-Control-Allow-Origin"); got != "https://app.example.com" {
		t.Errorf("an allowed origin is told %q", got)
	}
}

func TestPagesAndProgramsAreToldTheSame(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	html, json := ada.listen("/events"), ada.listen(stream)
	html.expect("ping")
	json.expect("ping")
	ada.says(chat.General, "hello")
	room := ada.room("ops", false)
	if err := s.chat.RenameRoom(t.Context(), ada.id, room, "operations"); err != nil {
		t.Fatal(err)
	}
	if err := s.chat.MarkRead(t.Context(), ada.id, chat.General, -1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"message", "user_joined", "room", "room", "read", "user_left"} {
		if name == "user_left" { // not before: what is queued for a room that one left is dropped
			if err := s.chat.Leave(t.Context(), ada.id, room); err != nil {
				t.Fatal(err)
			}
		}
		a, b := html.expect(name), json.expect(name)
		if a.id != b.id || a.id == "" {
			t.Errorf("%s: the page's id is %q, the program's %q", name, a.id, b.id)
		}
		if b.data.Kind != name {
			t.Errorf("%s: its kind is %q", name, b.data.Kind)
		}
	}
}

func TestAPageIsToldOfTypingWithoutAnID(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	l := grace.listen(stream)
	l.expect("ping")
	if a := ada.submit("/rooms/general/typing"); a.status != http.StatusNoContent {
		t.Fatalf("typing answers %d", a.status)
	}
	if f := l.expect("typing"); f.id != "" || f.data.User.ID != ada.id || f.data.Room != chat.General {
		t.Errorf("came %+v", f)
	}
}

func TestAStreamOpenedWhileTheServerLeavesIsToldToComeBack(t *testing.T) {
	var engine *sse.Engine
	s := newSite(t, func(c *Config) { engine = c.Engine })
	ada := s.signUp("Ada")
	open := ada.listen(stream)
	open.expect("ping")
	if err := engine.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*listener{"an open stream": open, "a new one": ada.listen(stream)} {
		l.expect("bye")
		if f := l.next(); f.name != "" {
			t.Errorf("%s: after the end came %q", name, f.name)
		}
	}
}

func TestTheFormatIsThatOfTheQueryAndElseOfAccept(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	bearer := []string{"Authorization", "Bearer " + ada.token}
	for _, c := range []struct {
		path   string
		header []string
		json   bool
	}{
		{"/events", nil, false},
		{"/events", bearer, false},
		{"/events?format=html", []string{"Accept", "application/json"}, false},
		{"/events", []string{"Accept", "application/json"}, true},
		{"/events?format=json", append(bearer, "Accept", "text/event-stream"), true},
	} {
		l := ada.listen(c.path, c.header...)
		l.expect("ping")
		ada.says(chat.General, "hello")
		if f := l.expect("message"); (f.data.Kind == "message") != c.json {
			t.Errorf("%s %v: JSON is %v", c.path, c.header, !c.json)
		}
	}
}

// deadWriter is the writer of a connection that is gone, as its flush finds out.
type deadWriter struct{ http.ResponseWriter }

func (deadWriter) FlushError() error { return io.ErrClosedPipe }

func TestAStreamHearsThatItsFlushFailed(t *testing.T) {
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), deadWriter{httptest.NewRecorder()})
	if err := http.NewResponseController(responseOf(c)).Flush(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the flush gave %v", err)
	}
}
