package sse

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// answered has a detached stream answered without a network, and gives what was written when that is over.
func answered(t *testing.T, e *Engine, serve func(s *Stream, w http.ResponseWriter, r *http.Request) error) <-chan string {
	t.Helper()
	s := openDetached(t, e)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	w := httptest.NewRecorder()
	done := make(chan string, 1)
	go func() {
		err := serve(s, w, r)
		if err != nil {
			t.Error(err)
		}
		done <- w.Body.String()
	}()
	return done
}

// ticks is a sequence of a number a second.
func ticks(n int) func(context.Context) iter.Seq2[any, error] {
	return func(ctx context.Context) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for i := range n {
				if !yield(i, nil) {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Second):
				}
			}
		}
	}
}

func TestAShutdownLetsFiniteStreamsFinishInTheirGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		short := answered(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error { return s.ServeSeq(w, r, ticks(10)) })
		long := answered(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error { return s.ServeSeq(w, r, ticks(100)) })
		source := answered(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error { return s.ServeSource(w, r, ticks(100)) })
		unbounded := answered(t, e, func(s *Stream, w http.ResponseWriter, r *http.Request) error { return s.Serve(w, r) })
		synctest.Wait()
		began := time.Now()
		stopped := make(chan error, 1)
		go func() { stopped <- e.Shutdown(t.Context()) }()
		for name, done := range map[string]<-chan string{"source": source, "unbounded": unbounded} {
			if text := <-done; !strings.Contains(text, "event: bye\nretry: ") || !strings.Contains(text, "data: drain\n") {
				t.Errorf("%s: written was %q", name, text)
			}
		}
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("streams that do not end by themselves were ended after %s", d)
		}
		if text := <-short; !strings.Contains(text, "data: 9\n\nevent: end\n") || strings.Contains(text, "bye") {
			t.Errorf("short: written was %q", text)
		}
		if text := <-long; !strings.Contains(text, "data: 14\n") || !strings.Contains(text, "data: drain\n") || strings.Contains(text, "event: end") {
			t.Errorf("long: written was %q", text)
		}
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if d := time.Since(began); d < 14*time.Second || d > 16*time.Second {
			t.Errorf("the shutdown took %s, want 15 s", d)
		}
	})
}

func TestAShutdownSpreadsThePausesBeforeReadersComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		const n = 50
		var streams []*Stream
		for range n {
			streams = append(streams, openDetached(t, e))
		}
		began := time.Now()
		go func() { _ = e.Shutdown(t.Context()) }()
		retries, moments := map[string]bool{}, map[time.Duration]bool{}
		byes := make(chan string, n)
		for _, s := range streams {
			go func() {
				frames, _ := s.Next(t.Context())
				moments := time.Since(began)
				s.Stop()
				_, rest, _ := strings.Cut(string(frames[0]), "retry: ")
				retry, _, _ := strings.Cut(rest, "\n")
				byes <- retry + " " + moments.String()
			}()
		}
		for range n {
			retry, moment, _ := strings.Cut(<-byes, " ")
			d, err := time.ParseDuration(moment)
			if err != nil || d > 5*time.Second {
				t.Fatalf("a stream was ended after %s", moment)
			}
			retries[retry], moments[d] = true, true
		}
		if len(retries) < n/2 || len(moments) < n/2 {
			t.Errorf("%d streams were told %d pauses at %d moments", n, len(retries), len(moments))
		}
	})
}

func TestAShutdownThatIsNotWaitedForSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		openDetached(t, e) // nobody reads it
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := e.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown gave %v", err)
		}
	})
}
