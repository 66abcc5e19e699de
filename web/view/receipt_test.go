package view

import (
	"maps"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"example.com/chat/internal/chat"
)

func init() { maps.Copy(goldens, receipts) }

// receipts are the goldens of who has read how far.
var receipts = map[string]templ.Component{
	"room_seen":         Room(seenPage(map[chat.UserID]int64{"ada": 4, "grace": 4})),
	"room_seen_of_many": Room(seenPage(map[chat.UserID]int64{"grace": 1, "margaret": 2}, margaret, linus)),
	"settings_receipts": Settings(SettingsPage{Frame: frame(grace), Receipts: true, Prefs: chat.Prefs{Receipts: true}}),
	"stream_seen":       StreamSeen(SeenChange{"dm-1", 9, "grace", 4}),
}

var (
	linus    = chat.Person{ID: "linus", Name: "Linus", Role: chat.Ordinary} // whom Ada has blocked
	margaret = chat.Person{ID: "margaret", Name: "</bdi><script>", Role: chat.Ordinary}
)

// seenPage is the page of a direct room as Ada sees it, who wrote messages 1 and 4; 2 is Grace's, 3 is deleted.
func seenPage(seen map[chat.UserID]int64, more ...chat.Person) RoomPage {
	return changed(roomPage(), func(v *RoomPage) {
		v.Page.Room, v.Page.Seen, v.Page.Members = between, seen, append([]chat.Person{grace, ada}, more...)
	})
}

func TestWhoHasReadStandsUnderTheNewestMessageOfOthersThatTheyHaveSeen(t *testing.T) {
	for name, tt := range map[string]struct {
		viewer chat.Person
		seen   map[chat.UserID]int64
		newer  bool
		want   string
	}{
		"nobody":                    {ada, nil, false, ""},
		"the newest":                {ada, map[chat.UserID]int64{"grace": 4}, false, "4:grace"},
		"one further up":            {ada, map[chat.UserID]int64{"grace": 1}, false, "1:grace"},
		"not one's own":             {ada, map[chat.UserID]int64{"grace": 2}, false, "1:grace"},
		"not one that is gone":      {ada, map[chat.UserID]int64{"margaret": 3}, false, "2:margaret"},
		"several":                   {ada, map[chat.UserID]int64{"grace": 4, "margaret": 4}, false, "4:grace margaret"},
		"each where they are":       {ada, map[chat.UserID]int64{"grace": 1, "margaret": 4}, false, "1:grace 4:margaret"},
		"not the viewer":            {grace, map[chat.UserID]int64{"grace": 4, "ada": 4}, false, "2:ada"},
		"nobody who is blocked":     {ada, map[chat.UserID]int64{"linus": 4}, false, ""},
		"what lies after the page":  {ada, map[chat.UserID]int64{"grace": 4}, true, ""},
		"what lies before its end":  {ada, map[chat.UserID]int64{"grace": 3}, true, "1:grace"},
		"what lies before the page": {ada, map[chat.UserID]int64{"grace": 0}, false, ""},
	} {
		v := seenPage(tt.seen, margaret, linus)
		v.Viewer, v.Page.Newer = tt.viewer, tt.newer
		readers, shown := v.readers(), []string{}
		for _, m := range v.Page.Messages {
			if who := readers[m.ID]; who != nil {
				shown = append(shown, itoa(m.Seq)+":"+personIDs(who))
			}
		}
		if got := strings.Join(shown, " "); got != tt.want {
			t.Errorf("%s: %q is shown, want %q", name, got, tt.want)
		}
	}
}

func TestBetweenTwoNobodyIsNamedAndAmongMoreEverybody(t *testing.T) {
	two := render(t, Room(seenPage(map[chat.UserID]int64{"grace": 4})))
	if !strings.Contains(two, `<div class="receipt" data-seen="grace">Seen</div>`) {
		t.Errorf("between two stands\n%s", two)
	}
	three := strings.ReplaceAll(render(t, receipt(Receipt{[]chat.Person{ada, linus}, true})), "  ", " ")
	if want := `Seen by <bdi data-name-of="ada">Ada</bdi>, <bdi data-name-of="linus">Linus</bdi></div>`; !strings.Contains(three, want) {
		t.Errorf("among more stands\n%s", three)
	}
}
