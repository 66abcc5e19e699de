package sse

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheInspectorSeesStreamsAndEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		room := Key("room", 1)
		placed := open(t, e, -1, room)
		openDetached(t, e, Key("demo", 1))
		readIDs(t, placed)
		en := entry(1, room)
		en.Kind = "message"
		e.Append(en)
		if err := e.Deliver(room, Event{ID: "x", Name: "typing", Data: "ada"}); err != nil {
			t.Fatal(err)
		}
		report := e.Inspect(0)
		if len(report.Streams) != 2 || len(report.Recent) != 2 {
			t.Fatalf("the report is %+v", report)
		}
		first := report.Streams[0]
		if first.Owner != Key("user", "ada") || first.Queued != 2 || first.Lag != 1 || len(first.Keys) != 2 || first.Keys[0] != room {
			t.Errorf("the first stream is %+v", first)
		}
		if newest := report.Recent[0]; newest.Name != "typing" || newest.ID != "x" || newest.Place != 0 || newest.Bytes == 0 {
			t.Errorf("the newest event is %+v", newest)
		}
		if older := report.Recent[1]; older.Name != "message" || older.Place != 1 {
			t.Errorf("the one before is %+v", older)
		}
		if n := len(e.Inspect(1).Streams); n != 1 {
			t.Errorf("of at most one stream %d are reported", n)
		}
	})
}

func TestAskingBringsAReportOfEveryServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := NewLocal()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var engines []*Engine
		for _, name := range []string{"a", "b"} {
			e := newTestEngine(Config{Bus: bus, Name: name, Report: func(r Report) Event {
				return Event{Name: "server", Data: fmt.Sprint(r.Server, " has ", len(r.Streams))}
			}})
			engines = append(engines, e)
			go func() { _ = e.Run(ctx) }()
		}
		synctest.Wait()
		key := Key("inspector")
		s := openDetached(t, engines[0], key)
		ask := func() {
			t.Helper()
			if err := engines[0].Ask(ctx, key); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		ask()
		expect(t, readIDs(t, s), "server a has 1", "server b has 0")
		ask() // too soon
		expect(t, readIDs(t, s))
		elapse(2 * time.Second)
		ask()
		expect(t, readIDs(t, s), "server a has 1", "server b has 0")
	})
}

func TestReportsAreNoEventsOfInterest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{Report: func(Report) Event { return Event{Name: "server"} }})
		if err := e.Deliver(Key("room", 1), Event{Name: "typing"}); err != nil {
			t.Fatal(err)
		}
		for range 2 * recentSize {
			if err := e.Ask(t.Context(), Key("inspector")); err != nil {
				t.Fatal(err)
			}
			elapse(2 * time.Second)
		}
		if recent := e.Inspect(0).Recent; len(recent) != 1 || recent[0].Name != "typing" {
			t.Errorf("the last events are %+v", recent)
		}
	})
}
