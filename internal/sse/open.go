package sse

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Opening is what a stream starts from: who it is for, what they may see, and where they are, all
// known as of one position.
type Opening struct {
	Format string
	Label  string              // who reads, for Inspect
	Owner  StreamKey           // whose stream: Grants are addressed to it, and it is subscribed to
	Keys   map[StreamKey]int64 // further keys, each with the id from which on it is held
	Groups []Group             // what it counts among, and ends with

	Now    Position  // the position as of which Keys are right
	Cursor *Position // read on from here; nil: from Now
	Reset  string    // not "": the reader's cursor is of no use; why

	// Detached streams have no place in the sequence of durable events and are told none of them, only what
	// is broadcast to their keys, or what they are served with. Event ids are theirs to use. They are not
	// subscribed to Owner.
	Detached bool

	Expires time.Time // the stream ends then, with ByeAge; zero: only Config.MaxAge counts
}

// Errors of Open.
var (
	// ErrStale: what is known of the reader is too old, or newer than this server's history; read it
	// again, or let the client come back.
	ErrStale    = errors.New("sse: the opening does not fit this server's sequence")
	ErrDraining = errors.New("sse: the server is shutting down")
)

// Open begins a stream: from now on it keeps what concerns it, also before anything is written. The methods that
// serve it stop it; whoever does anything else with it must call Stop.
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
		engine: e, format: o.Format, label: o.Label, owner: o.Owner, detached: o.Detached,
		slot: rand.IntN(e.slots), opened: now,
		ends: now.Add(e.cfg.MaxAge - rand.N(e.cfg.MaxAge/4+1)),
		wake: make(chan struct{}, 1),
		keys: make(map[StreamKey]int64, len(o.Keys)+1), keysAt: o.Now.ID, ringAt: o.Now.ID,
		groups:  o.Groups,
		cursor:  o.Now,
		greeted: o.Detached,
		pending: make([]queued, 0, fewPending),
	}
	if !o.Expires.IsZero() && o.Expires.Before(s.ends) {
		s.ends = o.Expires
	}
	maps.Copy(s.keys, o.Keys)
	if !o.Detached {
		s.keys[o.Owner] = 0
	}
	if o.Cursor != nil && !o.Detached {
		s.cursor, s.bounded = *o.Cursor, true
	}
	s.behindAt = s.cursor.ID
	s.level = s.detached || !s.bounded && s.cursor.ID >= e.applied.ID
	if reason := s.misfit(o, e.applied); reason != "" {
		s.ending = &ending{reset: &Control{Reset: reason}, at: o.Now}
	}
	e.catchUpKeys(s, o.Now.ID)
	for key := range s.keys {
		e.subscribe(s, key)
	}
	for _, g := range s.groups {
		e.subscribe(s, g.Key)
	}
	s.place = e.streams.PushBack(s)
	e.counter.opened.Add(1)
	e.keepLimits(s.groups)
	return s, nil
}

// misfit says why a reader's cursor cannot be read on from, or "".
func (s *Stream) misfit(o Opening, applied Position) string {
	switch {
	case s.detached:
		return ""
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
			if s.belongsTo(end.Key) {
				s.stop(end.ending())
			}
		}
	}
	s.keysAt = e.applied.ID
}

func (s *Stream) belongsTo(key StreamKey) bool {
	_, subscribed := s.keys[key]
	return subscribed || slices.ContainsFunc(s.groups, func(g Group) bool { return g.Key == key })
}

// Stop takes the stream out of the engine. It is safe to call more than once.
func (s *Stream) Stop() {
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if s.place == nil {
		return
	}
	e.streams.Remove(s.place)
	s.place = nil
	for key := range s.keys {
		e.unsubscribe(s, key)
	}
	for _, g := range s.groups {
		e.unsubscribe(s, g.Key)
	}
	if e.draining && e.streams.Len() == 0 {
		close(e.empty)
	}
}
