package chat_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"example.com/chat/internal/chat"
)

// react puts an emoji under a message, or takes it away.
func (p *place) react(who chat.UserID, m chat.Message, emoji string, on bool) chat.Message {
	p.t.Helper()
	m, err := p.React(p.t.Context(), who, m.ID, emoji, on)
	p.must(err)
	return m
}

// reactions are those of a message, as who reads it now.
func (p *place) reactions(who chat.UserID, id chat.MessageID) string {
	p.t.Helper()
	m, err := p.Message(p.t.Context(), who, id)
	p.must(err)
	return show(m)
}

func show(m chat.Message) (s string) {
	for _, r := range m.Reactions {
		s += r.Emoji
		for _, who := range r.People {
			s += " " + who.Name
		}
		s += ";"
	}
	return s
}

func TestReactionsAreCountedWithWho(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	p.react(p.grace, m, "👍", true)
	p.react(p.linus, m, "❤️", true)
	last := p.react(p.ada, m, "👍", true)
	if want := "👍 Grace Ada;❤️ Linus;"; show(last) != want || p.reactions(p.linus, m.ID) != want {
		t.Errorf("the answer has %s, the room %s, want %s", show(last), p.reactions(p.linus, m.ID), want)
	}
	if last.RoomRev <= m.RoomRev || last.ChangedID != m.ChangedID || !last.EditedAt.IsZero() {
		t.Errorf("a reaction is newer and no edit: %+v", last)
	}
}

func TestReactingAgainIsFine(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	before := len(p.announced())
	for _, on := range []bool{false, true, true, true, false, false} {
		p.react(p.grace, m, "👍", on)
	}
	if got, want := kinds(p.announcedSince(before)), []chat.Kind{chat.Reacted, chat.Reacted}; !slices.Equal(got, want) {
		t.Errorf("told was %v, want %v", got, want)
	}
	if got := p.reactions(p.ada, m.ID); got != "" {
		t.Errorf("%s is left", got)
	}
}

func TestAnEmojiThatIsLeftByWhoBeganItBeginsAnew(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	for _, who := range []chat.UserID{p.grace, p.linus, p.ada} {
		p.react(who, m, "👍", true)
	}
	p.react(p.linus, m, "❤️", true)
	for _, step := range []struct {
		who  chat.UserID
		want string
	}{{p.linus, "👍 Grace Ada;❤️ Linus;"}, {p.grace, "❤️ Linus;👍 Ada;"}, {p.ada, "❤️ Linus;"}} {
		answer := p.react(step.who, m, "👍", false)
		if stored := p.reactions(p.ada, m.ID); show(answer) != step.want || stored != step.want {
			t.Errorf("the answer has %s, the room %s, want %s", show(answer), stored, step.want)
		}
	}
}

func TestReactionsOfOneBatchKeepTheirOrder(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	var acts []func()
	want := ""
	for i := range 10 {
		emoji := string(rune('😀' + i))
		want += emoji + " Grace;"
		acts = append(acts, func() { p.react(p.grace, m, emoji, true) })
	}
	p.together(acts...)
	if got := p.reactions(p.ada, m.ID); got != want {
		t.Errorf("they come as %s, want %s", got, want)
	}
}

func TestTheLastWordInABatchCounts(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	p.react(p.grace, m, "👍", true)
	p.react(p.linus, m, "👍", true)
	toggle := func(who chat.UserID, on bool) func() { return func() { p.react(who, m, "👍", on) } }
	for _, step := range []struct {
		acts []func()
		want string
	}{
		{[]func(){toggle(p.ada, true), toggle(p.ada, false)}, "👍 Grace Linus;"},
		{[]func(){toggle(p.grace, false), toggle(p.ada, true), toggle(p.grace, true)}, "👍 Linus Ada Grace;"},
		{[]func(){toggle(p.linus, false), toggle(p.linus, true), toggle(p.linus, false)}, "👍 Ada Grace;"},
	} {
		before := len(p.announced())
		p.together(step.acts...)
		if got := p.reactions(p.ada, m.ID); got != step.want {
			t.Errorf("stored is %s, want %s", got, step.want)
		}
		for _, e := range p.announcedSince(before) {
			if e.Told.Message != nil && show(*e.Told.Message) != step.want {
				t.Errorf("told is %s, want %s", show(*e.Told.Message), step.want)
			}
		}
	}
}

func TestWhoMayReact(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	secret := p.post(p.grace, p.ops, "secret")
	_, err := p.React(ctx, p.linus, secret.ID, "👍", true)
	p.refused(err, chat.NotFound)
	_, err = p.React(ctx, p.grace, chat.NewMessageID(), "👍", true)
	p.refused(err, chat.NotFound)
	_, err = p.React(ctx, p.grace, secret.ID, "no emoji", true)
	p.refused(err, chat.Invalid)
	p.react(p.grace, secret, "👍", true)

	gone := p.post(p.grace, p.ops, "gone")
	_, err = p.Delete(ctx, p.grace, gone.ID)
	p.must(err)
	_, err = p.React(ctx, p.grace, gone.ID, "👍", true)
	p.refused(err, chat.NotFound)
	p.must(p.ArchiveRoom(ctx, p.grace, p.ops))
	_, err = p.React(ctx, p.grace, secret.ID, "❤️", true)
	p.refused(err, chat.Forbidden)
}

func TestAMessageHasSoManyDifferentReactionsAtMost(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	for i := range chat.MaxReactions {
		p.react(p.grace, m, string(rune('😀'+i)), true)
	}
	_, err := p.React(t.Context(), p.linus, m.ID, "🎉", true)
	p.refused(err, chat.Invalid)
	p.react(p.linus, m, "😀", true) // one that is there
	p.react(p.grace, m, "😁", false)
	p.react(p.linus, m, "🎉", true)
}

func TestTheAuthorIsNotifiedOfSomebodysFirstReaction(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	p.react(p.ada, m, "👍", true) // not of one's own
	p.notified(p.ada)
	p.react(p.grace, m, "👍", true)
	n := p.unread(p.ada)
	if len(n) != 1 || n[0].Actor.ID != p.grace || n[0].MessageID != m.ID || n[0].RoomID != m.RoomID {
		t.Errorf("Ada was notified of %+v", n)
	}
	p.react(p.grace, m, "❤️", true)
	p.react(p.linus, m, "❤️", true)
	p.notified(p.ada, chat.NotifyReaction, chat.NotifyReaction)
	p.notified(p.grace)
}

func TestANotificationOfAReactionGoesWithTheLastOne(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	for _, emoji := range []string{"👍", "❤️"} {
		p.react(p.grace, m, emoji, true)
		p.react(p.linus, m, emoji, true)
	}
	p.react(p.grace, m, "👍", false)
	if n := len(p.unread(p.ada)); n != 2 {
		t.Errorf("one reaction of each is left, and %d notifications", n)
	}
	p.react(p.grace, m, "❤️", false)
	n := p.unread(p.ada)
	if len(n) != 1 || n[0].Actor.ID != p.linus {
		t.Errorf("Linus' reactions are left, and %+v", n)
	}
	p.notified(p.ada, chat.NotifyReaction)
	p.react(p.linus, m, "👍", false) // that was read
	p.react(p.linus, m, "❤️", false)
	p.notified(p.ada)
}

func TestNobodyIsNotifiedOfReactionsWhereTheyWantNothing(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	p.must(p.SetLevel(t.Context(), p.ada, chat.General, chat.LevelNothing))
	p.react(p.grace, m, "👍", true)
	p.must(p.SetLevel(t.Context(), p.ada, chat.General, chat.LevelMentions))
	p.must(p.Block(t.Context(), p.ada, "Linus", true))
	p.react(p.linus, m, "👍", true)
	p.notified(p.ada)
	p.must(p.Leave(t.Context(), p.ada, chat.General))
	p.react(p.grace, m, "👍", false)
	p.react(p.grace, m, "👍", true)
	p.notified(p.ada)
}

func TestADeletedMessageTakesItsReactionsWithIt(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	p.react(p.grace, m, "👍", true)
	before := len(p.announced())
	gone, err := p.Delete(t.Context(), p.ada, m.ID)
	p.must(err)
	if show(gone)+p.reactions(p.grace, m.ID) != "" {
		t.Errorf("left are %s and %s", show(gone), p.reactions(p.grace, m.ID))
	}
	p.notified(p.ada)
	for _, e := range p.announcedSince(before) {
		if m := e.Told.Message; m != nil && (m.Body != "" || len(m.Reactions)+len(m.Mentions) > 0) {
			t.Errorf("told is %+v", m)
		}
	}
}

func TestAReactionTellsTheRoomTheMessageAsItIs(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.ada, chat.General, "hello")
	before := len(p.announced())
	m = p.react(p.grace, m, "👍", true)
	e := p.announcedSince(before)[0]
	if e.Kind != chat.Reacted || e.RoomID != chat.General || e.Ref.Emoji != "👍" || !reflect.DeepEqual(e.Told.Message, &m) {
		t.Errorf("told is %s", fmt.Sprintf("%+v", e))
	}
}
