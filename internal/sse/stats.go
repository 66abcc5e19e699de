package sse

import "sync/atomic"

// counters count since the engine was made.
type counters struct {
	opened, delivered, fellBehind, replays, replayed, bytes, cut, limited atomic.Uint64
}

// Stats is the state of an engine, for metrics.
type Stats struct {
	Streams    int    // open now
	Keys       int    // with subscribers now
	Opened     uint64 // streams since the start
	Delivered  uint64 // durable events written to streams
	FellBehind uint64 // times that a stream's queue overflowed
	Replays    uint64 // reads of the store
	Replayed   uint64 // entries read again, from ring or store
	Bytes      uint64 // written to streams
	Cut        uint64 // streams ended because writing made no progress
	Limited    uint64 // streams ended because there were too many
}

// Stats gives the engine's state.
func (e *Engine) Stats() Stats {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return Stats{
		Streams:    e.streams.Len(),
		Keys:       len(e.audience),
		Opened:     e.counter.opened.Load(),
		Delivered:  e.counter.delivered.Load(),
		FellBehind: e.counter.fellBehind.Load(),
		Replays:    e.counter.replays.Load(),
		Replayed:   e.counter.replayed.Load(),
		Bytes:      e.counter.bytes.Load(),
		Cut:        e.counter.cut.Load(),
		Limited:    e.counter.limited.Load(),
	}
}

// Queued is how many entries and ephemeral events wait for streams' writers now. It looks at every stream.
func (e *Engine) Queued() (n int) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for s := range e.open() {
		n += s.queued()
	}
	return n
}
