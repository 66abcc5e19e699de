package sse

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// reader is a client that takes a stream's events one by one.
type reader struct {
	t      *testing.T
	decode *Decoder
	leave  func()
}

// read has answer serve a detached stream of ada's on the keys, and reads it.
func read(t *testing.T, e *Engine, answer func(s *Stream, w http.ResponseWriter, r *http.Request) error, keys ...StreamKey) *reader {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o := Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{}, Groups: []Group{{Key: Key("user", "ada")}}, Now: e.Applied(), Detached: true}
		for _, k := range keys {
			o.Keys[k] = 0
		}
		s, err := e.Open(o)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		if err := answer(s, w, r); err != nil {
			t.Log(err)
		}
	}))
	t.Cleanup(srv.Close)
	resp, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	leave := func() { _ = resp.Body.Close() }
	t.Cleanup(leave)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d", resp.StatusCode)
	}
	return &reader{t, NewDecoder(resp.Body), leave}
}

// expect reads one message for each text, as name and data; the last may be EOF.
func (r *reader) expect(texts ...string) {
	r.t.Helper()
	for _, want := range texts {
		m, err := r.decode.Next()
		got := m.Name + " " + m.Data
		if err != nil {
			got = err.Error()
		}
		if got != want {
			r.t.Fatalf("came %q, want %q", got, want)
		}
	}
}

// seq serves what is sent on a channel.
func seq(values <-chan any) func(*Stream, http.ResponseWriter, *http.Request) error {
	return func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		return s.ServeSeq(w, r, func(ctx context.Context) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				for {
					select {
					case v, ok := <-values:
						err, _ := v.(error)
						if !ok || !yield(v, err) {
							return
						}
					case <-ctx.Done():
						return
					}
				}
			}
		})
	}
}

func TestEveryValueArrivesBeforeTheNextIsMade(t *testing.T) {
	values := make(chan any)
	r := read(t, newTestEngine(Config{}), seq(values))
	values <- "text\nof two lines"
	r.expect("message text\nof two lines") // and the next value does not exist yet
	values <- map[string]int{"n": 2}
	r.expect(`message {"n":2}`)
	values <- nil
	values <- Event{ID: "7", Name: "line", Data: "x"}
	r.expect("line x")
	if id := r.decode.LastEventID(); id != "7" {
		t.Errorf("the id is %q, want 7", id)
	}
	close(values)
	r.expect("end ", "EOF")
}

func TestASequenceThatFailsClosesWithoutAnEnd(t *testing.T) {
	values := make(chan any)
	r := read(t, newTestEngine(Config{}), seq(values))
	values <- 1
	values <- errors.New("the disk is full")
	r.expect("message 1", "EOF")
}

func TestWhenTheReaderLeavesTheSequenceIsLeft(t *testing.T) {
	e := newTestEngine(Config{})
	values := make(chan any)
	cleaned := make(chan struct{})
	serve := seq(values)
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		defer close(cleaned)
		return serve(s, w, r)
	})
	values <- 1
	r.expect("message 1")
	r.leave() // nothing more is written: it must be noticed all the same
	select {
	case <-cleaned:
	case <-time.After(10 * time.Second):
		t.Fatal("the sequence goes on although nobody reads it")
	}
	await(t, "the stream is gone", func() bool { return e.Stats().Streams == 0 })
}

func TestASequenceEndsWithTheSessionAndSaysWhy(t *testing.T) {
	e := newTestEngine(Config{})
	values := make(chan any)
	r := read(t, e, seq(values))
	values <- 1
	r.expect("message 1")
	if err := e.Close(t.Context(), Key("user", "ada"), ByeSignedOut); err != nil {
		t.Fatal(err)
	}
	r.expect("bye signed_out", "EOF")
	await(t, "the stream is gone", func() bool { return e.Stats().Streams == 0 })
}

func TestAPanicOfASequenceIsTheHandlersAndClosesTheStream(t *testing.T) {
	e := newTestEngine(Config{})
	reported := make(chan any, 10)
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		defer func() { reported <- recover() }()
		return s.ServeSeq(w, r, func(context.Context) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				yield("before", nil)
				panic("a fault")
			}
		})
	})
	r.expect("message before", "EOF")
	if p := <-reported; p != "a fault" {
		t.Errorf("recovered %v", p)
	}
	await(t, "the stream is gone", func() bool { return e.Stats().Streams == 0 })
}

func TestBesideItsValuesASequenceTellsWhatIsBroadcastAndItsHeartBeats(t *testing.T) {
	e := newTestEngine(Config{Heartbeat: 50 * time.Millisecond})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _ = e.Run(ctx) }()
	key := Key("demo", 1)
	values := make(chan any)
	r := read(t, e, seq(values), key)
	r.expect("ping ")
	if id := r.decode.LastEventID(); id != "" {
		t.Errorf("a ping set the id %q of a stream that has no position", id)
	}
	if err := e.Broadcast(ctx, key, Event{ID: "mine", Name: "note", Data: "x"}); err != nil {
		t.Fatal(err)
	}
	for {
		m, err := r.decode.Next()
		if err != nil {
			t.Fatal(err)
		}
		if m.Name == "note" && m.LastEventID == "mine" {
			return
		}
	}
}

func TestWhatIsBroadcastBeforeTheResponseBeginsIsKept(t *testing.T) {
	e := newTestEngine(Config{})
	key := Key("work", 1)
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		for _, step := range []string{"one", "two", "three"} {
			if err := e.Broadcast(r.Context(), key, Event{Data: step}); err != nil {
				return err
			}
		}
		return s.ServeSeq(w, r, func(context.Context) iter.Seq2[any, error] { return func(func(any, error) bool) {} })
	}, key)
	r.expect("message one", "message two", "message three", "end ", "EOF")
}

func TestClosingAKeyWithoutAReasonIsItsEndAfterWhatWasBroadcast(t *testing.T) {
	e := newTestEngine(Config{})
	key := Key("demo", "stream")
	serve := func(s *Stream, w http.ResponseWriter, r *http.Request) error { return s.Serve(w, r) }
	r := read(t, e, serve, key)
	if err := e.Broadcast(t.Context(), key, Event{Data: "the last"}); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(t.Context(), key, Over); err != nil {
		t.Fatal(err)
	}
	r.expect("message the last", "end ", "EOF")
}

func TestAFunctionWritesItsOwnBytesAndNothingElseIsWritten(t *testing.T) {
	e := newTestEngine(Config{Heartbeat: time.Millisecond})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _ = e.Run(ctx) }()
	var kept *Conn
	done := make(chan error, 1)
	next := make(chan struct{})
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		err := s.ServeConn(w, r, func(c *Conn) error {
			kept = c
			for _, text := range []string{"data: Hello, ", "world!\n\n"} {
				if _, err := io.WriteString(c, text); err != nil {
					return err
				}
				if err := c.Flush(); err != nil {
					return err
				}
			}
			<-next
			return nil
		})
		_, after := kept.Write([]byte("too late"))
		done <- errors.Join(after, kept.Flush(), kept.Send(Event{}), kept.Close())
		return err
	}, Key("demo", 1))
	if err := e.Broadcast(ctx, Key("demo", 1), Event{Data: "not here"}); err != nil {
		t.Fatal(err)
	}
	r.expect("message Hello, world!")
	close(next)
	r.expect("EOF")
	if err := <-done; strings.Count(err.Error(), ErrClosed.Error()) != 3 {
		t.Errorf("after the end: %v, want ErrClosed from Write, Flush and Send", err)
	}
}

func TestAFunctionIsToldThatItsStreamIsToEnd(t *testing.T) {
	e := newTestEngine(Config{})
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		return s.ServeConn(w, r, func(c *Conn) error {
			if err := c.Send(Event{Data: "hello"}); err != nil {
				return err
			}
			<-c.Context().Done()
			return nil
		})
	})
	r.expect("message hello")
	if err := e.Close(t.Context(), Key("user", "ada"), ByeSignedOut); err != nil {
		t.Fatal(err)
	}
	r.expect("bye signed_out", "EOF")
}

func TestAPanicOfAFunctionClosesTheStream(t *testing.T) {
	e := newTestEngine(Config{})
	reported := make(chan any, 10)
	r := read(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		defer func() { reported <- recover() }()
		return s.ServeConn(w, r, func(c *Conn) error { panic("a fault") })
	})
	r.expect("EOF")
	if p := <-reported; p != "a fault" {
		t.Errorf("recovered %v", p)
	}
	if n := e.Stats().Streams; n != 0 {
		t.Errorf("%d streams are left", n)
	}
}

func TestASequenceThatTakesItsReadersLeavingForAnErrorIsNoFault(t *testing.T) {
	got := make(chan error, 1)
	r := read(t, newTestEngine(Config{}), func(s *Stream, w http.ResponseWriter, r *http.Request) error {
		err := s.ServeSeq(w, r, func(ctx context.Context) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				if yield("x", nil) {
					<-ctx.Done()
					yield(nil, ctx.Err())
				}
			}
		})
		got <- err
		return err
	})
	r.expect("message x")
	r.leave()
	if err := <-got; err != nil {
		t.Errorf("the reader left, and the answer is %v", err)
	}
}

func TestAPanicOfWhatIsToldBesideASequenceIsTheHandlersToo(t *testing.T) {
	e := newTestEngine(Config{})
	room := Key("room", 1)
	s := open(t, e, -1, room)
	bad := entry(1, room)
	bad.Render = func(string, bool) (Event, error) { panic("a fault") }
	e.Append(bad)
	defer func() {
		if p := recover(); p != "a fault" {
			t.Errorf("recovered %v", p)
		}
	}()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	_ = s.ServeSeq(httptest.NewRecorder(), r, func(ctx context.Context) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) { <-ctx.Done() }
	})
	t.Error("nothing was reported")
}

// stalling is a response whose second write makes no progress until its deadline.
type stalling struct {
	*httptest.ResponseRecorder
	writes  int
	begun   chan struct{}
	timeout time.Duration
}

func (w *stalling) SetWriteDeadline(time.Time) error { return nil }

func (w *stalling) Write(p []byte) (int, error) {
	if w.writes++; w.writes == 2 {
		close(w.begun)
		<-time.After(w.timeout)
		return 0, errors.New("i/o timeout")
	}
	return w.ResponseRecorder.Write(p)
}

func TestAStallBesideASequenceIsReported(t *testing.T) {
	e := newTestEngine(Config{WriteTimeout: 50 * time.Millisecond})
	key := Key("demo", 1)
	s := openDetached(t, e, key)
	w := &stalling{httptest.NewRecorder(), 0, make(chan struct{}), 100 * time.Millisecond}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	err := s.ServeSeq(w, r, func(context.Context) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			_ = e.Deliver(key, Event{Data: "x"})
			<-w.begun
			yield("value", nil)
		}
	})
	if !errors.Is(err, ErrGone) || e.Stats().Cut != 1 {
		t.Errorf("the answer is %v, and %d streams were cut", err, e.Stats().Cut)
	}
}
