package sse

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// openDetached opens a stream of ada's that is told only what is broadcast to the keys.
func openDetached(t *testing.T, e *Engine, keys ...StreamKey) *Stream {
	t.Helper()
	o := Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{}, Now: e.Applied(), Detached: true}
	for _, k := range keys {
		o.Keys[k] = 0
	}
	s, err := e.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// openLimited opens a stream of a session, of which there may be so many.
func openLimited(t *testing.T, e *Engine, session StreamKey, most int) *Stream {
	t.Helper()
	s, err := e.Open(Opening{
		Owner: Key("user", "ada"), Groups: []Group{{Key: session, Most: most}, {Key: Key("user", "ada")}}, Now: e.Applied(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func TestTheOldestOfTooManyEndsAndNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		phone, laptop := Key("session", "phone"), Key("session", "laptop")
		other := openLimited(t, e, laptop, 2)
		elapse(time.Second)
		first := openLimited(t, e, phone, 2)
		elapse(time.Second)
		second := openLimited(t, e, phone, 2)
		elapse(time.Second)
		third := openLimited(t, e, phone, 2)
		expect(t, readIDs(t, first), "bye limit")
		for _, s := range []*Stream{other, second, third} {
			expect(t, readIDs(t, s))
		}
		if n := e.Stats().Limited; n != 1 {
			t.Errorf("%d streams were ended for a limit, want 1", n)
		}
	})
}

func TestTheLimitHoldsAlthoughTheOldestIsStuck(t *testing.T) {
	e := newTestEngine(Config{})
	var ending int
	var all []*Stream
	for range 10 { // none of them reads on
		all = append(all, openLimited(t, e, Key("session", "phone"), 2))
	}
	for _, s := range all {
		if s.isEnding() {
			ending++
		}
	}
	if ending != 8 {
		t.Errorf("of 10 streams %d were ended, the limit is 2", ending)
	}
}

func TestAFullServerSendsTheOldestElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{Streams: 2})
		first := open(t, e, -1)
		second := open(t, e, -1)
		third := open(t, e, -1)
		expect(t, readIDs(t, first), "bye age") // and so it may come back
		expect(t, readIDs(t, second))
		expect(t, readIDs(t, third))
	})
}

func TestStreamsEndWhenTheirTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = e.Run(ctx) }()
		s := open(t, e, -1)
		readIDs(t, s)
		elapse(2 * time.Hour)
		expect(t, readIDs(t, s))
		elapse(3 * time.Hour)
		expect(t, readIDs(t, s), "bye age")
	})
}

func TestTheOldestOfASharedGroupMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		office := []Group{{Key: Key("address", "192.0.2.1"), Most: 1, Shared: true}}
		var streams []*Stream
		for _, name := range []string{"ada", "grace"} {
			s, err := e.Open(Opening{Owner: Key("user", name), Groups: office, Now: e.Applied()})
			if err != nil {
				t.Fatal(err)
			}
			streams = append(streams, s)
		}
		expect(t, readIDs(t, streams[0]), "bye age")
		expect(t, readIDs(t, streams[1]))
	})
}
