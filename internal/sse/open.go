package sse

import (
	"errors"
	"math/rand/v2"
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
		slot: rand.IntN(e.slots), opened: now,
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

// retireOldest ends an owner's oldest stream if there are more than allowed. Those that are ending
// already do not count: their readers may be stuck.
func (e *Engine) retireOldest(owner StreamKey) {
	var oldest *Stream
	open := 0
	for _, s := range e.audience[owner].all() {
		if s.isEnding() {
			continue
		}
		open++
		if oldest == nil || s.opened.Before(oldest.opened) {
			oldest = s
		}
	}
	if open > e.cfg.PerOwner {
		oldest.stop(ending{bye: ByeLimit})
	}
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
