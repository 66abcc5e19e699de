package chat

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// fakeLog is a log in memory that can be away, forget its tail, and begin a new epoch.
type fakeLog struct {
	mu     sync.Mutex
	epoch  uint32
	events []Event
	floor  int64
	reads  int
}

func (l *fakeLog) add(n int) Batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := Batch{Epoch: l.epoch}
	for range n {
		e := Event{ID: l.floor + int64(len(l.events)) + 1, Epoch: l.epoch}
		l.events = append(l.events, e)
		b.Events = append(b.Events, e)
	}
	return b
}

func (l *fakeLog) forget(n int, newEpoch bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = l.events[:len(l.events)-min(n, len(l.events))]
	if newEpoch {
		l.epoch++
	}
}

func (l *fakeLog) trim(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = min(n, len(l.events))
	l.events = l.events[n:]
	l.floor += int64(n)
}

func (l *fakeLog) Head(context.Context) (Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Position{l.epoch, l.floor + int64(len(l.events))}, nil
}

func (l *fakeLog) Events(_ context.Context, after int64, limit int) (Batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	b := Batch{Epoch: l.epoch}
	from := min(max(after-l.floor, 0), int64(len(l.events)))
	b.Events = append(b.Events, l.events[from:min(from+int64(limit), int64(len(l.events)))]...)
	return b, nil
}

func (l *fakeLog) Fork(_ context.Context, seen Position) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seen.Epoch == l.epoch && seen.ID > l.floor+int64(len(l.events)) {
		l.epoch++
	}
	return nil
}

// sink checks what a feed applies: a run of consecutive ids of one epoch after every reset.
type sink struct {
	mu     sync.Mutex
	at     Position
	resets int
	wrong  []Event
}

func (s *sink) apply(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Epoch != s.at.Epoch || e.ID != s.at.ID+1 {
		s.wrong = append(s.wrong, e)
	}
	s.at.ID = e.ID
}

func (s *sink) reset(p Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = p
	s.resets++
}

func (s *sink) state() (Position, int, []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.resets, s.wrong
}

// startFeed runs a feed on the log in a synctest bubble until the test ends.
func startFeed(t *testing.T, log Log) (*Feed, *sink) {
	s := &sink{}
	f := NewFeed(log, s.apply, s.reset, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	synctest.Wait()
	return f, s
}

func TestAnyDeliveryYieldsTheExactSequence(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type step struct{ kind, n, delay, again int }
		steps := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
			return step{
				kind:  rapid.IntRange(0, 99).Draw(rt, "kind"),
				n:     rapid.IntRange(1, 4).Draw(rt, "n"),
				delay: rapid.IntRange(0, 120).Draw(rt, "delay"),
				again: rapid.IntRange(1, 2).Draw(rt, "again"),
			}
		}), 1, 40).Draw(rt, "steps")

		synctest.Test(t, func(t *testing.T) {
			log := &fakeLog{epoch: 1}
			log.add(3)
			f, s := startFeed(t, log)
			for _, st := range steps {
				switch {
				case st.kind < 8: // failover
					log.forget(st.n-1, true)
				case st.kind < 12: // a restored backup that kept its epoch
					log.forget(st.n, false)
				case st.kind < 16: // never reaches the bus
					log.add(st.n)
				case st.kind < 18:
					elapse(time.Duration(st.delay) * 10 * time.Millisecond)
				default: // comes late, in any order, perhaps twice
					b := log.add(st.n)
					for range st.again {
						go func() {
							elapse(time.Duration(st.delay) * time.Millisecond)
							f.Offer(b)
						}()
					}
				}
				elapse(time.Duration(st.delay/4) * time.Millisecond)
			}
			elapse(5 * time.Second)
			synctest.Wait()
			at, _, wrong := s.state()
			head, _ := log.Head(t.Context())
			if len(wrong) > 0 {
				rt.Fatalf("applied out of sequence: %+v", wrong)
			}
			if at != head {
				rt.Fatalf("the feed is at %v, the log at %v", at, head)
			}
		})
	})
}

func TestWhatContinuesTheSequenceIsAppliedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		f, s := startFeed(t, log)
		f.Offer(log.add(2))
		if at, _, _ := s.state(); at.ID != 2 {
			t.Fatalf("at %v right after the offer, want 2", at)
		}
		if log.reads != 0 {
			t.Fatalf("the log was read %d times for what had come by itself", log.reads)
		}
	})
}

func TestAHoleWaitsForTheBusBeforeTheLogIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		f, s := startFeed(t, log)
		first, second := log.add(1), log.add(1)
		f.Offer(second)
		elapse(20 * time.Millisecond)
		f.Offer(first)
		synctest.Wait()
		if at, _, _ := s.state(); at.ID != 2 || log.reads != 0 {
			t.Fatalf("at %v after %d reads of the log, want 2 after none", at, log.reads)
		}
		log.add(1)
		f.Offer(log.add(1))
		elapse(60 * time.Millisecond)
		synctest.Wait()
		if at, _, _ := s.state(); at.ID != 4 || log.reads != 1 {
			t.Fatalf("at %v after %d reads of the log, want 4 after one", at, log.reads)
		}
	})
}

func TestATailThatTheBusNeverBroughtIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		_, s := startFeed(t, log)
		log.add(1)
		elapse(1100 * time.Millisecond)
		synctest.Wait()
		if at, _, _ := s.state(); at.ID != 1 {
			t.Fatal("an event that was never published had not been found after 1.1 s")
		}
		log.add(1) // the bus is no longer trusted: the next one is found sooner
		elapse(300 * time.Millisecond)
		synctest.Wait()
		if at, _, _ := s.state(); at.ID != 2 {
			t.Fatal("the second one had not been found after 300 ms")
		}
	})
}

func TestAnIDFarAheadIsDroppedAndTheFeedGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		f, s := startFeed(t, log)
		f.Offer(Batch{Epoch: 1, Events: []Event{{ID: 1 << 40, Epoch: 1}}})
		elapse(time.Second)
		f.Offer(log.add(1))
		synctest.Wait()
		if at, _, wrong := s.state(); at.ID != 1 || len(wrong) > 0 {
			t.Fatalf("at %v, wrongly applied %v", at, wrong)
		}
	})
}

func TestATrimmedGapBeginsTheSequenceAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		_, s := startFeed(t, log)
		log.add(5)
		log.trim(3)
		elapse(2 * time.Second)
		synctest.Wait()
		if at, resets, wrong := s.state(); at.ID != 5 || resets != 2 || len(wrong) > 0 {
			t.Fatalf("at %v after %d resets, wrongly applied %v; want 5 after 2", at, resets, wrong)
		}
	})
}

func TestAFullHeapDoesNotBlockTheHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		f, s := startFeed(t, tired{log})
		log.add(1) // never comes by the bus
		f.Offer(log.add(feedPending + 10))
		elapse(time.Minute)
		at, _, _ := s.state()
		if head, _ := log.Head(t.Context()); at != head {
			t.Fatalf("the feed is at %v, the log at %v, after %d reads", at, head, log.reads)
		}
	})
}

func TestOwnCommitsSayNothingOfTheBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &fakeLog{epoch: 1}
		f, s := startFeed(t, log)
		log.add(1) // of another server; the bus is dead
		elapse(1100 * time.Millisecond)
		for range 20 { // this server's own
			f.Committed(log.add(1))
			elapse(5 * time.Millisecond)
		}
		elapse(300 * time.Millisecond)
		log.add(1) // of another server
		elapse(300 * time.Millisecond)
		synctest.Wait()
		if at, _, _ := s.state(); at.ID != 22 {
			t.Fatalf("at %v 300 ms after another server's commit: the dead bus is trusted again", at)
		}
	})
}

// tired is a log that takes its time, so that a loop that reads it again and again ends.
type tired struct{ *fakeLog }

func (l tired) Events(ctx context.Context, after int64, limit int) (Batch, error) {
	elapse(10 * time.Millisecond)
	return l.fakeLog.Events(ctx, after, limit)
}

// elapse lets virtual time pass: for synctest bubbles only.
func elapse(d time.Duration) { <-time.After(d) }
