package chat_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestAnAnswerToAMessageThatIsNotThereIsRefused(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	question, secret := p.post(p.grace, chat.General, "who is there?"), p.post(p.grace, p.ops, "secret")
	id := string(chat.NewMessageID())
	first := p.say(p.linus, chat.General, chat.Draft{ID: id, Body: "me", ReplyTo: strings.ToUpper(string(question.ID))})
	if first.ReplyTo != question.ID {
		t.Errorf("it answers %q", first.ReplyTo)
	}
	_, err := p.Delete(ctx, p.grace, question.ID)
	p.must(err)
	for _, to := range []string{string(question.ID), string(secret.ID), string(chat.NewMessageID()), "7"} {
		_, _, err := p.Post(ctx, p.linus, chat.General, chat.Draft{Body: "me", ReplyTo: to})
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Invalid || e.Field != "reply_to" {
			t.Errorf("the answer to %s: %v", to, err)
		}
	}
	again, was, err := p.Post(ctx, p.linus, chat.General, chat.Draft{ID: id, Body: "me", ReplyTo: string(question.ID)})
	if err != nil || !was || again.ID != first.ID || again.ReplyTo != question.ID {
		t.Errorf("the same answer again: %+v, again %v, %v", again, was, err)
	}
	_, _, err = p.Post(ctx, p.linus, p.ops, chat.Draft{Body: "me", ReplyTo: string(secret.ID)})
	p.refused(err, chat.NotFound) // the room comes first: nothing is learnt
}

func TestAnAnswerDoesNotOvertakeTheDeletionOfItsQuestion(t *testing.T) {
	p := newPlace(t)
	question := p.post(p.grace, chat.General, "who is there?")
	var err error
	p.together(
		func() { _, err := p.Delete(t.Context(), p.grace, question.ID); p.must(err) },
		func() {
			_, _, err = p.Post(t.Context(), p.linus, chat.General, chat.Draft{Body: "me", ReplyTo: string(question.ID)})
		},
	)
	p.refused(err, chat.Invalid)
	if n := p.unread(p.grace); len(n) != 0 {
		t.Errorf("Grace is told %+v", n)
	}
}

func TestWhoIsNoMemberAnyMoreLearnsOnlyThatTheirMessageWasStored(t *testing.T) {
	p := newPlace(t)
	p.must(p.AddMember(t.Context(), p.grace, p.ops, "Linus"))
	id := string(chat.NewMessageID())
	m := p.say(p.linus, p.ops, chat.Draft{ID: id, Body: "hello"})
	_, err := p.React(t.Context(), p.grace, m.ID, "👍", true)
	p.must(err)
	if again := p.say(p.linus, p.ops, chat.Draft{ID: id, Body: "hello"}); len(again.Reactions) != 1 {
		t.Fatal("a member does not see the reaction: this proves nothing")
	}
	p.must(p.RemoveMember(t.Context(), p.grace, p.ops, p.linus))
	_, err = p.Edit(t.Context(), p.grace, p.post(p.grace, p.ops, "among us").ID, "still among us")
	p.must(err)
	again, was, err := p.Post(t.Context(), p.linus, p.ops, chat.Draft{ID: id, Body: "hello"})
	if err != nil || !was || again.ID != m.ID || again.RoomRev != 0 || len(again.Reactions) != 0 {
		t.Errorf("Linus learns %+v, again %v, %v", again, was, err)
	}
}
