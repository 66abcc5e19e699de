package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/chat/internal/chat"
)

func TestTheSamePeopleHaveTheSameConversation(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	room, err := p.OpenDirect(ctx, p.ada, []string{"Grace", "linus"})
	if err != nil || !room.Direct || !room.Private || room.Name != "" || !room.ID.IsDirect() {
		t.Fatalf("%+v, %v", room, err)
	}
	for _, tt := range []struct {
		who   chat.UserID
		named []string
	}{
		{p.ada, []string{"Linus", "GRACE"}}, {p.linus, []string{"Grace", string(p.ada)}}, {p.grace, []string{"Ada", "Grace", "Linus", "Ada"}},
	} {
		same, err := p.OpenDirect(ctx, tt.who, tt.named)
		if err != nil || same != room {
			t.Errorf("%q open %+v, %v, want %+v", tt.named, same, err, room)
		}
	}
	if p.direct(p.ada, p.grace) == room.ID || p.direct(p.ada, p.grace) == p.direct(p.ada, p.linus) {
		t.Error("other people have the same conversation")
	}
	if page := p.page(p.linus, room.ID); page.Member == nil || len(page.Members) != 3 {
		t.Errorf("Linus sees %+v", page)
	}
	_, err = p.Page(ctx, p.signUp("Margaret"), chat.PageQuery{Room: room.ID})
	p.refused(err, chat.NotFound)
}

func TestAConversationThatTwoOpenAtOnceIsOne(t *testing.T) {
	p := newPlace(t)
	var rooms [4]chat.Room
	var acts []func()
	for i := range rooms {
		who, with := p.ada, "Grace"
		if i%2 == 1 {
			who, with = p.grace, "Ada"
		}
		acts = append(acts, func() {
			room, err := p.OpenDirect(t.Context(), who, []string{with})
			p.must(err)
			rooms[i] = room
		})
	}
	p.together(acts...)
	for _, room := range rooms {
		if room.ID != rooms[0].ID {
			t.Errorf("there are the rooms %+v", rooms)
		}
	}
}

func TestAConversationThatIsOpenedOnTwoServersAtOnceIsOne(t *testing.T) {
	p := newPlace(t)
	servers := []*chat.Chat{p.Chat, p.elsewhere(chat.Config{})}
	people := []struct {
		who   chat.UserID
		named []string
	}{{p.ada, []string{"Grace", "Linus"}}, {p.grace, []string{"linus", "Ada", "Ada"}}, {p.linus, []string{"Linus", string(p.grace), "ADA"}}}
	var rooms [12]chat.Room
	var all sync.WaitGroup
	for i := range rooms {
		all.Go(func() {
			room, err := servers[i%2].OpenDirect(t.Context(), people[i%3].who, people[i%3].named)
			if err != nil {
				t.Error(err)
			}
			rooms[i] = room
		})
	}
	all.Wait()
	for _, room := range rooms {
		if room != rooms[0] {
			t.Errorf("there are the rooms %+v", rooms)
		}
	}
	if page := p.page(p.ada, rooms[0].ID); page.Room.Rev != int64(len(people)+1) || len(page.Members) != len(people) {
		t.Errorf("made more than once: %+v", page)
	}
}

func TestAConversationHasTwoToTenPeople(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	names := crowd("person", chat.MaxDirect)
	p.settle(chat.General, names...)
	_, err := p.OpenDirect(ctx, p.ada, names)
	p.refused(err, chat.Invalid)
	room, err := p.OpenDirect(ctx, p.ada, append(names[1:], "Ada", names[1]))
	p.must(err)
	if n := len(p.page(p.ada, room.ID).Members); n != chat.MaxDirect {
		t.Errorf("it has %d people", n)
	}
	for _, alone := range [][]string{nil, {}, {"Ada"}, {"ada", string(p.ada)}} {
		_, err := p.OpenDirect(ctx, p.ada, alone)
		p.refused(err, chat.Invalid)
	}
	for _, nobody := range []string{"nobody", "", "\x00", "\xff"} {
		_, err := p.OpenDirect(ctx, p.ada, []string{"Grace", nobody})
		p.refused(err, chat.Invalid)
	}
}

func TestAConversationStaysAmongItsPeople(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	room := p.direct(p.grace, p.ada)
	p.refused(p.Join(ctx, p.linus, room), chat.NotFound)
	p.refused(p.AddMember(ctx, p.linus, room, "Linus"), chat.NotFound)
	for _, who := range []chat.UserID{p.grace, p.ada} { // its creator, and an administrator
		p.refused(p.AddMember(ctx, who, room, "Linus"), chat.Forbidden)
		p.refused(p.Leave(ctx, who, room), chat.Forbidden)
		p.refused(p.RemoveMember(ctx, who, room, p.ada), chat.Forbidden)
		p.refused(p.RenameRoom(ctx, who, room, "ours"), chat.Forbidden)
		p.refused(p.ArchiveRoom(ctx, who, room), chat.Forbidden)
	}
	_, _, err := p.Invite(ctx, p.ada, chat.Guest, room, 1, day)
	p.refused(err, chat.Invalid)
	if page := p.page(p.ada, room); len(page.Members) != 2 || page.Room.Name != "" || page.Room.Archived() {
		t.Errorf("it has become %+v", page)
	}
}

func TestPeopleOfAConversationAreToldOfIt(t *testing.T) {
	p := newPlace(t)
	before := len(p.announced())
	room := p.direct(p.ada, p.grace)
	var joined []chat.UserID
	for _, e := range p.announcedSince(before) {
		if e.RoomID != room || !e.Told.Room.Direct {
			t.Errorf("told is %+v", e)
		}
		if e.Kind == chat.UserJoined {
			joined = append(joined, e.UserID)
		}
	}
	want := []chat.UserID{p.ada, p.grace}
	slices.Sort(want)
	if !slices.Equal(joined, want) {
		t.Errorf("%v joined, want %v", joined, want)
	}
	before = len(p.announced())
	p.direct(p.grace, p.ada)
	if again := p.announcedSince(before); len(again) != 0 {
		t.Errorf("opening it again told %+v", again)
	}
}

func TestWhoBlocksSomebodyIsNotNotifiedOfThem(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.Block(ctx, p.grace, "LINUS", true))
	p.must(p.SetLevel(ctx, p.grace, chat.General, chat.LevelEverything))
	m := p.post(p.grace, chat.General, "hello")
	p.say(p.linus, chat.General, chat.Draft{Body: "@Grace", ReplyTo: string(m.ID)})
	p.react(p.linus, m, "👍", true)
	room, err := p.CreateRoom(ctx, p.linus, "mine", true)
	p.must(err)
	p.must(p.AddMember(ctx, p.linus, room.ID, "Grace"))
	p.post(p.linus, p.direct(p.ada, p.grace, p.linus), "hello")
	p.notified(p.grace)
	p.post(p.grace, chat.General, "@Linus") // the other way it is as it was
	p.notified(p.linus, chat.NotifyMention)
	if got := p.page(p.grace, "").Blocked; !slices.Equal(got, []chat.UserID{p.linus}) {
		t.Errorf("Grace has blocked %v", got)
	}
	p.must(p.Block(ctx, p.grace, "Linus", false))
	p.post(p.linus, chat.General, "@Grace")
	p.notified(p.grace, chat.NotifyMention)
}

func TestBlockingIsToldToWhoDoesItAlone(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	before := len(p.announced())
	for _, on := range []bool{true, true, false, false} {
		p.must(p.Block(ctx, p.grace, string(p.linus), on))
	}
	events := p.announcedSince(before)
	if len(events) != 2 {
		t.Fatalf("told is %+v", events)
	}
	for _, e := range events {
		if e.Kind != chat.BlockChanged || e.UserID != p.grace || e.RoomID != "" || e.Told.Subject.Name != "Linus" {
			t.Errorf("told is %+v", e)
		}
	}
	for _, who := range []string{"Grace", string(p.grace), "nobody", ""} {
		p.refused(p.Block(ctx, p.grace, who, true), chat.Invalid)
	}
}

func TestTwoOfWhomOneHasBlockedTheOtherCannotWriteToEachOther(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	room := p.direct(p.grace, p.linus)
	from := map[chat.UserID]chat.Message{p.grace: p.post(p.grace, room, "hello"), p.linus: p.post(p.linus, room, "hello")}
	p.react(p.linus, from[p.linus], "👍", true)
	group := p.direct(p.linus, p.grace, p.ada)
	p.must(p.Block(ctx, p.grace, "Linus", true))
	for who, m := range from {
		_, _, err := p.Post(ctx, who, room, chat.Draft{Body: "hello?"})
		p.refused(err, chat.Forbidden)
		_, err = p.Edit(ctx, who, m.ID, "hello?")
		p.refused(err, chat.Forbidden)
		for _, theirs := range from {
			_, err = p.React(ctx, who, theirs.ID, "🎉", true)
			p.refused(err, chat.Forbidden)
		}
	}
	p.react(p.linus, from[p.linus], "👍", false) // what is there can be taken back
	_, err := p.Delete(ctx, p.linus, from[p.linus].ID)
	p.must(err)
	if got := p.direct(p.linus, p.grace); got != room {
		t.Errorf("what was said is in %s, opened was %s", room, got)
	}
	p.post(p.linus, group, "among more people")
	p.must(p.Block(ctx, p.grace, "Linus", false))
	p.post(p.linus, room, "hello again")
}

func TestNobodyBeginsAConversationWithWhoDoesNotWantOne(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.Block(ctx, p.grace, "Linus", true))
	for _, named := range [][]string{nil, {"Ada"}} {
		_, blocking := p.OpenDirect(ctx, p.grace, append(named, "Linus"))
		p.refused(blocking, chat.Forbidden)
		_, blocked := p.OpenDirect(ctx, p.linus, append(named, "Grace"))
		p.refused(blocked, chat.Forbidden)
		if blocking.Error() != blocked.Error() {
			t.Errorf("who blocks is told %q, who is blocked %q", blocking, blocked)
		}
	}
	p.direct(p.ada, p.grace, p.linus) // it is not for her to know, and neither is notified of the other
	p.post(p.linus, p.direct(p.ada, p.grace, p.linus), "hello @Grace @room")
	p.notified(p.grace)
}

func TestWhoIsGoneCanStillBeUnblocked(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.Block(ctx, p.grace, "Linus", true))
	p.must(p.CloseAccount(ctx, p.linus))
	for _, user := range []chat.UserID{p.grace, p.signUp("Margaret")} {
		found, err := p.People(ctx, user, "", "lin")
		p.must(err)
		if sees := len(found) == 1; sees != (user == p.grace) {
			t.Errorf("%s finds %+v", user, found)
		}
		_, err = p.OpenDirect(ctx, user, []string{string(p.linus)})
		if err == nil {
			t.Error("a conversation with somebody who is gone begins")
		}
	}
	p.refused(p.Block(ctx, p.signUp("Margot"), "Linus", false), chat.Invalid) // to others they are gone
	p.must(p.Block(ctx, p.grace, "Linus", false))
	if got := p.page(p.grace, "").Blocked; len(got) != 0 {
		t.Errorf("Grace has still blocked %v", got)
	}
	p.refused(p.Block(ctx, p.grace, "Linus", false), chat.Invalid)
}

func TestTooManyPeopleAreRefusedBeforeAnybodyIsLookedUp(t *testing.T) {
	p := newPlace(t)
	var who []string
	for i := range 2*chat.MaxDirect + 1 {
		who = append(who, fmt.Sprint("nobody", i))
	}
	_, err := p.OpenDirect(t.Context(), p.ada, who)
	if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Invalid || !strings.Contains(e.Message, "at most") {
		t.Errorf("they are told %v", err)
	}
	same := slices.Repeat([]string{"Grace", string(p.grace)}, 500)
	if _, err := p.OpenDirect(t.Context(), p.ada, same); err != nil {
		t.Errorf("one person named very often: %v", err)
	}
}
