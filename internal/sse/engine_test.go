package sse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheHeartbeatCarriesThePositionOfTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = e.Run(ctx) }()
		s := open(t, e, -1, Key("room", 1))
		frames, _ := s.Next(ctx) // says where it is at once
		if string(frames[0]) != "id: 0\nevent: ping\ndata: \n\n" {
			t.Fatalf("got %q", frames[0])
		}
		e.Append(entry(1, Key("room", 2)))
		frames, _ = s.Next(ctx)
		if string(frames[0]) != "id: 1\nevent: ping\ndata: \n\n" {
			t.Fatalf("got %q", frames[0])
		}
	})
}

func TestAQuietReaderIsToldWhereItIsWhenMuchElseHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = e.Run(ctx) }()
		s := open(t, e, -1, Key("room", 1))
		_, _ = s.Next(ctx)
		s.slot = -1 // its heart does not beat
		for id := int64(1); id <= farBehind; id++ {
			e.Append(entry(id, Key("room", 2)))
		}
		elapse(time.Minute)
		if s.Position().ID != 0 {
			t.Fatal("it was told before it was far behind, or this proves nothing")
		}
		e.Append(entry(farBehind+1, Key("room", 2)))
		frames, _ := s.Next(ctx)
		if got, want := string(frames[0]), fmt.Sprintf("id: %d\nevent: ping\ndata: \n\n", farBehind+1); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestEphemeralEventsReachWhoIsThereOnEveryServerAndHaveNoID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := NewLocal()
		a, b := newTestEngine(Config{Bus: bus}), newTestEngine(Config{Bus: bus})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = a.Run(ctx) }()
		go func() { _ = b.Run(ctx) }()
		synctest.Wait()
		here, there := open(t, a, -1, Key("room", 1)), open(t, b, -1, Key("room", 1))
		outside := open(t, b, -1, Key("room", 2))
		for _, s := range []*Stream{here, there, outside} {
			readIDs(t, s)
		}
		if err := a.Broadcast(ctx, Key("room", 1), Event{ID: "7", Name: "typing", Data: "ada"}); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, here), "typing ada")
		expect(t, readIDs(t, there), "typing ada")
		expect(t, readIDs(t, outside))
		if here.Position().ID != 0 {
			t.Error("an ephemeral event moved the cursor")
		}
		if err := a.Close(ctx, Key("room", 1), ByeSignedOut); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, here), "bye signed_out")
		expect(t, readIDs(t, there), "bye signed_out")
		expect(t, readIDs(t, outside))
	})
}

func TestShutdownSaysByeToEveryStreamAndTurnsNewOnesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		var streams []*Stream
		for range 5 {
			s := open(t, e, -1)
			readIDs(t, s)
			streams = append(streams, s)
		}
		done := make(chan error)
		go func() { done <- e.Shutdown(t.Context()) }()
		for _, s := range streams {
			frames, err := s.Next(t.Context())
			if err != nil || !strings.Contains(string(frames[0]), "event: bye\nretry: ") || !strings.Contains(string(frames[0]), "data: drain\n") {
				t.Fatalf("got %q, %v", frames, err)
			}
			s.Stop()
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if _, err := e.Open(Opening{Owner: Key("user", "ada"), Now: e.Applied()}); !errors.Is(err, ErrDraining) {
			t.Errorf("after the shutdown: %v", err)
		}
	})
}
