package sse

import (
	"slices"
	"sync"
	"time"
)

// Report is what an engine is doing, for whoever looks after it.
type Report struct {
	Streams []StreamState // the oldest first
	Recent  []Seen        // the newest first
}

// StreamState is an open stream.
type StreamState struct {
	Label    string
	Owner    StreamKey
	Keys     []StreamKey // sorted
	Format   string
	Way      string // how it is answered: stream, seq, source, conn; "" before it is
	Protocol string // such as HTTP/2.0
	Opened   time.Time
	Queued   int      // entries and ephemeral events waiting for its writer
	Cursor   Position // zero if it has no place in the sequence
	Lag      int64    // how many durable events of the sequence it has not passed yet
	Bytes    uint64   // written
}

// Seen is an event that passed through.
type Seen struct {
	At    time.Time
	Name  string
	ID    string // of an ephemeral event that has one
	Keys  []StreamKey
	Place int64 // in the sequence; 0 for ephemeral events
	Bytes int   // about
}

// Inspect reports the newest streams of this server, at most so many (0: all), and the newest events.
func (e *Engine) Inspect(streams int) Report {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var r Report
	for el := e.streams.Back(); el != nil && (streams == 0 || len(r.Streams) < streams); el = el.Prev() {
		r.Streams = append(r.Streams, el.Value.(*Stream).state(e.applied.ID))
	}
	slices.Reverse(r.Streams)
	r.Recent = e.recent.newest()
	return r
}

func (s *Stream) state(applied int64) StreamState {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := StreamState{
		Label: s.label, Owner: s.owner, Keys: make([]StreamKey, 0, len(s.keys)),
		Format: s.format, Way: s.serving.way, Protocol: s.serving.protocol,
		Opened: s.opened, Queued: len(s.pending), Bytes: s.bytes.Load(),
	}
	if !s.detached {
		state.Cursor, state.Lag = s.cursor, max(0, applied-s.cursor.ID)
	}
	for key := range s.keys {
		state.Keys = append(state.Keys, key)
	}
	slices.Sort(state.Keys)
	return state
}

// recentSize is how many of the newest events are remembered.
const recentSize = 50

// recent remembers the newest events.
type recent struct {
	mu   sync.Mutex // guards the rest
	seen [recentSize]Seen
	next int
}

func (r *recent) add(seen Seen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[r.next%recentSize] = seen
	r.next++
}

func (r *recent) newest() []Seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []Seen
	for i := r.next - 1; i >= max(0, r.next-recentSize); i-- {
		all = append(all, r.seen[i%recentSize])
	}
	return all
}
