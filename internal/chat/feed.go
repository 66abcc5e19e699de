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
// every server. Batches are offered from this process's own commits and from the bus, in any order,
// late or twice. What continues the sequence is applied at once, what is old is dropped, what lies
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

// Offer takes a batch from a commit or from the bus. Events that continue the sequence have been
// applied when it returns.
func (f *Feed) Offer(b Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stats.Offered += uint64(len(b.Events))
	if !f.begun || b.Epoch != f.applied.Epoch {
		f.stats.Dropped += uint64(len(b.Events))
		f.foreign = true // ours may be the old one
		f.nudge()
		return
	}
	before := f.applied.ID
	f.take(b)
	if f.applied.ID > before {
		f.streak++
	}
	if f.streak >= trustAgain {
		f.alert = false
	}
}

// take merges a batch of the current epoch into the sequence.
func (f *Feed) take(b Batch) {
	for _, e := range b.Events {
		if e.ID <= f.applied.ID || len(f.pending) >= feedPending {
			f.stats.Dropped++
			continue
		}
		heap.Push(&f.pending, e)
		f.tail = max(f.tail, e.ID)
	}
	f.drain()
}

// drain applies what continues the sequence and says when the hole that remains is to be read.
func (f *Feed) drain() {
	before := f.applied.ID
	for len(f.pending) > 0 && f.pending[0].ID <= f.applied.ID+1 {
		e := heap.Pop(&f.pending).(Event)
		if e.ID <= f.applied.ID {
			f.stats.Dropped++
			continue
		}
		f.applied.ID = e.ID
		f.apply(e)
	}
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

// Run begins the sequence at the log's head and keeps it complete until ctx ends.
func (f *Feed) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-f.wake:
		}
		poll, fill := f.isDue()
		if poll {
			f.poll(ctx)
		}
		if fill {
			f.fill(ctx)
		}
		timer.Reset(f.patience())
	}
}

func (f *Feed) isDue() (poll, fill bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if poll = f.foreign || !now.Before(f.look); poll {
		f.foreign = false
		f.look = now.Add(f.pause())
	}
	return poll, !f.due.IsZero() && !now.Before(f.due)
}

// patience is how long Run may sleep.
func (f *Feed) patience() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	until := f.look
	if !f.due.IsZero() && f.due.Before(until) {
		until = f.due
	}
	return max(until.Sub(f.now()), 0)
}

// pause is the time between two looks at the log.
func (f *Feed) pause() time.Duration {
	if f.alert {
		return pollAlert + rand.N(pollAlert)
	}
	return pollCalm
}

// poll compares the feed with the log's head.
func (f *Feed) poll(ctx context.Context) {
	seen := f.Applied() // before the look: afterwards the head may be older than what was applied meanwhile
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	head, err := f.log.Head(ctx)
	if err == nil && head.Epoch == seen.Epoch && head.ID < seen.ID {
		f.logger.Warn("the log has lost events that were seen; beginning a new epoch", "head", head, "seen", seen)
		if err = f.log.Fork(ctx, seen); err == nil {
			head, err = f.log.Head(ctx)
		}
	}
	if err != nil {
		f.logger.Debug("the log cannot be read", "err", err)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.polled = f.now()
	f.stats.Polls++
	if !f.begun || head.Epoch != f.applied.Epoch {
		f.begin(head)
		return
	}
	f.tail = max(f.tail, head.ID)
	f.drain()
}

// fill reads a hole from the log: one page, the next one at once if there is more.
func (f *Feed) fill(ctx context.Context) {
	f.mu.Lock()
	after, claimed := f.applied, f.tail
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	batch, err := f.log.Events(ctx, after.ID, feedPage)

	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.logger.Debug("the log cannot be read", "err", err)
		f.due = f.now().Add(pollAlert + rand.N(pollAlert))
		return
	}
	if f.applied.Epoch != after.Epoch {
		return // the sequence began anew meanwhile
	}
	if batch.Epoch != f.applied.Epoch { // read from another history: not to be used
		f.foreign = true
		f.nudge()
		return
	}
	if len(batch.Events) > 0 && batch.Events[0].ID > f.applied.ID+1 { // trimmed below
		f.begin(Position{batch.Epoch, batch.Events[0].ID - 1})
	}
	before := f.applied.ID
	f.take(batch)
	if found := f.applied.ID - before; found > 0 {
		f.stats.FromLog += uint64(found)
		f.alert, f.streak = true, 0
		f.look = f.now().Add(f.pause())
	}
	switch {
	case len(batch.Events) == feedPage:
		f.due = f.now()
		f.nudge()
	case f.applied.ID < claimed: // what was claimed is not in the log, and the log is right
		f.stats.Dropped += uint64(len(f.pending))
		f.pending, f.tail, f.due = nil, f.applied.ID, time.Time{}
	}
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
