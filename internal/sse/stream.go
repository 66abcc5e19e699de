package sse

import (
	"context"
	"sync"
	"time"
)

// Stream is one reader's connection: a cursor into the sequence of durable events, with a short queue
// of what comes next. When the queue overflows it is dropped, and the stream reads on from its cursor
// until it is level again; opening with a cursor, falling behind and being live are the same loop
// (Next). It knows nothing of sockets; Serve writes it to one.
type Stream struct {
	engine *Engine
	format string
	owner  StreamKey
	slot   int
	opened time.Time
	ends   time.Time
	wake   chan struct{}

	mu       sync.Mutex
	keys     map[StreamKey]int64
	keysAt   int64           // keys are right as of here
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
}

// queued is an entry, or the frame of an ephemeral event for a key.
type queued struct {
	entry *Entry
	frame []byte
	key   StreamKey
}

// ending is the last thing a stream says: bye with a reason, or a reset.
type ending struct {
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

// setKey gives the stream a key or takes it, as of id. It says whether that was news. The caller holds
// the engine's mu for writing.
func (s *Stream) setKey(g Grant, id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id <= s.keysAt {
		return false // known when the stream was opened
	}
	if g.Revoke {
		delete(s.keys, g.Key)
	} else {
		s.keys[g.Key] = id
	}
	return true
}

// push queues an entry. The caller holds the engine's mu.
func (s *Stream) push(entry *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.level || s.ending != nil || entry.Position.ID <= s.cursor.ID {
		return // it will be read, or has been
	}
	if n := len(s.pending); n > 0 && s.pending[n-1].entry == entry {
		return // through another of its keys
	}
	s.queue(queued{entry: entry})
}

// pushFrame queues an ephemeral frame. The caller holds the engine's mu.
func (s *Stream) pushFrame(key StreamKey, frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.level && s.ending == nil {
		s.queue(queued{frame: frame, key: key})
	}
}

func (s *Stream) queue(q queued) {
	if len(s.pending) >= s.engine.cfg.Pending {
		s.pending, s.level, s.behindAt, s.omitted = nil, false, s.cursor.ID, false
		s.engine.counter.fellBehind.Add(1)
	} else {
		s.pending = append(s.pending, q)
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
	if now.After(s.ends) && s.ending == nil {
		s.ending = &ending{bye: ByeAge}
		s.nudge()
	}
	if beat || s.level && applied-s.cursor.ID > farBehind {
		s.due = true
		s.nudge()
	}
}

// stop has the stream say a last thing and end. The first reason counts.
func (s *Stream) stop(with ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending == nil {
		s.ending = &with
	}
	s.nudge()
}

func (s *Stream) isEnding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending != nil
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
