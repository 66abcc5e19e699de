package sse

import (
	"container/list"
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Stream is one reader's connection: a cursor into the sequence of durable events, with a short queue
// of what comes next. When the queue overflows it is dropped, and the stream reads on from its cursor
// until it is level again; opening with a cursor, falling behind and being live are the same loop
// (Next). It knows nothing of sockets; Serve writes it to one.
type Stream struct {
	engine   *Engine
	format   string
	label    string
	owner    StreamKey
	detached bool // it has no place in the sequence
	slot     int
	opened   time.Time
	ends     time.Time
	wake     chan struct{}
	groups   []Group
	bytes    atomic.Uint64 // written
	place    *list.Element // in the engine's list, guarded by its mu; nil when stopped

	mu       sync.Mutex // guards the rest
	serving  serving
	keys     map[StreamKey]int64
	keysAt   int64           // keys are right as of here
	lent     int             // how many of keys are
	ringAt   int64           // the ring may serve once the engine has come here: it may not know yet what was taken back
	cursor   Position        // everything up to here has been handed to the writer
	level    bool            // everything after cursor is in pending
	behindAt int64           // unless level: the cursor when it fell behind, or was opened
	passed   map[string]bool // subjects whose beginning was not sent, since something newer follows
	omitted  bool            // since it is behind, the store may have left out the beginning of subjects that it tells later
	bounded  bool            // still opening: what is missed is told in bounds
	greeted  bool            // the first ping has been sent
	due      bool            // a heartbeat is
	pending  []queued
	ending   *ending
	onEnding func() // called when ending is set; must not block
}

// queued is a reference to what many streams share: an entry, or an ephemeral event.
type queued struct {
	entry *Entry
	flash *flash
}

// fewPending is the room that a queue begins with. One that has grown to several times as much is let go when it
// is empty.
const fewPending = 8

// serving is how a stream is being answered.
type serving struct {
	finite   bool // it ends by itself
	way      string
	protocol string
}

// ending is the last thing a stream says: nothing; or that it is over, after what is pending; or bye with
// a reason; or a reset.
type ending struct {
	over  bool
	bye   string
	retry time.Duration
	reset *Control
	at    Position // with reset: where the reader begins anew
}

// Position is where the stream is: everything up to here has been handed to its writer.
func (s *Stream) Position() Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursor
}

// setKey gives the stream a key or takes it, as of id. A key that is held already stays as it is, unless it was only
// lent. It says whether that was news. The caller holds the engine's mu for writing.
func (s *Stream) setKey(g Grant, id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, told := s.keys[g.Owner]; !told || id <= s.keysAt {
		return false // known when the stream was opened, or it is only one of the owner's group
	}
	since, held := s.keys[g.Key]
	switch {
	case g.Revoke:
		delete(s.keys, g.Key)
	case held && since != lent:
		return false
	default:
		s.keys[g.Key] = id
	}
	return true
}

// lent is since when a key is held that came with no durable event: no durable event is seen through it.
const lent = math.MaxInt64

// maxLent is how many keys a stream can be lent.
const maxLent = 100

// lend is setKey without a position. A key that is held already stays as it is. The caller holds the engine's
// mu for writing.
func (s *Stream) lend(g Grant) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, told := s.keys[g.Owner]
	since, held := s.keys[g.Key]
	switch {
	case !told, held != g.Revoke:
		return false
	case g.Revoke:
		delete(s.keys, g.Key)
		if since == lent {
			s.lent--
		}
	case s.lent == maxLent:
		return false
	default:
		s.keys[g.Key] = lent
		s.lent++
	}
	return true
}

// push queues an entry. The caller holds the engine's mu.
func (s *Stream) push(entry *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.detached || !s.level || s.ending != nil || entry.Position.ID <= s.cursor.ID {
		return // it will be read, or has been
	}
	if n := len(s.pending); n > 0 && s.pending[n-1].entry == entry {
		return // through another of its keys
	}
	s.queue(queued{entry: entry})
}

// pushFlash queues an ephemeral event, unless the stream is only one of the key's group. The caller holds the
// engine's mu.
func (s *Stream) pushFlash(f *flash) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, told := s.keys[f.key]; told && s.level && s.ending == nil {
		s.queue(queued{flash: f})
	}
}

// queue adds to what is pending. When there is too much of it, it is all dropped, to be read again from
// the sequence; a stream without a place in that misses what does not fit.
func (s *Stream) queue(q queued) {
	switch {
	case len(s.pending) < s.engine.cfg.Pending:
		s.pending = append(s.pending, q)
	case s.detached:
		s.engine.counter.fellBehind.Add(1)
	default:
		s.pending, s.level, s.behindAt, s.omitted = nil, false, s.cursor.ID, false
		s.engine.counter.fellBehind.Add(1)
	}
	s.nudge()
}

// farBehind is how many events that are not for its reader a stream passes over before it says where it is
// out of turn: the reader's cursor stays young, and its replay short.
const farBehind = 1000

// tick tells the stream the time, whether its heart is to beat, and where the sequence is.
func (s *Stream) tick(beat bool, now time.Time, applied int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.After(s.ends) {
		s.endWith(ending{bye: ByeAge})
	}
	if beat || !s.detached && s.level && applied-s.cursor.ID > farBehind {
		s.due = true
		s.nudge()
	}
}

// stop has the stream say a last thing and end. The first reason counts, but what is only over, and has perhaps
// to catch up yet, can still be cut short.
func (s *Stream) stop(with ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endWith(with)
}

func (s *Stream) endWith(with ending) {
	if s.ending != nil && (!s.ending.over || with.over) {
		return
	}
	s.ending = &with
	if s.onEnding != nil {
		s.onEnding()
	}
	s.nudge()
}

// whenEnding has f called as soon as the stream is to end.
func (s *Stream) whenEnding(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onEnding = f
	if s.ending != nil {
		f()
	}
}

func (s *Stream) isEnding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending != nil
}

func (s *Stream) queued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pending)
}

func (s *Stream) lag(applied int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.detached {
		return 0
	}
	return max(0, applied-s.cursor.ID)
}

func (s *Stream) isFinite() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serving.finite
}

func (s *Stream) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// wait blocks until there may be something to write, or, if d is not zero, for so long.
func (s *Stream) wait(ctx context.Context, d time.Duration) error {
	var after <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.wake:
	case <-after:
	}
	return nil
}
