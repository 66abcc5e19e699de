package chat_test

import (
	"maps"
	"testing"

	"example.com/chat/internal/chat"
)

// newFrankPlace is a place with receipts, where these people let others see how far they have read.
func newFrankPlace(t *testing.T, frank ...func(*place) chat.UserID) *place {
	t.Helper()
	p := newPlaceWith(t, chat.Config{Receipts: true})
	for _, who := range frank {
		p.frank(who(p), true)
	}
	return p
}

func ofGrace(p *place) chat.UserID { return p.grace }
func ofLinus(p *place) chat.UserID { return p.linus }

// frank has somebody say whether others may see how far they have read.
func (p *place) frank(who chat.UserID, on bool) {
	p.t.Helper()
	p.must(p.ChangePrefs(p.t.Context(), who, chat.Prefs{Receipts: on}))
}

func (p *place) read(who chat.UserID, room chat.RoomID, seq int64) {
	p.t.Helper()
	p.must(p.MarkRead(p.t.Context(), who, room, seq))
}

// seen checks what a page shows of how far others have read.
func (p *place) seen(viewer chat.UserID, room chat.RoomID, want map[chat.UserID]int64) {
	p.t.Helper()
	if got := p.page(viewer, room).Seen; !maps.Equal(got, want) {
		p.t.Errorf("seen is %v, want %v", got, want)
	}
}

// seenSince are the events since some batches that tell how far somebody has seen.
func (p *place) seenSince(batches int) (events []chat.Event) {
	for _, e := range p.announcedSince(batches) {
		if e.Kind == chat.Seen {
			events = append(events, e)
		}
	}
	return events
}

func TestOthersSeeHowFarThoseHaveReadWhoLetThem(t *testing.T) {
	p := newFrankPlace(t, ofGrace)
	room := p.direct(p.ada, p.grace, p.linus)
	for range 3 {
		p.post(p.ada, room, "hello")
	}
	p.seen(p.ada, room, nil)
	p.read(p.linus, room, 3) // who lets nobody
	before := len(p.announced())
	p.read(p.grace, room, 2)
	events := p.seenSince(before)
	if len(events) != 1 || events[0].RoomID != room || events[0].Told.User.ID != p.grace || events[0].Told.Member.SeenSeq != 2 || events[0].Ref.Seq != 0 {
		t.Errorf("told is %+v", events)
	}
	for _, viewer := range []chat.UserID{p.ada, p.grace, p.linus} {
		p.seen(viewer, room, map[chat.UserID]int64{p.grace: 2})
	}
	if line := p.line(p.ada, room); line.Unread != 0 || line.Mentions != 0 {
		t.Errorf("what was seen counts in the list: %+v", line)
	}
	p.notified(p.ada)
}

func TestWhatOthersHaveSeenNeverGoesBackByReading(t *testing.T) {
	p := newFrankPlace(t, ofGrace)
	room := p.direct(p.ada, p.grace)
	first := p.post(p.ada, room, "one")
	p.post(p.ada, room, "two")
	p.post(p.ada, room, "three")
	p.read(p.grace, room, 2)
	before := len(p.announced())
	p.must(p.MarkUnread(t.Context(), p.grace, room, first.ID))
	p.read(p.grace, room, 1)
	p.read(p.grace, room, 2)
	if events := p.seenSince(before); len(events) != 0 {
		t.Errorf("told is %+v", events)
	}
	if line := p.line(p.grace, room); line.ReadSeq != 2 {
		t.Errorf("she has read %d, want 2: this proves nothing", line.ReadSeq)
	}
	p.seen(p.ada, room, map[chat.UserID]int64{p.grace: 2})
	p.read(p.grace, room, 1000)
	p.seen(p.ada, room, map[chat.UserID]int64{p.grace: 3})
}

func TestInRoomsNobodySeesWhatOthersHaveRead(t *testing.T) {
	p := newFrankPlace(t, ofGrace)
	before := len(p.announced())
	for _, room := range []chat.RoomID{chat.General, p.ops} {
		p.post(p.grace, room, "hello")
		p.read(p.grace, room, -1)
		p.seen(p.grace, room, nil)
	}
	if events := p.seenSince(before); len(events) != 0 {
		t.Errorf("told is %+v", events)
	}
}

func TestWhoLetsNobodySeeAnyMoreTakesBackWhatWasSeenEverywhere(t *testing.T) {
	p := newFrankPlace(t, ofGrace, ofLinus)
	two, three, unread := p.direct(p.ada, p.grace), p.direct(p.ada, p.grace, p.linus), p.direct(p.grace, p.linus)
	for _, room := range []chat.RoomID{two, three} {
		p.post(p.ada, room, "hello")
		p.read(p.grace, room, -1)
	}
	p.read(p.linus, three, -1)
	p.post(p.linus, unread, "hello")

	before := len(p.announced())
	p.frank(p.grace, false)
	p.frank(p.grace, false) // again is no news
	told := map[chat.RoomID]bool{}
	for _, e := range p.seenSince(before) {
		if told[e.RoomID] = true; e.Told.User.ID != p.grace || e.Told.Member.SeenSeq != 0 {
			t.Errorf("told is %+v", e)
		}
	}
	if !maps.Equal(told, map[chat.RoomID]bool{two: true, three: true}) || len(p.announced()) != before+1 {
		t.Errorf("it is told in %v, by %d commits", told, len(p.announced())-before)
	}
	p.seen(p.ada, two, nil)
	p.seen(p.ada, three, map[chat.UserID]int64{p.linus: 1})
	if line := p.line(p.grace, two); line.ReadSeq != 1 {
		t.Errorf("she has read %d, want 1", line.ReadSeq)
	}

	before = len(p.announced())
	p.frank(p.grace, true)
	if events := p.seenSince(before); len(events) != 0 {
		t.Errorf("switching it on tells %+v", events)
	}
	p.seen(p.ada, two, nil)
	p.read(p.grace, two, -1) // nothing is new, and she has read it again
	p.seen(p.ada, two, map[chat.UserID]int64{p.grace: 1})
}

func TestAnInstallationWithoutReceiptsTellsAndShowsNone(t *testing.T) {
	p := newFrankPlace(t, ofGrace)
	room := p.direct(p.ada, p.grace)
	p.post(p.ada, room, "one")
	p.read(p.grace, room, -1)
	with := p.Chat

	p.Chat = chat.New(p.store, p.writer, chat.Config{})
	before := len(p.announced())
	p.post(p.ada, room, "two")
	p.read(p.grace, room, -1)
	p.must(p.ChangePrefs(t.Context(), p.grace, chat.Prefs{QuietFrom: "22:00", QuietTo: "07:00"}))
	if events := p.seenSince(before); len(events) != 0 {
		t.Errorf("told is %+v", events)
	}
	p.seen(p.ada, room, nil)
	if prefs := p.user(p.grace).Prefs; !prefs.Receipts || prefs.QuietFrom != "22:00" {
		t.Errorf("she prefers %+v: what the form does not offer is lost, or what it does", prefs)
	}

	p.Chat = with
	p.seen(p.ada, room, map[chat.UserID]int64{p.grace: 1})
}

func TestWhatIsToldOfABatchIsWhatCanBeSeenAtItsEnd(t *testing.T) {
	p := newFrankPlace(t, ofGrace)
	room := p.direct(p.ada, p.grace)
	p.post(p.ada, room, "one")
	p.post(p.ada, room, "two")
	before := len(p.announced())
	p.together(
		func() { p.read(p.grace, room, 1) },
		func() { p.read(p.grace, room, 2) },
		func() { p.frank(p.grace, false) },
	)
	events := p.seenSince(before)
	if len(events) != 3 {
		t.Errorf("%d events were told, want 3: this proves nothing", len(events))
	}
	for _, e := range events {
		if e.Told.Member.SeenSeq != 0 {
			t.Errorf("event %d tells that %d was seen, which was taken back with it", e.ID, e.Told.Member.SeenSeq)
		}
	}
	p.seen(p.ada, room, nil)
}
