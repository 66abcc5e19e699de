package sse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// newTestEngine makes an engine whose sequence begins at 0 and whose cursors are plain numbers.
func newTestEngine(cfg Config) *Engine {
	cfg.Cursor = func(p Position) string { return fmt.Sprint(p.ID) }
	cfg.Control = func(_ string, c Control) Event {
		if c.Reset != "" {
			return Event{Name: "reset", Data: c.Reset}
		}
		return Event{Name: "stale", Data: string(c.Stale)}
	}
	e := New(cfg)
	e.Reset(Position{Epoch: 1})
	return e
}

// entry is event id for the key, with its id as text.
func entry(id int64, keys ...StreamKey) *Entry {
	return &Entry{Position: Position{1, id}, Keys: keys, Render: func(string, bool) (Event, error) {
		return Event{ID: fmt.Sprint(id), Name: "m", Data: fmt.Sprint("text ", id)}, nil
	}}
}

// about is event id about message m1, which event 1 made. It says whether it was told to somebody who had
// not heard of it.
func about(id int64, key StreamKey) *Entry {
	e := entry(id, key)
	e.Subject, e.Since = "m1", 1
	e.Render = func(_ string, whole bool) (Event, error) {
		return Event{ID: fmt.Sprint(id), Name: "told", Data: fmt.Sprintf("%d whole=%v", id, whole)}, nil
	}
	return e
}

// open opens a stream of ada's, with further keys held since 0, at the head or after a cursor.
func open(t *testing.T, e *Engine, cursor int64, keys ...StreamKey) *Stream {
	t.Helper()
	o := Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{}, Now: e.Applied()}
	for _, k := range keys {
		o.Keys[k] = 0
	}
	if cursor >= 0 {
		o.Cursor = &Position{1, cursor}
	}
	s, err := e.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// readIDs reads until the stream is idle and gives the ids of its events, pings left out.
func readIDs(t *testing.T, s *Stream) (ids []string) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		frames, err := s.Next(ctx)
		cancel()
		if err != nil {
			return ids
		}
		for _, f := range frames {
			ids = append(ids, describe(string(f))...)
		}
	}
}

func describe(frame string) []string {
	m, err := NewDecoder(strings.NewReader(frame)).Next()
	switch {
	case err != nil, m.Name == "ping":
		return nil
	case m.Name == "m":
		return []string{m.LastEventID}
	}
	return []string{m.Name + " " + m.Data}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAStreamIsToldWhatConcernsItAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		s := open(t, e, -1, Key("room", 1))
		e.Append(entry(1, Key("room", 1)))
		e.Append(entry(2, Key("room", 2)))
		e.Append(entry(3, Key("room", 1), Key("user", "ada")))
		e.Append(entry(4, Key("user", "ada")))
		expect(t, readIDs(t, s), "1", "3", "4")
	})
}

func TestAReaderThatIsUpToDateIsToldNothingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		for id := range int64(5) {
			e.Append(entry(id+1, Key("room", 1)))
		}
		expect(t, readIDs(t, open(t, e, 5, Key("room", 1))))
		expect(t, readIDs(t, open(t, e, 3, Key("room", 1))), "4", "5")
		expect(t, readIDs(t, open(t, e, -1, Key("room", 1))))
	})
}

func TestKeysAreGrantedAndRevokedAtAnExactPosition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room, ada := Key("room", 1), Key("user", "ada")
		s := open(t, e, -1)
		e.Append(entry(1, room))
		join := entry(2, room, ada)
		join.Grants = []Grant{{Owner: ada, Key: room}}
		e.Append(join)
		e.Append(entry(3, room))
		leave := entry(4, room, ada)
		leave.Grants = []Grant{{Owner: ada, Key: room, Revoke: true}}
		expect(t, readIDs(t, s), "2", "3")
		e.Append(leave)
		e.Append(entry(5, room))
		expect(t, readIDs(t, s), "4")
	})
}

func TestWhatIsQueuedForALeftRoomIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room, ada := Key("room", 1), Key("user", "ada")
		s := open(t, e, -1, room)
		readIDs(t, s) // level: what comes now is queued
		e.Append(entry(1, room))
		leave := entry(2, room, ada)
		leave.Grants = []Grant{{Owner: ada, Key: room, Revoke: true}}
		e.Append(leave)
		expect(t, readIDs(t, s), "2")
	})
}

func TestAnOpeningReadBeforeOrAfterWhatTheServerAppliedIsBroughtLevel(t *testing.T) {
	room, ada := Key("room", 1), Key("user", "ada")
	join := func(id int64) *Entry {
		j := entry(id, room, ada)
		j.Grants = []Grant{{Owner: ada, Key: room}}
		return j
	}
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		e.Append(entry(1, room))
		before := e.Applied()
		e.Append(join(2))
		e.Append(entry(3, room))
		s, err := e.Open(Opening{Owner: ada, Now: before})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, readIDs(t, s), "2", "3")

		ahead, err := e.Open(Opening{Owner: ada, Keys: map[StreamKey]int64{room: 5}, Now: Position{1, 6}})
		if err != nil {
			t.Fatal(err)
		}
		for id := range int64(4) {
			e.Append(entry(id+4, room))
		}
		expect(t, readIDs(t, ahead), "7")
	})
}

func TestASlowReaderEndsWithWhatAFastOneGotInBoundedMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{Pending: 8})
		slow, fast := open(t, e, -1, Key("room", 1)), open(t, e, -1, Key("room", 1))
		readIDs(t, slow)
		var want []string
		for id := int64(1); id <= 1000; id++ {
			e.Append(entry(id, Key("room", 1)))
			want = append(want, fmt.Sprint(id))
			if id%5 == 0 {
				expect(t, readIDs(t, fast), want[id-5:]...)
			}
			if len(slow.pending) > 8 {
				t.Fatalf("%d entries are queued", len(slow.pending))
			}
		}
		expect(t, readIDs(t, slow), want...)
		if e.Stats().FellBehind == 0 {
			t.Error("the slow reader never fell behind, or this proves nothing")
		}
	})
}

func TestWhatTheRingNoLongerHoldsIsReadFromTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []Query
		cfg := Config{Ring: 10, Replay: func(_ context.Context, q Query) (Page, error) {
			asked = append(asked, q)
			var p Page
			for id := q.After.ID + 1; id <= min(q.After.ID+200, q.Until); id++ {
				p.Entries = append(p.Entries, entry(id, Key("room", 1)))
				p.Upto = Position{1, id}
			}
			return p, nil
		}}
		e := newTestEngine(cfg)
		var want []string
		for id := int64(1); id <= 30; id++ {
			e.Append(entry(id, Key("room", 1)))
			want = append(want, fmt.Sprint(id))
		}
		expect(t, readIDs(t, open(t, e, 0, Key("room", 1))), want...)
		if len(asked) != 1 || asked[0].PerKey != 50 || asked[0].Total != 500 || asked[0].Limit != 0 {
			t.Errorf("the store was asked %+v, want once, in the bounds of an opening", asked)
		}
	})
}

func TestAStoreThatIsAwayIsAskedAgainAndMeanwhileTheCursorStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := true
		e := newTestEngine(Config{Ring: 1, Replay: func(_ context.Context, q Query) (Page, error) {
			if away {
				return Page{}, errors.New("away")
			}
			return Page{Entries: []*Entry{entry(2, Key("room", 1))}, Upto: Position{1, q.Until}}, nil
		}})
		for id := range int64(3) {
			e.Append(entry(id+1, Key("room", 1)))
		}
		s := open(t, e, 1, Key("room", 1))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if frames, err := s.Next(ctx); err == nil {
			t.Fatalf("got %q while the store was away", frames)
		}
		if s.Position().ID != 1 {
			t.Fatalf("the cursor moved to %v", s.Position())
		}
		away = false
		expect(t, readIDs(t, s), "2")
	})
}

func TestTooMuchIsToldInBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy, quiet := Key("room", "busy"), Key("room", "quiet")
		e := newTestEngine(Config{PerKey: 5, Total: 8})
		for id := int64(1); id <= 10; id++ {
			e.Append(entry(id, busy))
		}
		e.Append(entry(11, quiet))
		expect(t, readIDs(t, open(t, e, 0, busy, quiet)), "stale room:busy", "11")
	})
}

func TestOfAWholeKeyEverythingIsToldOrItIsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy, all := Key("room", "busy"), Key("user", "all")
		asked := func(context.Context, Query) (Page, error) { return Page{Reset: ResetTooMuch}, nil }
		e := newTestEngine(Config{PerKey: 2, Total: 4, Replay: asked, Whole: func(key StreamKey) bool { return key == all }})
		for id := int64(1); id <= 3; id++ {
			e.Append(entry(2*id-1, all))
			e.Append(entry(2*id, busy))
		}
		e.Append(entry(7, busy, all))
		expect(t, readIDs(t, open(t, e, 0, busy, all)), "stale room:busy", "1", "3", "5", "7")
		e.Append(entry(8, all))
		expect(t, readIDs(t, open(t, e, 0, busy, all)), "reset too_much")
	})
}

func TestWhatNewerEntriesReplaceIsNotTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := Key("room", 1)
		e := newTestEngine(Config{PerKey: 100, Total: 4, Replay: func(context.Context, Query) (Page, error) { return Page{Reset: ResetTooMuch}, nil }})
		for id := range int64(6) {
			e.Append(about(id+1, room))
		}
		expect(t, readIDs(t, open(t, e, 0, room)), "told 6 whole=true")
	})
}

func TestAKeyThatIsHeldIsHeldFromWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		all, ada := Key("user", "all"), Key("user", "ada")
		s := open(t, e, -1, all)
		readIDs(t, s) // level: what comes now is queued
		e.Append(entry(1, all))
		again := entry(2, ada)
		again.Grants = []Grant{{Owner: ada, Key: all}}
		e.Append(again)
		expect(t, readIDs(t, s), "1", "2")
	})
}

func TestAnUnusableCursorIsAnsweredWithAResetAndTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		e.Append(entry(1))
		ada := Key("user", "ada")
		for _, c := range []struct {
			o    Opening
			want string
		}{
			{Opening{Cursor: &Position{1, 99}}, "reset ahead"},
			{Opening{Cursor: &Position{2, 1}}, "reset epoch"},
			{Opening{Reset: "malformed"}, "reset malformed"},
		} {
			c.o.Owner, c.o.Now = ada, e.Applied()
			s, err := e.Open(c.o)
			if err != nil {
				t.Fatal(err)
			}
			frames, _ := s.Next(t.Context())
			if got := describe(string(frames[0])); got[0] != c.want || !strings.HasPrefix(string(frames[0]), "id: 1\n") {
				t.Errorf("got %q, want %s with the head's cursor", frames[0], c.want)
			}
			if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("after a reset: %v, want the end", err)
			}
		}
	})
}

func TestANewEpochResetsEveryStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		s := open(t, e, -1, Key("room", 1))
		readIDs(t, s)
		e.Append(entry(1, Key("room", 1)))
		e.Reset(Position{2, 0})
		expect(t, readIDs(t, s), "reset epoch")
		if _, err := e.Open(Opening{Owner: Key("user", "ada"), Now: Position{1, 1}}); !errors.Is(err, ErrStale) {
			t.Errorf("an opening read in the old epoch: %v, want ErrStale", err)
		}
	})
}

func TestWhatWasTakenBackIsNeverSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room := Key("room", 1)
		live := open(t, e, -1, room)
		readIDs(t, live)
		queued := open(t, e, -1, room)
		readIDs(t, queued)
		e.Append(about(1, room))
		expect(t, readIDs(t, live), "told 1 whole=true")
		e.Append(entry(2, room))
		e.Append(about(3, room))
		expect(t, readIDs(t, live), "2", "told 3 whole=false")
		expect(t, readIDs(t, queued), "2", "told 3 whole=true")
		expect(t, readIDs(t, open(t, e, 0, room)), "2", "told 3 whole=true")
		expect(t, readIDs(t, open(t, e, 1, room)), "2", "told 3 whole=false")
	})
}

// elapse lets virtual time pass: for synctest bubbles only.
func elapse(d time.Duration) { <-time.After(d) }
