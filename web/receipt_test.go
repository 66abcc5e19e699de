package web

import (
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/web/webtest"
)

// seenUpTo is how far people let others see that they have read a room.
type seenUpTo map[chat.UserID]int64

func (s seenUpTo) set(user chat.UserID, seq int64) {
	if s[user] = seq; seq == 0 {
		delete(s, user)
	}
}

// In every private place somebody lets others see how far they have read, and reads; only who is in the conversation
// is told, and whoever comes later.
func TestOnlyThoseInAConversationSeeHowFarOthersHaveRead(t *testing.T) {
	s := newSiteWith(t, chat.Config{Receipts: true})
	ada, grace, linus := s.signUp("Ada"), s.signUp("Grace"), s.signUp("Linus")
	board := ada.room("board", true)
	for _, who := range []*person{grace, linus} {
		if err := s.chat.AddMember(t.Context(), ada.id, board, string(who.id)); err != nil {
			t.Fatal(err)
		}
	}
	conversation := ada.writesTo(grace)
	everybody := []*person{ada, grace, linus}
	tapes := map[*person][]*tape{}
	for _, who := range everybody {
		who.call("POST", "/settings/preferences", `{"receipts":true}`).want(t, 204)
		tapes[who] = []*tape{who.record("/events"), who.record(stream)}
	}
	for _, room := range []chat.RoomID{chat.General, board, conversation} {
		ada.says(room, "have you read this?")
		grace.call("POST", roomURL(room)+"/read", "").want(t, 204)
	}
	for _, who := range everybody {
		if err := s.chat.NotifyFromHere(t.Context(), string(who.id), "the end"); err != nil {
			t.Fatal(err)
		}
		for _, tape := range tapes[who] {
			tape.awaits("the end")
			if n, want := strings.Count(tape.said.String(), "event: seen\n"), 1; who == linus && n > 0 || who != linus && n != want {
				t.Errorf("%s was told %d times that Grace has seen something:\n%s", who.name, n, tape.said.String())
			}
		}
		for _, room := range []chat.RoomID{chat.General, board} {
			who.get(roomURL(room)).want(t, 200).lacks(t, "data-seen")
			who.call("GET", roomURL(room), "").want(t, 200).lacks(t, `"seen"`)
		}
	}
	linus.get(roomURL(conversation)).want(t, 404).lacks(t, "data-seen")
	linus.call("GET", roomURL(conversation), "").want(t, 404).lacks(t, "seen")
	ada.get(roomURL(conversation)).want(t, 200, `<div class="receipt" data-seen="`+string(grace.id)+`">Seen</div>`)
	grace.get(roomURL(conversation)).want(t, 200).lacks(t, `class="receipt"`)
}

func TestAProgramIsToldHowFarOthersHaveReadAndThatTheyTakeItBack(t *testing.T) {
	s := newSiteWith(t, chat.Config{Receipts: true})
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	room := ada.writesTo(grace)
	m := ada.says(room, "have you read this?")
	grace.call("POST", roomURL(room)+"/read", "").want(t, 204)
	l := ada.listen(stream)
	l.expect("ping")
	grace.call("POST", "/settings/preferences", `{"receipts":true}`).want(t, 204)
	seen := func() int64 {
		var page jsonRoomPage
		ada.call("GET", roomURL(room), "").want(t, 200).json(t, &page)
		i := slices.IndexFunc(page.Members, func(who jsonMember) bool { return who.ID == grace.id })
		return page.Members[i].Seen
	}
	if n := seen(); n != 0 {
		t.Errorf("%d is seen before she has read on", n)
	}
	grace.call("POST", roomURL(room)+"/read", "").want(t, 204)
	if f := l.expect("seen"); f.data.Room != room || f.data.User.ID != grace.id || f.data.Seq != m.Seq || f.data.RoomRev <= m.RoomRev {
		t.Errorf("came %+v", f.data)
	}
	if n := seen(); n != m.Seq {
		t.Errorf("%d is seen, want %d", n, m.Seq)
	}
	grace.submit("/settings/preferences").leadsTo(t, "/settings")
	if f := l.expect("seen"); f.data.User.ID != grace.id || f.data.Seq != 0 {
		t.Errorf("came %+v", f.data)
	}
	if n := seen(); n != 0 {
		t.Errorf("%d is still seen", n)
	}
}

func TestAnInstallationWithoutReceiptsOffersNone(t *testing.T) {
	with, without := newSiteWith(t, chat.Config{Receipts: true}), newSite(t)
	with.signUp("Ada").get("/settings").want(t, 200, `name="receipts"`)
	ada, grace := without.signUp("Ada"), without.signUp("Grace")
	ada.get("/settings").want(t, 200).lacks(t, `name="receipts"`)
	room := ada.writesTo(grace)
	l := ada.listen(stream)
	l.expect("ping")
	grace.call("POST", "/settings/preferences", `{"receipts":true}`).want(t, 204)
	ada.says(room, "have you read this?")
	grace.call("POST", roomURL(room)+"/read", "").want(t, 204)
	grace.says(room, "yes")
	for f := l.next(); f.name != "message" || f.data.Message.Body != "yes"; f = l.next() {
		if f.name == "seen" {
			t.Errorf("came %+v", f.data)
		}
	}
	ada.get(roomURL(room)).want(t, 200, "have you read this?").lacks(t, "data-seen")
	ada.call("GET", roomURL(room), "").want(t, 200).lacks(t, `"seen"`)
}

func TestAnInstallationThatHasReceiptsNoMoreTellsNothingOfThem(t *testing.T) {
	store := stores["SQLite"](t)
	with, without := newSiteOn(t, store, nil, chat.Config{Receipts: true}), newSiteOn(t, store, nil, chat.Config{})
	ada, grace := with.signUp("Ada"), with.signUp("Grace")
	room := ada.writesTo(grace)
	cursor := ada.listen(stream).expect("ping").id
	grace.call("POST", "/settings/preferences", `{"receipts":true}`).want(t, 204)
	ada.says(room, "have you read this?")
	grace.call("POST", roomURL(room)+"/read", "").want(t, 204)
	grace.says(room, "yes")
	for _, test := range []struct {
		at   *site
		told int
	}{{with, 1}, {without, 0}} {
		there := *ada
		there.site = test.at
		tape := there.record(stream + "&cursor=" + cursor)
		tape.awaits(`"yes"`)
		if n := strings.Count(tape.said.String(), "event: seen\n"); n != test.told {
			t.Errorf("%d receipts are told, want %d:\n%s", n, test.told, tape.said.String())
		}
	}
}

func TestALifeHasReceiptsInIt(t *testing.T) {
	h := newHouse(t, stores["SQLite"](t))
	l := webtest.New(t, h.URL, 1)
	for range 900 {
		l.Step()
	}
	log, err := h.store.Events(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	seen := slices.DeleteFunc(log.Events, func(e chat.Event) bool { return e.Kind != chat.Seen })
	if len(seen) < 3 {
		t.Errorf("in a life people see %d times how far others have read: the law about it proves little", len(seen))
	}
}
