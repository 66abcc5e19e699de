package chat_test

import (
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestOneIsNotifiedOnceAndOfWhatConcernsOneMost(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	question := p.post(p.grace, chat.General, "who is there?")
	answer := func(body string) { p.say(p.ada, chat.General, chat.Draft{Body: body, ReplyTo: string(question.ID)}) }
	direct := p.direct(p.ada, p.grace)
	mine := p.post(p.grace, direct, "hello")
	p.must(p.ReadNotifications(ctx, p.ada))

	p.post(p.ada, chat.General, "nothing for anybody")
	p.notified(p.grace)
	answer("me")
	p.notified(p.grace, chat.NotifyReply)
	answer("me, @Grace")
	p.notified(p.grace, chat.NotifyMention)
	p.post(p.ada, direct, "hello")
	p.notified(p.grace, chat.NotifyDirect)
	p.say(p.ada, direct, chat.Draft{Body: "hello yourself", ReplyTo: string(mine.ID)})
	p.notified(p.grace, chat.NotifyReply)
	p.post(p.ada, direct, "hello @Grace, yes @room")
	p.notified(p.grace, chat.NotifyMention)
	p.must(p.SetLevel(ctx, p.grace, chat.General, chat.LevelEverything))
	p.post(p.ada, chat.General, "nothing for anybody")
	p.notified(p.grace, chat.NotifyMessage)
	answer("again")
	p.notified(p.grace, chat.NotifyReply)
	p.post(p.ada, chat.General, "@room @Grace")
	p.notified(p.grace, chat.NotifyMention)
	p.notified(p.ada)
	p.notified(p.linus, chat.NotifyMention)
}

func TestNobodyIsNotifiedOfWhatTheyDoThemselves(t *testing.T) {
	p := newPlace(t)
	p.must(p.SetLevel(t.Context(), p.ada, chat.General, chat.LevelEverything))
	m := p.post(p.ada, chat.General, "@Ada @room")
	p.say(p.ada, chat.General, chat.Draft{Body: "@Ada again", ReplyTo: string(m.ID)})
	p.react(p.ada, m, "👍", true)
	p.post(p.ada, p.direct(p.ada, p.grace), "hello")
	p.notified(p.ada)
	p.notified(p.grace, chat.NotifyMention, chat.NotifyDirect)
}

func TestANotificationSaysWhoAndWhere(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.grace, chat.General, "hello @Ada")
	n := p.unread(p.ada)[0]
	if n.Actor != m.Author || n.RoomID != chat.General || n.MessageID != m.ID || n.Seq != m.Seq || n.Text != "" || n.UserID != p.ada || n.CreatedAt.IsZero() {
		t.Errorf("the notification of %+v is %+v", m, n)
	}
}

func TestAnEditNotifiesOnlyWhoIsNewlyNamedAndNobodyTwice(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	more := p.settle(chat.General, "Margaret", "Barbara")
	margaret, barbara := more[0], more[1]
	p.must(p.SetLevel(ctx, barbara, chat.General, chat.LevelEverything))
	m := p.post(p.ada, chat.General, "hello @Grace")
	p.notified(p.grace, chat.NotifyMention)
	p.notified(barbara, chat.NotifyMessage)
	for _, step := range []struct {
		body            string
		linus, margaret []chat.NotificationKind
	}{
		{"hello, @Grace!", nil, nil},
		{"hello @Grace and @Linus", []chat.NotificationKind{chat.NotifyMention}, nil},
		{"hello", nil, nil},
		{"hello @Grace, @Linus and @Barbara", nil, nil}, // again: they have been told, and had read it
		{"hello @room", nil, []chat.NotificationKind{chat.NotifyMention}},
		{"hello @Margaret", nil, nil},
		{"hello @room and @Grace and @Linus", nil, nil},
	} {
		m, err := p.Edit(ctx, p.ada, m.ID, step.body)
		p.must(err)
		if m.Body != step.body {
			t.Errorf("the message says %q", m.Body)
		}
		p.notified(p.linus, step.linus...)
		p.notified(margaret, step.margaret...)
		p.notified(p.grace)
		p.notified(barbara)
	}
}

func TestWhoIsNotifiedAndNamedByAnEditInOneBatchIsNotifiedOnce(t *testing.T) {
	p := newPlace(t)
	id := chat.NewMessageID()
	edit := func(body string) func() {
		return func() { _, err := p.Edit(t.Context(), p.ada, id, body); p.must(err) }
	}
	p.say(p.ada, chat.General, chat.Draft{ID: string(id), Body: "hello"})
	p.together(edit("@Grace"), edit("nobody"), edit("@Grace and @Linus"), edit("@room"))
	p.notified(p.grace, chat.NotifyMention)
	p.notified(p.linus, chat.NotifyMention)
}

func TestADeletedMessageTakesItsNotificationsBack(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	kept := p.post(p.ada, chat.General, "@Grace, stay")
	m := p.post(p.ada, chat.General, "@Grace @Linus")
	p.must(p.ReadNotifications(ctx, p.linus))
	before := len(p.announced())
	_, err := p.Delete(ctx, p.ada, m.ID)
	p.must(err)
	if left := p.unread(p.grace); len(left) != 1 || left[0].MessageID != kept.ID {
		t.Errorf("left are %+v", left)
	}
	centre, err := p.Notifications(ctx, p.linus, chat.AllNotifications, 0)
	p.must(err)
	if len(centre.Notifications) != 0 {
		t.Errorf("Linus still has %+v, which he had read", centre.Notifications)
	}
	var told []chat.UserID
	for _, e := range p.announcedSince(before) {
		if e.Kind == chat.Notified && e.Told.Notification == nil {
			told = append(told, e.UserID)
		}
	}
	if slices.Sort(told); !slices.Equal(told, slices.Sorted(slices.Values([]chat.UserID{p.grace, p.linus}))) {
		t.Errorf("told that it is gone are %v, want Grace and Linus", told)
	}
}

func TestOfVeryManyNotificationsThatAreReadAtOnceTheNumberIsTold(t *testing.T) {
	p := newPlace(t)
	for _, n := range []int{chat.ToldEach, chat.ToldEach + 1} {
		for range n {
			p.post(p.ada, chat.General, "@Linus")
		}
		before := len(p.announced())
		p.must(p.MarkRead(t.Context(), p.linus, chat.General, -1))
		kinds := map[chat.Kind]int{}
		for _, e := range p.announcedSince(before) {
			if kinds[e.Kind]++; e.Kind != chat.ReadMoved && e.Ref.Unread != 0 {
				t.Errorf("%d are said to be unread", e.Ref.Unread)
			}
		}
		each, several := n, 0
		if n > chat.ToldEach {
			each, several = 0, 1
		}
		if kinds[chat.Notified] != each || kinds[chat.NotifiedRead] != several {
			t.Errorf("of %d were told %v", n, kinds)
		}
	}
}

func TestTheCentreKnowsItsFilters(t *testing.T) {
	p := newPlace(t)
	_, err := p.Notifications(t.Context(), p.ada, "important", 0)
	p.refused(err, chat.Invalid)
}

func TestAProgramMayNotifyItsOwnerAndAnAdministratorsAnybody(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.Notify(ctx, p.grace, "Grace", " the build is red "))
	p.must(p.Notify(ctx, p.ada, string(p.grace), "the disk is full"))
	p.must(p.NotifyFromHere(ctx, "GRACE", "the backup is done"))
	p.must(p.NotifyFromHere(ctx, string(p.grace), "twice"))
	n := p.unread(p.grace)
	if len(n) != 4 || n[0].Text != "the build is red" || n[0].Actor.ID != "" || n[1].Actor.ID != p.ada || n[2].Actor.ID != "" {
		t.Errorf("Grace was notified of %+v", n)
	}
	p.refused(p.Notify(ctx, p.grace, "Linus", "hello"), chat.Forbidden)
	for _, who := range []string{"", "nobody", "\x00", "\xff"} {
		p.refused(p.Notify(ctx, p.ada, who, "hello"), chat.Invalid)
		p.refused(p.NotifyFromHere(ctx, who, "hello"), chat.Invalid)
	}
	for _, text := range []string{"", " \n ", "a\x00b", "a\xffb", strings.Repeat("x", chat.MaxNote+1)} {
		p.refused(p.Notify(ctx, p.ada, "Ada", text), chat.Invalid)
		p.refused(p.NotifyFromHere(ctx, "Ada", text), chat.Invalid)
	}
	p.must(p.Notify(ctx, p.ada, "Ada", strings.Repeat("界", chat.MaxNote)))
	p.must(p.Block(ctx, p.linus, "Ada", true))
	p.must(p.Notify(ctx, p.ada, "Linus", "not for him"))
	p.notified(p.linus)
}
