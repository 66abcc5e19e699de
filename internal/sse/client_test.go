package sse

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAClientComesBackAndResumesAfterTheLastEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, says("id: 1\ndata: a\n\nid: 2\ndata: b\n\n"), cuts("id: 3\ndata: c\n\nid: 4\ndata: half"), cuts(""), says("data: without an id\n\n"), says("id: 4\ndata: d\n\n"))
		c.LastEventID = "0"
		c.Header = http.Header{"Authorization": {"Bearer x"}}
		got, err := follow(t, c)
		expect(t, got, "a", "b", "c", "without an id", "d")
		expect(t, s.resumed(), "0", "2", "3", "3", "3", "4")
		if err != nil || c.LastEventID != "4" {
			t.Errorf("the end is %v, at %q", err, c.LastEventID)
		}
		for name, want := range map[string]string{"Accept": "text/event-stream", "Cache-Control": "no-store", "Authorization": "Bearer x"} {
			if got := s.requests[1].header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	})
}

func TestAClientStartsWithoutAnIDAndForgetsOneThatIsReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, says("id: 1\n\n"), says("id\ndata: x\n\n"))
		_, _ = follow(t, c)
		expect(t, s.resumed(), "-", "1", "-")
	})
}

func TestPingsOnlyMoveTheIDAndAResetIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, says("id: 1\nevent: ping\ndata\n\nid: 2\nevent: reset\ndata: epoch\n\nid: 3\nevent: ping\ndata\n\n"))
		got, _ := follow(t, c)
		expect(t, got, "epoch")
		expect(t, s.resumed(), "-", "3")
	})
}

func TestTheEventEndEndsTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, holds("id: 1\ndata: x\n\nid: 2\nevent: end\ndata\n\n"))
		got, err := follow(t, c)
		expect(t, got, "x")
		if err != nil || len(s.requests) != 1 || c.LastEventID != "2" {
			t.Errorf("%v, %d requests, at %q", err, len(s.requests), c.LastEventID)
		}
	})
}

func TestOnlyWhatTheLoopIsDoneWithIsNotSentAgain(t *testing.T) {
	stream := holds("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n")
	errBody := errors.New("the body failed")
	run := func(c *Client, leave func()) (err error) {
		defer func() { err, _ = recover().(error) }()
		for m, err := range c.Events(context.Background()) {
			if err != nil {
				return err
			}
			if m.Data == "b" {
				if c.LastEventID != "1" {
					return fmt.Errorf("inside the body it is %q", c.LastEventID)
				}
				leave()
				break
			}
		}
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, stream, stream, stream)
		if err := run(c, func() { panic(errBody) }); !errors.Is(err, errBody) || c.LastEventID != "1" {
			t.Errorf("a panic in the body: %v, at %q, want it at 1", err, c.LastEventID)
		}
		c.LastEventID = ""
		if _ = run(c, func() {}); c.LastEventID != "1" {
			t.Errorf("left the loop, at %q, want 1", c.LastEventID)
		}
		c.LastEventID = ""
		if _ = run(c, func() { c.LastEventID = "2" }); c.LastEventID != "2" {
			t.Errorf("left the loop satisfied, at %q, want 2", c.LastEventID)
		}
		_, _ = follow(t, c)
		expect(t, s.resumed(), "-", "-", "-", "2")
	})
}

func TestLeavingTheLoopClosesTheConnectionAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan time.Time, 1)
		_, c := perform(t, func(w http.ResponseWriter, r *http.Request) {
			holds("data: x\n\n")(w, r)
			left <- time.Now()
		})
		for _, err := range c.Events(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			break
		}
		if began := time.Now(); !(<-left).Equal(began) {
			t.Error("the server noticed later")
		}
	})
}

func TestTheSequenceEndsWithItsContext(t *testing.T) {
	for name, answers := range map[string][]http.HandlerFunc{
		"while it reads":  {holds("")},
		"while it dials":  {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"while it pauses": {status(429, "Retry-After", "3600")},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, c := perform(t, answers...)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			began := time.Now()
			for m, err := range c.Events(ctx) {
				t.Errorf("%s: %+v, %v", name, m, err)
			}
			if d := time.Since(began); d != 20*time.Second {
				t.Errorf("%s: it ended after %v", name, d)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		_, c := perform(t, holds("id: 1\ndata: x\n\nid: 2\ndata: y\n\n"))
		var log strings.Builder
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		for _, err := range c.Events(ctx) {
			if err != nil {
				t.Error(err)
			}
			n++
			cancel()
		}
		if n != 1 || c.LastEventID != "1" || log.Len() > 0 {
			t.Errorf("%d events after the context ended in the loop, at %q, logged %q", n-1, c.LastEventID, &log)
		}
	})
}

func TestAnEventThatIsTooLongEndsTheSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, says("id: 1\ndata: x\n\nid: 2\n\nid: 3\ndata: "+strings.Repeat("y", 100)+"\n\n"))
		c.Limit = 50
		if _, err := follow(t, c); !errors.Is(err, ErrTooLong) || c.LastEventID != "2" || len(s.requests) != 1 {
			t.Errorf("%v, at %q, %d requests", err, c.LastEventID, len(s.requests))
		}
	})
}

func TestAClientOfThisEngineHearsEverythingOnceHoweverOftenItIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		answer := func(w http.ResponseWriter, r *http.Request) {
			o := Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{Key("room", 1): 0}, Now: e.Applied(), Cursor: &Position{Epoch: 1}}
			_, _ = fmt.Sscan(r.Header.Get("Last-Event-ID"), &o.Cursor.ID)
			ctx, cancel := context.WithTimeout(r.Context(), time.Second)
			defer cancel()
			if stream, err := e.Open(o); err == nil {
				_ = stream.Serve(w, r.WithContext(ctx))
			}
			panic(http.ErrAbortHandler)
		}
		s, c := perform(t, slices.Repeat([]http.HandlerFunc{answer}, 30)...)
		var others sync.WaitGroup
		defer others.Wait()
		others.Go(func() {
			for id := int64(1); id <= 200; id++ {
				e.Append(entry(id, Key("room", 1)))
				elapse(100 * time.Millisecond)
			}
		})
		var got, want []string
		for m, err := range c.Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, m.LastEventID); len(got) == 200 {
				break
			}
		}
		for id := range 200 {
			want = append(want, fmt.Sprint(id+1))
		}
		expect(t, got, want...)
		if n := len(s.requests); n < 5 {
			t.Errorf("the client came back %d times: this proves nothing", n-1)
		}
	})
}
