package sse

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Report is what an engine is doing, for whoever looks after it.
type Report struct {
	Server  string
	Stats   Stats
	Queued  int           // entries and ephemeral events waiting for streams' writers
	Streams []StreamState // those that wait for most first, then the newest
	Recent  []Seen        // the newest first
}

// StreamState is an open stream.
type StreamState struct {
	Label    string
	Owner    StreamKey
	Keys     []StreamKey // sorted; at most 20
	More     int         // keys that are not named
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

// Inspect reports at most so many streams of this server (0: all), and the newest events.
func (e *Engine) Inspect(streams int) Report {
	r := Report{Server: e.cfg.Name, Stats: e.Stats(), Recent: e.recent.newest()}
	glances, applied := e.glance()
	slices.SortStableFunc(glances, func(a, b glance) int {
		return cmp.Or(cmp.Compare(b.queued, a.queued), cmp.Compare(b.lag, a.lag), b.stream.opened.Compare(a.stream.opened))
	})
	for i, g := range glances {
		r.Queued += g.queued
		if streams == 0 || i < streams {
			r.Streams = append(r.Streams, g.stream.state(applied))
		}
	}
	return r
}

// glance is what streams are chosen by: looking at all of them must not hold anybody up.
type glance struct {
	stream *Stream
	queued int
	lag    int64
}

func (e *Engine) glance() (all []glance, applied int64) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	all = make([]glance, 0, e.streams.Len())
	for s := range e.open() {
		all = append(all, glance{s, s.queued(), s.lag(e.applied.ID)})
	}
	return all, e.applied.ID
}

// KeysOf are the keys that an owner's streams on this server are subscribed to, sorted.
func (e *Engine) KeysOf(owner StreamKey) []StreamKey {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var keys []StreamKey
	for _, s := range e.audience[owner].all() {
		if s.owner == owner {
			keys = s.appendKeys(keys)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (s *Stream) appendKeys(keys []StreamKey) []StreamKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.AppendSeq(keys, maps.Keys(s.keys))
}

// Ask has every server report to the key's streams, by Config.Report.
func (e *Engine) Ask(ctx context.Context, key StreamKey) error {
	e.report(ctx, key)
	return e.publish(ctx, message{Kind: messageAsk, Key: key})
}

// How much a server reports, and how often at most, however many ask.
const (
	reportStreams = 50
	reportPause   = time.Second
)

// reported is when a server last reported.
type reported struct {
	mu sync.Mutex
	at time.Time
}

func (r *reported) due(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.at) < reportPause {
		return false
	}
	r.at = now
	return true
}

func (e *Engine) report(ctx context.Context, key StreamKey) {
	if e.cfg.Report == nil || !e.reported.due(time.Now()) {
		return
	}
	event := e.cfg.Report(e.Inspect(reportStreams))
	data, err := text(event.Data)
	if err == nil {
		w := wireEvent{Name: event.Name, Data: data}
		e.deliverReport(key, w)
		err = e.publish(ctx, message{Kind: messageReport, Key: key, Events: map[string]wireEvent{"": w}})
	}
	if err != nil {
		e.cfg.Log.Debug("a report was not heard by all", "err", err)
	}
}

// deliverReport is Deliver for what is no event of interest itself.
func (e *Engine) deliverReport(key StreamKey, w wireEvent) {
	f, err := newFlash(key, Formats{"": w.event()})
	if err != nil {
		e.cfg.Log.Warn("a report cannot be sent", "err", err)
		return
	}
	e.push(f)
}

// stateKeys is how many of its keys a stream's state names.
const stateKeys = 20

func (s *Stream) state(applied int64) StreamState {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := StreamState{
		Label: s.label, Owner: s.owner, Keys: make([]StreamKey, 0, min(len(s.keys), stateKeys)), More: max(0, len(s.keys)-stateKeys),
		Format: s.format, Way: s.serving.way, Protocol: s.serving.protocol,
		Opened: s.opened, Queued: len(s.pending), Bytes: s.bytes.Load(),
	}
	if !s.detached {
		state.Cursor, state.Lag = s.cursor, max(0, applied-s.cursor.ID)
	}
	for key := range s.keys {
		if len(state.Keys) < stateKeys {
			state.Keys = append(state.Keys, key)
		}
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
