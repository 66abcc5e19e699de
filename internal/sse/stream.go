package sse

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// Opening is what a stream starts from: who it is for, what they may see, and where they are, all
// known as of one position.
type Opening struct {
	Format string
	Owner  StreamKey           // whose stream: Grants are addressed to it, and it is subscribed to
	Keys   map[StreamKey]int64 // further keys, each with the id from which on it is held
	Now    Position            // the position as of which Keys are right
	Cursor *Position           // read on from here; nil: from Now
	Reset  string              // not "": the reader's cursor is of no use; why

	Expires time.Time // the stream ends then, with ByeAge; zero: only Config.MaxAge counts
}

// Errors of Open.
var (
	// ErrStale: what is known of the reader is too old, or newer than this server's history; read it
	// again, or let the client come back.
	ErrStale    = errors.New("sse: the opening does not fit this server's sequence")
	ErrDraining = errors.New("sse: the server is shutting down")
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

// Open begins a stream: from now on it keeps what concerns it, also before anything is written. End it
// with Stop.
func (e *Engine) Open(o Opening) (*Stream, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.draining:
		return nil, ErrDraining
	case !e.begun, o.Now.Epoch != e.applied.Epoch, o.Now.ID < e.applied.ID && !e.ring.covers(o.Now.ID):
		return nil, ErrStale
	}
	now := time.Now()
	s := &Stream{
		engine: e, format: o.Format, owner: o.Owner,
		slot: rand.IntN(slots), opened: now,
		ends: now.Add(e.cfg.MaxAge - rand.N(e.cfg.MaxAge/4+1)),
		wake: make(chan struct{}, 1),
		keys: map[StreamKey]int64{o.Owner: 0}, keysAt: o.Now.ID, ringAt: o.Now.ID,
		cursor: o.Now,
		passed: map[string]bool{},
	}
	if !o.Expires.IsZero() && o.Expires.Before(s.ends) {
		s.ends = o.Expires
	}
	for key, since := range o.Keys {
		s.keys[key] = since
	}
	if o.Cursor != nil {
		s.cursor, s.bounded = *o.Cursor, true
	}
	s.behindAt = s.cursor.ID
	if reason := s.misfit(o, e.applied); reason != "" {
		s.ending = &ending{reset: &Control{Reset: reason}, at: o.Now}
	}
	e.catchUpKeys(s, o.Now.ID)
	for key := range s.keys {
		e.subscribe(s, key)
	}
	e.streams[s] = struct{}{}
	e.counter.opened.Add(1)
	e.retireOldest(o.Owner)
	return s, nil
}

// misfit says why a reader's cursor cannot be read on from, or "".
func (s *Stream) misfit(o Opening, applied Position) string {
	switch {
	case o.Reset != "":
		return o.Reset
	case s.cursor.Epoch != applied.Epoch:
		return ResetEpoch
	case s.cursor.ID > max(o.Now.ID, applied.ID):
		return ResetAhead
	}
	return ""
}

// catchUpKeys brings the keys of a stream that is being opened from the position they were read at to
// where this server is.
func (e *Engine) catchUpKeys(s *Stream, from int64) {
	if from >= e.applied.ID {
		return
	}
	for entry := range e.ring.after(from) {
		for _, g := range entry.Grants {
			if g.Owner == s.owner {
				s.setKey(g, entry.Position.ID)
			}
		}
		for _, end := range entry.Ends {
			if _, ok := s.keys[end.Key]; ok {
				s.stop(ending{bye: end.Reason})
			}
		}
	}
	s.keysAt = e.applied.ID
}

// retireOldest ends an owner's oldest stream if there are more than allowed.
func (e *Engine) retireOldest(owner StreamKey) {
	streams := e.audience[owner].all()
	if len(streams) <= e.cfg.PerOwner {
		return
	}
	oldest := streams[0]
	for _, s := range streams {
		if s.opened.Before(oldest.opened) {
			oldest = s
		}
	}
	oldest.stop(ending{bye: ByeLimit})
}

// Stop takes the stream out of the engine. It is safe to call more than once.
func (s *Stream) Stop() {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, ok := e.streams[s]; !ok {
		return
	}
	delete(e.streams, s)
	for key := range s.keys {
		e.unsubscribe(s, key)
	}
	if e.draining && len(e.streams) == 0 {
		close(e.empty)
	}
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
	if !s.level || entry.Position.ID <= s.cursor.ID {
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
	if s.level {
		s.queue(queued{frame: frame, key: key})
	}
}

func (s *Stream) queue(q queued) {
	if len(s.pending) >= s.engine.cfg.Pending {
		s.pending, s.level, s.behindAt = nil, false, s.cursor.ID
		s.engine.counter.fellBehind.Add(1)
	} else {
		s.pending = append(s.pending, q)
	}
	s.nudge()
}

// tick tells the stream the time, and that its heart is to beat.
func (s *Stream) tick(beat bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.After(s.ends) && s.ending == nil {
		s.ending = &ending{bye: ByeAge}
		s.nudge()
	}
	if beat {
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
