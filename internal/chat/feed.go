package chat

import (
	"container/heap"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

// Log is what the feed needs of the store.
type Log interface {
	Head(ctx context.Context) (Position, error)
	Events(ctx context.Context, after int64, limit int) (Batch, error)
	Fork(ctx context.Context, seen Position) error
}

// The feed's rhythm. It always looks at the log every second, since that a message bus is down or
// deaf cannot be observed; after a look has found what the bus did not bring, it looks often, until
// the bus has been first trustAgain times in a row.
const (
	pollCalm    = time.Second
	pollAlert   = 100 * time.Millisecond // to twice this
	pollTimeout = 3 * time.Second
	holeAge     = 25 * time.Millisecond // to twice this: how long a hole may wait for the bus
	trustAgain  = 20
	feedPage    = 500
	feedPending = 1 << 16 // events held above a hole; more are dropped and read from the log
)

// Feed turns commits made anywhere into one ordered, gap-free, duplicate-free sequence, the same on
// every server. It is given batches from this process's own commits and from the bus, in any order, late or
// twice. What continues the sequence is applied at once, what is old is dropped, what lies
// above a hole waits a moment and is then read from the log.
type Feed struct {
	log    Log
	apply  func(Event)
	reset  func(Position)
	logger *slog.Logger
	now    func() time.Time
	wake   chan struct{} // the next look at the log is due sooner than Run knows

	mu      sync.Mutex // guards the rest, and is held while applying
	begun   bool
	applied Position
	pending eventHeap // above applied, same epoch
	look    time.Time // when the log is to be looked at next
	tail    int64     // highest id said to be committed; above applied.ID there is a hole
	due     time.Time // when the hole is to be read from the log; zero without one
	foreign bool      // somebody spoke of another epoch
	alert   bool
	streak  int // batches in a row that came by themselves
	polled  time.Time
	blind   bool // the log could not be read the last time
	stats   FeedStats
}

// FeedStats counts what the feed did since it was made.
type FeedStats struct {
	Offered, FromLog, Dropped, Polls, Resets uint64
}

// NewFeed makes a feed; Run starts it. apply is called with every event in order, reset with the
// position at which a sequence begins: at the start, and whenever the log's epoch has changed. Both are
// called by one goroutine at a time and must not call back.
func NewFeed(log Log, apply func(Event), reset func(Position), logger *slog.Logger) *Feed {
	return &Feed{log: log, apply: apply, reset: reset, logger: logger, now: time.Now, wake: make(chan struct{}, 1)}
}

// Applied is the position up to which everything has been applied.
func (f *Feed) Applied() Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.applied
}

// Stats gives the counters.
func (f *Feed) Stats() FeedStats {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stats
}

// Polled is when the log was last read successfully: the feed is as fresh as that. Zero: never yet.
func (f *Feed) Polled() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.polled
}

// Committed takes a batch that this process has committed. Events that continue the sequence have been
// applied when it returns.
func (f *Feed) Committed(b Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.offer(b)
}

// Offer takes a batch that the bus brought.
func (f *Feed) Offer(b Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.offer(b) {
		return
	}
	if f.streak++; f.streak >= trustAgain { // the bus was first often enough
		f.alert = false
	}
}

// offer says whether the batch brought the sequence forward.
func (f *Feed) offer(b Batch) bool {
	f.stats.Offered += uint64(len(b.Events))
	if !f.begun || b.Epoch != f.applied.Epoch {
		f.stats.Dropped += uint64(len(b.Events))
		f.foreign = true // ours may be the old one
		f.nudge()
		return false
	}
	before := f.applied.ID
	f.take(b)
	return f.applied.ID > before
}

// take merges a batch of the current epoch into the sequence: what continues it is applied, also when no
// more can be held, since that is what makes room; then the hole that remains is due to be read.
func (f *Feed) take(b Batch) {
	before := f.applied.ID
	for _, e := range b.Events {
		f.tail = max(f.tail, e.ID)
		switch {
		case e.ID == f.applied.ID+1:
			f.applied.ID = e.ID
			f.apply(e)
		case e.ID <= f.applied.ID || len(f.pending) >= feedPending:
			f.stats.Dropped++
		default:
			heap.Push(&f.pending, e)
		}
	}
	for len(f.pending) > 0 && f.pending[0].ID <= f.applied.ID+1 {
		e := heap.Pop(&f.pending).(Event)
		if e.ID <= f.applied.ID {
			f.stats.Dropped++
			continue
		}
		f.applied.ID = e.ID
		f.apply(e)
	}
	f.schedule(before)
}

// schedule says when the hole above applied is to be read from the log: not at once, because the bus may
// still bring it.
func (f *Feed) schedule(before int64) {
	switch {
	case f.applied.ID >= f.tail:
		f.due = time.Time{}
	case f.due.IsZero(), f.applied.ID > before: // a hole, or another hole than before
		f.due = f.now().Add(holeAge + rand.N(holeAge))
		f.nudge()
	}
}

func (f *Feed) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// begin starts a sequence after p.
func (f *Feed) begin(p Position) {
	f.applied, f.begun, f.foreign = p, true, false
	f.pending, f.tail, f.due = nil, p.ID, time.Time{}
	f.stats.Resets++
	f.reset(p)
}

// eventHeap is a heap of events by id.
type eventHeap []Event

func (h eventHeap) Len() int           { return len(h) }
func (h eventHeap) Less(i, j int) bool { return h[i].ID < h[j].ID }
func (h eventHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(x any)        { *h = append(*h, x.(Event)) }

func (h *eventHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = Event{}
	*h = old[:len(old)-1]
	return last
}
