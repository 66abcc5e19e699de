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
