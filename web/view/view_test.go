package view

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"example.com/chat/internal/chat"
)

var update = flag.Bool("update", false, "write testdata/*.html as it is now")

// The cast. Names, rooms and bodies are what an attacker would choose.
var (
	ada   = chat.Person{ID: "ada", Name: "Ada", Role: chat.Administrator}
	grace = chat.Person{ID: "grace", Name: `<img src=x onerror="alert(1)">`, Role: chat.Ordinary, Avatar: "0a1b", Status: "<script>alert(11)</script>"}

	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

	general = chat.Room{ID: "general", Name: "general", Rev: 9, Seq: 4}
	ops     = chat.Room{ID: "ops", Name: `"><script>alert(2)</script>`, Private: true, CreatorID: "grace", Rev: 3, Seq: 1}
	between = chat.Room{ID: "dm-1", Private: true, Direct: true, CreatorID: "ada", Rev: 5, Seq: 2}
	attic   = chat.Room{ID: "attic", Name: "attic", ArchivedAt: noon, Rev: 2}
)

const (
	first  = chat.MessageID("00000000-0000-4000-8000-000000000001")
	second = chat.MessageID("00000000-0000-4000-8000-000000000002")
	third  = chat.MessageID("00000000-0000-4000-8000-000000000003")
	fresh  = chat.MessageID("00000000-0000-4000-8000-00000000000f")
)

func messages() []chat.Message {
	return []chat.Message{
		{ID: first, RoomID: "general", Author: ada, Seq: 1, RoomRev: 2, Body: "Hello\n  https://example.org/?a=1&b=2.", CreatedAt: noon},
		{ID: second, RoomID: "general", Author: grace, Seq: 2, RoomRev: 7, Body: `</div><script>alert("3")</script> javascript:alert(4) שלום`, CreatedAt: noon.Add(time.Minute), EditedAt: noon.Add(time.Hour)},
		{ID: third, RoomID: "general", Author: ada, Seq: 3, RoomRev: 8, CreatedAt: noon, DeletedAt: noon.Add(time.Hour)},
		{ID: "00000000-0000-4000-8000-000000000004", RoomID: "general", Author: ada, Seq: 4, RoomRev: 9, Body: "👍🏽", CreatedAt: noon.Add(time.Hour)},
	}
}

// frame is what is around the pages.
func frame(viewer chat.Person) Frame {
	return Frame{Viewer: viewer, Cursor: "c1.abc", Lines: lines(), Bell: 2, Blocked: []chat.UserID{"linus"}}
}

func lines() []chat.RoomLine {
	return []chat.RoomLine{
		{Room: general, Joined: true, ReadSeq: 1, Unread: 1, Mentions: 1},
		{Room: attic, Joined: true, MutedUntil: noon.AddDate(900, 0, 0)},
		{Room: ops, Joined: true, Unread: 120, Level: chat.LevelNothing},
		{Room: between, Joined: true, Unread: 2, Mentions: 2, People: []chat.Person{grace, ada}},
		{Room: chat.Room{ID: "tea", Name: "tea & cake", Rev: 1}},
	}
}

func roomPage() RoomPage {
	return RoomPage{
		Frame: frame(ada), MessageID: fresh,
		Page: chat.Page{
			Rooms: lines(), Room: general, Member: &chat.Member{RoomID: "general", UserID: "ada", ReadSeq: 1},
			Members: []chat.Person{grace, ada}, MemberCount: 2, Messages: messages(), Older: true,
			Moves: []chat.Move{
				{Kind: chat.UserJoined, User: grace, Actor: grace, Seq: 3, RoomRev: 5, At: noon},
				{Kind: chat.UserLeft, User: grace, Actor: ada, Seq: 4, RoomRev: 10, At: noon},
			},
		},
	}
}

func patterns() []Pattern {
	return []Pattern{
		{Name: "count", Title: "Finite stream", Group: "Answering", Lead: "Values as they are made.", Stream: "/patterns/count/events?n=10&every=500"},
		{
			Name: "stream", Title: `<script>alert(6)</script>`, Group: "Broadcasting", Lead: `<img src=x onerror="alert(7)">`,
			Watch: []string{"What is sent arrives everywhere.", "</ul><script>alert(8)</script>"}, Stream: "/patterns/stream/events", Names: []string{"greeting", "farewell"},
			Forms: []PatternForm{
				{"Broadcast", "/patterns/stream", "Send", []PatternField{{"data", "Data", "</textarea><script>alert(9)</script>", "Several lines.", true}, {"event", "Event", `"greeting"`, "", false}}},
				{"Close", "/patterns/stream/close", "Close", nil},
			},
			Commands: []string{"curl -N -H 'Authorization: Bearer {token}' '{base}/patterns/stream/events'"},
			Source:   []PatternSource{{"web/patterns/stream.go", "package patterns\n\n// <script>alert(10)</script>\nconst answer = 42\n"}},
		},
		{Name: "many", Title: "HTTP/2", Group: "Broadcasting", Lead: "Ten at once.", Stream: "/patterns/count/events", Streams: 10, Source: []PatternSource{{"many.sh", "echo if\n"}}},
	}
}

func patternPage(at int) PatternPage {
	return PatternPage{Frame: frame(ada), Pattern: patterns()[at], All: patterns(), Base: "https://chat.example"}
}

func changed[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

var goldens = map[string]templ.Component{
	"login":  Login(Entrance{Next: "/rooms/ops", Name: "Ada", Problem: Problem{Message: "The name or the password is wrong."}}),
	"signup": Signup(Entrance{Name: grace.Name, Problem: Problem{"name", "This name is taken."}}),
	"rooms":  Rooms(RoomsPage{Frame: frame(grace), Form: RoomForm{ops.Name, true, Problem{"name", "This name is too long."}}}),
	"room":   Room(roomPage()),
	"room_refused": Room(changed(roomPage(), func(v *RoomPage) {
		v.Body, v.Problem = "</textarea><script>alert(5)</script>", Problem{"body", "At most 8,000 characters."}
	})),
	"room_private": Room(changed(roomPage(), func(v *RoomPage) {
		v.Viewer, v.Page.Room, v.Page.Messages, v.Page.Older, v.Page.Newer = grace, ops, nil, false, true
		v.Member, v.Problem = `"nobody"`, Problem{"user", "Nobody has this name."}
	})),
	"room_archived":  Room(changed(roomPage(), func(v *RoomPage) { v.Page.Room = attic })),
	"room_invited":   Room(RoomPage{Frame: frame(grace), Page: chat.Page{Rooms: lines(), Room: chat.Room{ID: "tea", Name: "tea & cake"}}}),
	"edit_message":   EditMessage(MessagePage{Viewer: grace, Message: messages()[1], Member: true, Body: messages()[1].Body}),
	"delete_message": EditMessage(MessagePage{Viewer: ada, Message: messages()[1]}), // an administrator, from outside
	"settings": Settings(SettingsPage{
		Frame: frame(ada), Current: "s1", Secret: "chat_secret", Problem: Problem{"current", "This is not your password."},
		Sessions: []chat.Session{
			{ID: "s1", Kind: chat.BrowserSession, Label: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", SeenAt: noon},
			{ID: "s2", Kind: chat.BrowserSession, Label: "<b>odd</b>", SeenAt: noon},
			{ID: "s3", Kind: chat.TokenSession, Label: "<i>bot</i>", SeenAt: noon},
		},
	}),
	"error": Error(ErrorPage{Status: 404, Message: chat.ErrNotFound.Message, RequestID: "r1"}),

	"patterns":        Patterns(PatternsPage{Frame: frame(ada), Patterns: patterns()}),
	"pattern":         ShowPattern(patternPage(1)),
	"pattern_many":    ShowPattern(patternPage(2)),
	"pattern_refused": ShowPattern(changed(patternPage(1), func(v *PatternPage) { v.Problem = Problem{"event", "A name has no line breaks."} })),
	"pattern_trouble": ShowPattern(changed(patternPage(1), func(v *PatternPage) { v.Problem = Problem{Message: "That was too often."} })),

	"stream_message": StreamMessage(MessageChange{7, messages()[1]}),
	"stream_removal": StreamRemoval(MessageChange{8, messages()[2]}),
	"stream_joined":  StreamJoined(MemberChange{general, chat.Move{Kind: chat.UserJoined, User: grace, Actor: ada, Seq: 4, RoomRev: 3, At: noon}}),
	"stream_left":    StreamLeft(MemberChange{general, chat.Move{Kind: chat.UserLeft, User: grace, Actor: grace, Seq: 4, RoomRev: 4, At: noon}}),
	"stream_room":    StreamRoom(RoomChange{3, ops}),
	"stream_read":    StreamRead(ReadChange{"general", 4, 1}),
	"stream_stale":   StreamStale(StaleRoom{"general"}),
	"stream_typing":  StreamTyping(Typing{"general", grace}),
	"stream_reset":   StreamReset(Missed{chat.ResetTooMuch, 57, 3}),
}

func TestComponentsRenderAsRecorded(t *testing.T) {
	for name, component := range goldens {
		t.Run(name, func(t *testing.T) {
			got := render(t, component)
			file := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; if that is meant: go test ./web/view -update", file)
			}
		})
	}
}

func TestWhatPeopleTypeStaysText(t *testing.T) {
	attacks := 0
	for name, component := range goldens {
		html := render(t, component)
		for _, bad := range []string{"<script>", "<img src=x", "<b>odd", "<i>bot", `href="javascript:`, "</textarea><"} {
			if strings.Contains(html, bad) {
				t.Errorf("%s contains %s as markup", name, bad)
			}
		}
		attacks += strings.Count(html, "&lt;script&gt;") + strings.Count(html, "&lt;img src=x")
	}
	if attacks < 10 {
		t.Errorf("only %d attempts were rendered: this test proves too little", attacks)
	}
}

// A strict Content-Security-Policy refuses them, so they would not work.
func TestNothingIsInline(t *testing.T) {
	for name, component := range goldens {
		html := render(t, component)
		for _, bad := range []string{"<style", " style=", " onclick=", "<script "} {
			if n := strings.Count(html, bad); n > strings.Count(html, `<script type="module" blocking="render" src=`) {
				t.Errorf("%s contains %s", name, bad)
			}
		}
	}
}

func TestDeletedMessagesLeaveNoTrace(t *testing.T) {
	if html := render(t, Room(roomPage())); strings.Contains(html, string(third)) {
		t.Error("the deleted message is in the page")
	}
}

func TestEveryPageHasOneHeadingAndLabelledFields(t *testing.T) {
	for name, component := range goldens {
		html := render(t, component)
		if strings.HasPrefix(name, "stream_") {
			continue
		}
		if n := strings.Count(html, "<h1"); n != 1 {
			t.Errorf("%s has %d headings", name, n)
		}
		if inputs, labels := strings.Count(html, "<input id="), strings.Count(html, "<label for="); labels < inputs {
			t.Errorf("%s has %d fields and %d labels", name, inputs, labels)
		}
	}
}

func TestAssetsAreThere(t *testing.T) {
	for _, name := range stylesheets {
		if _, err := os.Stat("../static/css/" + name + ".css"); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"js/app.js", "vendor/turbo.js", "vendor/turbo.LICENSE.txt", "img/icon.svg"} {
		if _, err := os.Stat("../static/" + name); err != nil {
			t.Error(err)
		}
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}

func TestNoComponentVouchesForTextOrAddresses(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d components were found, %v: this proves nothing", len(files), err)
	}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bypass := range []string{"templ.Raw", "templ.SafeURL"} {
			if bytes.Contains(source, []byte(bypass)) {
				t.Errorf("%s uses %s: let templ escape the text, and judge the address", name, bypass)
			}
		}
	}
}
