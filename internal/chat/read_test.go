package chat_test

import (
	"testing"

	"example.com/chat/internal/chat"
)

func TestReadingARoomReadsItsNotifications(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.AddMember(ctx, p.grace, p.ops, "Linus"))
	first, second := p.post(p.grace, p.ops, "@Linus"), p.post(p.grace, p.ops, "@Linus")
	p.post(p.grace, chat.General, "@Linus")
	if line := p.line(p.linus, p.ops); line.Mentions != 2 {
		t.Errorf("the list has %d mentions, want 2", line.Mentions)
	}
	before := len(p.announced())
	p.must(p.MarkRead(ctx, p.linus, p.ops, first.Seq))
	p.must(p.MarkRead(ctx, p.linus, p.ops, first.Seq))
	left := p.unread(p.linus)
	if len(left) != 2 || left[0].MessageID != second.ID || left[1].RoomID != chat.General {
		t.Errorf("left are %+v", left)
	}
	if got, want := len(p.announcedSince(before)), 3; got != want {
		t.Errorf("%d events were told, want %d", got, want)
	}
	p.must(p.MarkRead(ctx, p.linus, p.ops, -1))
	if line := p.line(p.linus, p.ops); line.Mentions+line.Unread != 0 {
		t.Errorf("the list has %+v", line)
	}
	p.notified(p.linus, chat.NotifyMention)
}

func TestLookingIntoANewRoomReadsTheInvitation(t *testing.T) {
	p := newPlace(t)
	p.must(p.AddMember(t.Context(), p.grace, p.ops, "Linus"))
	p.must(p.AddMember(t.Context(), p.grace, p.ops, "Linus")) // again is fine, and no news
	n := p.unread(p.linus)
	if len(n) != 1 || n[0].Kind != chat.NotifyInvitation || n[0].RoomID != p.ops || n[0].Actor.ID != p.grace {
		t.Errorf("Linus was notified of %+v", n)
	}
	p.must(p.MarkRead(t.Context(), p.linus, p.ops, 0))
	p.notified(p.linus)
}

func TestWhoLeavesARoomHasReadWhatWasAboutIt(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.AddMember(ctx, p.grace, p.ops, "Linus"))
	p.post(p.grace, p.ops, "@Linus")
	p.post(p.grace, chat.General, "@Linus")
	p.must(p.RemoveMember(ctx, p.grace, p.ops, p.linus))
	p.notified(p.linus, chat.NotifyMention)
}

func TestAMessageCanBeMarkedUnread(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	var posted []chat.Message
	for range 4 {
		posted = append(posted, p.post(p.ada, chat.General, "hello"))
	}
	p.post(p.grace, chat.General, "mine")
	p.must(p.MarkRead(ctx, p.grace, chat.General, -1))
	for _, step := range []struct{ message, unread int }{{2, 2}, {3, 2}, {0, 4}, {0, 4}} { // a later one moves nothing
		p.must(p.MarkUnread(ctx, p.grace, chat.General, posted[step.message].ID))
		if got := p.line(p.grace, chat.General).Unread; got != step.unread {
			t.Errorf("from message %d on, %d are unread, want %d", step.message, got, step.unread)
		}
	}
	p.refused(p.MarkUnread(ctx, p.grace, p.ops, posted[0].ID), chat.NotFound)
	p.refused(p.MarkUnread(ctx, p.linus, chat.General, chat.NewMessageID()), chat.NotFound)
	p.refused(p.MarkUnread(ctx, p.linus, p.ops, p.post(p.grace, p.ops, "secret").ID), chat.NotFound)
}

func TestANotificationIsReadOnceByWhoseItIs(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.post(p.ada, chat.General, "@Grace")
	p.post(p.ada, chat.General, "@Grace")
	n := p.unread(p.grace)[0]
	p.refused(p.ReadNotification(ctx, p.linus, n.ID), chat.NotFound)
	p.refused(p.ReadNotification(ctx, p.ada, n.ID), chat.NotFound)
	p.refused(p.ReadNotification(ctx, p.grace, "none"), chat.NotFound)
	before := len(p.announced())
	for range 3 {
		p.must(p.ReadNotification(ctx, p.grace, n.ID))
	}
	events := p.announcedSince(before)
	if len(events) != 1 || events[0].Kind != chat.Notified || !events[0].Told.Notification.Read() || events[0].Ref.Unread != 1 {
		t.Errorf("told is %+v", events)
	}
	if left := p.unread(p.grace); len(left) != 1 || left[0].ID == n.ID {
		t.Errorf("left are %+v", left)
	}
	before = len(p.announced())
	for range 3 {
		p.must(p.ReadNotifications(ctx, p.grace))
	}
	if events := p.announcedSince(before); len(events) != 1 || events[0].Kind != chat.NotifiedRead || events[0].Ref.Unread != 0 {
		t.Errorf("told is %+v", events)
	}
	p.notified(p.grace)
}

func TestWhatComesAfterAllWasReadInOneBatchIsNotRead(t *testing.T) {
	p := newPlace(t)
	p.post(p.ada, chat.General, "@Grace, before")
	p.together(
		func() { p.post(p.ada, chat.General, "@Grace, with it") },
		func() { p.must(p.ReadNotifications(t.Context(), p.grace)) },
		func() { p.post(p.ada, chat.General, "@Grace, after") },
	)
	p.notified(p.grace, chat.NotifyMention)
}

func TestWhatIsToldToBeUnreadCountsWhatTheBatchPostsAndDeletes(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	var posted []chat.Message
	for range 5 {
		posted = append(posted, p.post(p.ada, chat.General, "hello"))
	}
	remove := func(i int) func() {
		return func() { _, err := p.Delete(ctx, p.ada, posted[i].ID); p.must(err) }
	}
	say := func(who chat.UserID) func() { return func() { p.post(who, chat.General, "hello") } }
	markRead := func(seq int64) func() { return func() { p.must(p.MarkRead(ctx, p.grace, chat.General, seq)) } }
	for _, step := range []struct {
		acts []func()
		told int // where the position moves
		want int // at the end of the batch
	}{
		{[]func(){remove(4), markRead(2), remove(3)}, 2, 1}, // of 3 to 5 one is gone, and then another
		{[]func(){say(p.ada), markRead(3), say(p.grace), say(p.linus)}, 1, 2},
		{[]func(){remove(2), func() { p.must(p.MarkUnread(ctx, p.grace, chat.General, posted[1].ID)) }, say(p.ada)}, 3, 4},
		{[]func(){markRead(-1), say(p.linus)}, 0, 1},
		{[]func(){say(p.linus), markRead(1000)}, 0, 0},
	} {
		before := len(p.announced())
		p.together(step.acts...)
		for _, e := range p.announcedSince(before) {
			if e.Kind == chat.ReadMoved && e.Ref.Unread != step.told {
				t.Errorf("told are %d unread, want %d", e.Ref.Unread, step.told)
			}
		}
		if got := p.line(p.grace, chat.General).Unread; got != step.want {
			t.Errorf("%d are unread, want %d", got, step.want)
		}
	}
}
