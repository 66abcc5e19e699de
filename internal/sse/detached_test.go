package sse

import (
	"context"
	"testing"
	"testing/synctest"
)

func TestDetachedStreamsAreToldNothingDurableAndKeepIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room := Key("room", 1)
		detached, placed := openDetached(t, e, room), open(t, e, -1, room)
		readIDs(t, placed)
		e.Append(entry(1, room, Key("user", "ada")))
		if err := e.Broadcast(t.Context(), room, Event{ID: "mine", Name: "note"}); err != nil {
			t.Fatal(err)
		}
		frames, _ := detached.Next(t.Context())
		if len(frames) != 1 || string(frames[0]) != "id: mine\nevent: note\ndata: \n\n" {
			t.Errorf("the detached stream got %q", frames)
		}
		frames, _ = placed.Next(t.Context())
		if len(frames) != 2 || string(frames[1]) != "event: note\ndata: \n\n" {
			t.Errorf("the stream whose ids are positions got %q", frames)
		}
	})
}

func TestAnEphemeralEventBeforeTheFirstReadIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		s := open(t, e, -1, Key("room", 1))
		if err := e.Broadcast(t.Context(), Key("room", 1), Event{Name: "typing", Data: "ada"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "typing ada")
	})
}

func TestADetachedStreamThatFallsBehindMissesWhatDoesNotFit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{Pending: 2})
		s := openDetached(t, e, Key("demo", 1))
		for _, data := range []string{"one", "two", "three"} {
			if err := e.Deliver(Key("demo", 1), Event{Name: "note", Data: data}); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, readIDs(t, s), "note one", "note two")
		if n := e.Stats().FellBehind; n != 1 {
			t.Errorf("it is counted %d times that a stream fell behind", n)
		}
		if err := e.Deliver(Key("demo", 1), Event{Name: "note", Data: "four"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "note four")
	})
}

func TestKeysComeAndGoOnEveryServerWhileTheStreamIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := NewLocal()
		a, b := newTestEngine(Config{Bus: bus}), newTestEngine(Config{Bus: bus})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = a.Run(ctx) }()
		go func() { _ = b.Run(ctx) }()
		synctest.Wait()
		mine, extra := Key("demo", "ada"), Key("demo", "ada", "c")
		s := openDetached(t, b, mine)
		say := func(data string) {
			t.Helper()
			if err := a.Broadcast(ctx, extra, Event{Name: "note", Data: data}); err != nil {
				t.Fatal(err)
			}
		}
		say("before")
		if err := a.Grant(ctx, Grant{Owner: mine, Key: extra}); err != nil {
			t.Fatal(err)
		}
		say("while it is held")
		if err := a.Grant(ctx, Grant{Owner: mine, Key: extra}); err != nil { // again, which is harmless
			t.Fatal(err)
		}
		say("still")
		synctest.Wait()
		expect(t, readIDs(t, s), "note while it is held", "note still")
		if err := a.Grant(ctx, Grant{Owner: mine, Key: extra, Revoke: true}); err != nil {
			t.Fatal(err)
		}
		say("after")
		synctest.Wait()
		expect(t, readIDs(t, s))
	})
}

func TestAKeyThatIsLentShowsNothingDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		ada, room := Key("user", "ada"), Key("room", 1)
		s := open(t, e, -1)
		readIDs(t, s)
		if err := e.Grant(t.Context(), Grant{Owner: ada, Key: room}); err != nil {
			t.Fatal(err)
		}
		e.Append(entry(1, room))
		if err := e.Deliver(room, Event{Name: "note", Data: "x"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "note x")
	})
}

func TestAMemberOfAGroupIsNotGivenWhatItsOwnerIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		ada, room := Key("user", "ada"), Key("room", 1)
		s, err := e.Open(Opening{Owner: ada, Groups: []Group{{Key: ada}}, Now: e.Applied(), Detached: true})
		if err != nil {
			t.Fatal(err)
		}
		join := entry(1, room, ada)
		join.Grants = []Grant{{Owner: ada, Key: room}}
		e.Append(join)
		for _, key := range []StreamKey{ada, room} {
			if err := e.Deliver(key, Event{Name: "note", Data: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		expect(t, readIDs(t, s))
		if err := e.Close(t.Context(), ada, ByeSignedOut); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "bye signed_out")
	})
}

func TestBroadcastingCostsNoAllocationForEachSubscriber(t *testing.T) {
	cost := func(subscribers int) float64 {
		e := newTestEngine(Config{Pending: 8})
		key := Key("room", 1)
		for range subscribers {
			openDetached(t, e, key)
		}
		return testing.AllocsPerRun(5, func() {
			if err := e.Deliver(key, Event{Data: "hello"}); err != nil {
				t.Fatal(err)
			}
		})
	}
	one, thousand := cost(1), cost(1000)
	if thousand > one {
		t.Errorf("%v allocations for 1,000 subscribers, %v for one", thousand, one)
	}
}

func TestWhatIsForItsGroupDoesNotFillAStreamsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{Pending: 4})
		ada, mine := Key("user", "ada"), Key("demo", 1)
		s, err := e.Open(Opening{Owner: ada, Groups: []Group{{Key: ada}}, Keys: map[StreamKey]int64{mine: 0}, Now: e.Applied(), Detached: true})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := e.Deliver(ada, Event{Data: "not for it"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Deliver(mine, Event{Name: "note", Data: "for it"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "note for it")
	})
}

func TestAStreamIsLentOnlySoManyKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		mine := Key("demo", "ada")
		s := openDetached(t, e, mine)
		grant := func(n int, revoke bool) {
			if err := e.Grant(t.Context(), Grant{Owner: mine, Key: Key("demo", "ada", n), Revoke: revoke}); err != nil {
				t.Fatal(err)
			}
		}
		for n := range 10 * maxLent {
			grant(n, false)
		}
		if n := e.Stats().Keys; n > maxLent+1 {
			t.Errorf("the stream holds %d keys", n)
		}
		grant(0, true)
		grant(maxLent, false)
		if err := e.Deliver(Key("demo", "ada", maxLent), Event{Name: "note", Data: "in its place"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "note in its place")
	})
}
