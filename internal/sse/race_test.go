package sse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

func TestAMessageSupersededWhileItIsEncodedIsNotLost(t *testing.T) {
	lost := 0
	for range 3000 {
		e := newTestEngine(Config{})
		room := Key("room", 1)
		var streams []*Stream
		for range 2 {
			s, err := e.Open(Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{room: 0}, Now: e.Applied()})
			if err != nil {
				t.Fatal(err)
			}
			_, _ = s.Next(t.Context())
			streams = append(streams, s)
		}
		e.Append(about(1, room))
		var wg sync.WaitGroup
		got := make([][][]byte, len(streams))
		for i, s := range streams {
			wg.Go(func() { got[i] = s.takePending() })
		}
		wg.Go(func() { e.Append(about(2, room)) })
		wg.Wait()
		for i, s := range streams {
			all := append(got[i], s.takePending()...)
			told := ""
			for _, f := range all {
				told += string(f)
			}
			if !strings.Contains(told, "whole=true") {
				lost++
			}
		}
	}
	if lost > 0 {
		t.Errorf("%d readers were told of the edit of a message they never heard of", lost)
	}
}

func TestNoEventOfANewEpochBeforeTheReset(t *testing.T) {
	wrong := 0
	for range 3000 {
		e := newTestEngine(Config{})
		e.cfg.Cursor = func(p Position) string { return fmt.Sprintf("%d/%d", p.Epoch, p.ID) }
		room := Key("room", 1)
		s, _ := e.Open(Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{room: 0}, Now: e.Applied()})
		_, _ = s.Next(t.Context())
		ev := func(epoch uint32, id int64) *Entry {
			en := entry(id, room)
			en.Position.Epoch = epoch
			en.Render = func(string, bool) (Event, error) { return Event{ID: fmt.Sprintf("%d/%d", epoch, id), Name: "m"}, nil }
			return en
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			e.Append(ev(1, 1))
			e.Reset(Position{2, 1})
			e.Append(ev(2, 2))
		})
		wg.Go(func() {
			for {
				frames, err := s.Next(ctx)
				if err != nil {
					return
				}
				for _, f := range frames {
					if strings.Contains(string(f), "event: reset") {
						return
					}
					if strings.Contains(string(f), "id: 2/") {
						wrong++
						return
					}
				}
			}
		})
		wg.Wait()
		cancel()
	}
	if wrong > 0 {
		t.Errorf("%d readers were given a cursor of the new epoch before they were told to begin anew", wrong)
	}
}

func TestOnesOwnJoinIsToldAlsoWhenTheRoomIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{PerKey: 5, Total: 100})
		room, ada := Key("room", 1), Key("user", "ada")
		e.Append(entry(1, Key("x")))
		join := entry(2, room, ada)
		join.Grants = []Grant{{Owner: ada, Key: room}}
		e.Append(join)
		for id := int64(3); id < 20; id++ {
			e.Append(entry(id, room))
		}
		s, _ := e.Open(Opening{Owner: ada, Keys: map[StreamKey]int64{room: 2}, Now: e.Applied(), Cursor: &Position{1, 1}})
		expect(t, readIDs(t, s), "stale room:1", "2") // what both stores tell: the user's own join
	})
}

func TestAnEditBetweenTwoPagesIsNoNewMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room := Key("room", 1)
		e.Append(about(1, room))
		for id := int64(2); id < 300; id++ {
			e.Append(entry(id, room))
		}
		s, _ := e.Open(Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{room: 0}, Now: Position{1, 0}})
		_, _ = s.Next(t.Context())
		e.Append(about(300, room))
		ids := readIDs(t, s)
		if ids[len(ids)-1] == "told 300 whole=true" {
			t.Error("the message was told as new a second time")
		}
	})
}

func TestAKeyThatIsOverEndsOnlyWhatHasCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := Key("room", 1)
		e := newTestEngine(Config{Pending: 2})
		s := open(t, e, -1, room)
		readIDs(t, s)
		for id := int64(1); id <= 5; id++ {
			e.Append(entry(id, room))
		}
		if e.Stats().FellBehind == 0 {
			t.Fatal("the stream is not behind, or this proves nothing")
		}
		if err := e.Close(t.Context(), room, Over); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "1", "2", "3", "4", "5", "end ")
	})
}

func TestWhatIsOverCanStillBeCutShort(t *testing.T) {
	room := Key("room", 1)
	behind := func(t *testing.T) (*Engine, *Stream) {
		e := newTestEngine(Config{Pending: 2})
		s := open(t, e, -1, room)
		readIDs(t, s)
		for id := int64(1); id <= 5; id++ {
			e.Append(entry(id, room))
		}
		if err := e.Close(t.Context(), room, Over); err != nil {
			t.Fatal(err)
		}
		return e, s
	}
	synctest.Test(t, func(t *testing.T) {
		e, s := behind(t)
		if err := e.Close(t.Context(), Key("user", "ada"), ByeSignedOut); err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "bye signed_out")
	})
	synctest.Test(t, func(t *testing.T) {
		e, s := behind(t)
		e.Reset(Position{Epoch: 2})
		expect(t, readIDs(t, s), "reset epoch")
	})
}

func TestAnEndThatIsMetWhileOpeningIsToldAsToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room, now := Key("room", 1), e.Applied()
		last := entry(1, room)
		last.Ends = []End{{Key: room, Reason: Over}}
		live := open(t, e, -1, room)
		readIDs(t, live)
		e.Append(last)
		late, err := e.Open(Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{room: 0}, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, live), "1", "end ")
		expect(t, readIDs(t, late), "1", "end ")
	})
}
