package chat_test

import (
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

func TestALevelSaysOfWhatOneIsNotified(t *testing.T) {
	p := newPlace(t)
	direct := p.direct(p.ada, p.grace)
	for _, tt := range []struct {
		room  chat.RoomID
		level chat.Level
		want  []chat.NotificationKind
	}{
		{chat.General, chat.LevelEverything, []chat.NotificationKind{chat.NotifyMessage, chat.NotifyMention}},
		{chat.General, chat.LevelMentions, []chat.NotificationKind{chat.NotifyMention}},
		{chat.General, chat.LevelNothing, nil},
		{direct, chat.LevelEverything, []chat.NotificationKind{chat.NotifyDirect, chat.NotifyMention}},
		{direct, chat.LevelMentions, []chat.NotificationKind{chat.NotifyMention}},
		{direct, chat.LevelNothing, nil},
	} {
		p.must(p.SetLevel(t.Context(), p.grace, tt.room, tt.level))
		p.post(p.ada, tt.room, "hello")
		p.post(p.ada, tt.room, "hello @Grace")
		p.notified(p.grace, tt.want...)
		if line := p.line(p.grace, tt.room); line.Level != tt.level {
			t.Errorf("the list has the level %q, want %q", line.Level, tt.level)
		}
	}
}

func TestOnlySoManyAreNotifiedOfEverythingInARoom(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	watch := func(who chat.UserID) error { return p.SetLevel(ctx, who, chat.General, chat.LevelEverything) }
	watchers := p.settle(chat.General, crowd("one of many", chat.WatchersMost)...)
	for _, who := range watchers {
		p.must(watch(who))
	}
	p.must(watch(watchers[0])) // is one already
	p.refused(watch(p.grace), chat.Invalid)
	p.must(p.SetLevel(ctx, p.grace, p.ops, chat.LevelEverything)) // of another room
	p.must(p.SetLevel(ctx, p.grace, p.direct(p.grace, p.ada), chat.LevelEverything))
	p.post(p.ada, chat.General, "hello")
	for _, who := range watchers {
		p.notified(who, chat.NotifyMessage)
	}
	p.must(p.SetLevel(ctx, watchers[0], chat.General, chat.LevelMentions))
	p.must(p.Leave(ctx, watchers[1], chat.General))
	p.together(
		func() { p.must(watch(p.grace)) },
		func() { p.must(watch(p.linus)) },
		func() { p.refused(watch(p.ada), chat.Invalid) },
	)
}

func TestAMutedRoomNotifiesAgainWhenItsTimeIsOver(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	for _, tt := range []struct {
		until time.Time
		want  []chat.NotificationKind
	}{
		{time.Now().Add(time.Hour), nil},
		{time.Time{}, []chat.NotificationKind{chat.NotifyMention}},
		{time.Now().Add(-time.Hour), []chat.NotificationKind{chat.NotifyMention}},
	} {
		p.must(p.Mute(ctx, p.grace, chat.General, tt.until))
		p.post(p.ada, chat.General, "@Grace")
		p.notified(p.grace, tt.want...)
		if got := p.line(p.grace, chat.General).MutedUntil; !got.Equal(tt.until.Truncate(time.Millisecond)) {
			t.Errorf("it is mute until %v, want %v", got, tt.until)
		}
	}
}

func TestLevelsAreForMembersAndToldOnce(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.refused(p.SetLevel(ctx, p.linus, p.ops, chat.LevelNothing), chat.NotFound)
	p.refused(p.Mute(ctx, p.linus, p.ops, time.Now()), chat.NotFound)
	p.must(p.Leave(ctx, p.linus, chat.General))
	p.refused(p.SetLevel(ctx, p.linus, chat.General, chat.LevelNothing), chat.Forbidden)
	p.refused(p.SetLevel(ctx, p.grace, p.ops, "loud"), chat.Invalid)
	before := len(p.announced())
	for range 3 {
		p.must(p.SetLevel(ctx, p.grace, p.ops, chat.LevelNothing))
	}
	events := p.announcedSince(before)
	if len(events) != 1 || events[0].Kind != chat.LevelChanged || events[0].UserID != p.grace || events[0].RoomID != "" || events[0].Told.Member.Level != chat.LevelNothing {
		t.Errorf("told is %+v", events)
	}
}
