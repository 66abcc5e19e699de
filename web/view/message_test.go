package view

import (
	"maps"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"example.com/chat/internal/chat"
)

func init() { maps.Copy(goldens, conversation) }

// answer is a message with everything that one can have.
func answer() chat.Message {
	return chat.Message{
		ID: fresh, RoomID: "general", Author: grace, Seq: 5, RoomRev: 12, Body: "@Ada @room <script>alert(11)</script>", CreatedAt: noon,
		ReplyTo: first, Mentions: []chat.UserID{"ada", "linus"}, Called: []string{"Ada", "Linus Torvalds"}, Everybody: true,
		Reactions: []chat.Reaction{{Emoji: "👍", People: []chat.Person{ada, grace}}, {Emoji: "🎉", People: []chat.Person{grace}}},
	}
}

// conversation are the goldens of messages and what stands around them.
var conversation = map[string]templ.Component{
	"message":          EditMessage(MessagePage{Viewer: ada, Message: answer(), Member: true}),
	"stream_answer":    StreamMessage(MessageChange{12, answer()}),
	"stream_reactions": StreamReactions(ReactionChange{13, fresh, answer().Reactions}),
	"stream_unreacted": StreamReactions(ReactionChange{14, fresh, nil}),
	"room_unread": Room(changed(roomPage(), func(v *RoomPage) {
		v.Page.Rooms[0].Unread, v.Page.Rooms[0].Mentions = 57, 3
		v.Page.Messages, v.Page.Newer = append(v.Page.Messages, answer()), true
	})),
	"room_reply": Room(changed(roomPage(), func(v *RoomPage) { v.ReplyTo = string(second) })),
	"room_reply_refused": Room(changed(roomPage(), func(v *RoomPage) {
		v.Body, v.ReplyTo, v.Problem = "Yes", string(third), Problem{"reply_to", "The message that you answer is not there any more."}
	})),
}

func TestWhatIsMissedIsSaidInWords(t *testing.T) {
	for line, want := range map[[2]int]string{
		{1, 0}:  "1 new message since you were last here",
		{2, 1}:  "2 new messages since you were last here, 1 mentions you",
		{57, 3}: "57 new messages since you were last here, 3 mention you",
	} {
		if got := missed(chat.RoomLine{Unread: line[0], Mentions: line[1]}); got != want {
			t.Errorf("%v: %q", line, got)
		}
	}
}

func TestAMessageIsTheSameForEverybody(t *testing.T) {
	page := func(viewer chat.Person) string {
		return render(t, Room(changed(roomPage(), func(v *RoomPage) { v.Viewer, v.Page.Messages = viewer, []chat.Message{answer()} })))
	}
	alone := strings.TrimSpace(render(t, Message(answer())))
	for _, viewer := range []chat.Person{ada, grace} {
		if !strings.Contains(page(viewer), alone) {
			t.Errorf("%s's page shows another message than the stream brings", viewer.ID)
		}
	}
}

func TestAnAnswerCarriesNothingOfWhatItAnswers(t *testing.T) {
	html := render(t, goldens["stream_answer"])
	if !strings.Contains(html, `data-reply-to="`+string(first)+`"`) {
		t.Fatal("it answers nothing: this proves nothing")
	}
	if text := messages()[0].Body; strings.Contains(html, text[:5]) {
		t.Error("a copy of that text outlives its being edited or deleted")
	}
}

func TestTheMessagePageOffersWhatTheViewerMay(t *testing.T) {
	for who, test := range map[string]struct {
		viewer         chat.Person
		edits, deletes bool
	}{
		"the author":       {grace, true, true},
		"an administrator": {ada, false, true},
		"somebody else":    {chat.Person{ID: "linus", Name: "Linus", Role: chat.Ordinary}, false, false},
	} {
		html := render(t, EditMessage(MessagePage{Viewer: test.viewer, Message: answer(), Member: true, Body: answer().Body}))
		if edits := strings.Contains(html, `value="PATCH"`); edits != test.edits {
			t.Errorf("%s may edit: %v", who, edits)
		}
		if deletes := strings.Contains(html, `value="DELETE"`); deletes != test.deletes {
			t.Errorf("%s may delete: %v", who, deletes)
		}
		if !strings.Contains(html, "/reactions") {
			t.Errorf("%s cannot react", who)
		}
	}
}
