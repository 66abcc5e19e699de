package sse

import (
	"container/list"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// Config is what an engine is made of. Zero values stand for the defaults in parentheses.
type Config struct {
	Bus    Bus                   // carries Broadcast and Close to the other servers (a Local of its own)
	Replay ReplayFunc            // reads what the ring does not hold (nothing is ever missing from the ring)
	Cursor func(Position) string // makes event ids of positions (EPOCH-ID)

	// Control renders what the engine itself tells a reader of a format: that it must load everything
	// (Reset), or one key's things (Stale), anew. ID, if any, is set by the engine. (The events reset and stale,
	// with the reason and the key as data.)
	Control func(format string, c Control) Event

	// Report makes an event of what Inspect gives, for those who ask all servers (Ask). Nil: nothing is told.
	Report func(Report) Event

	// Fresh says whether this server knows what goes on. While it does not, it tells nothing ephemeral:
	// it might tell somebody who may not know any more. (It always does.)
	Fresh func() bool

	Heartbeat    time.Duration // (15 s)
	WriteTimeout time.Duration // a write without progress for so long ends the stream (15 s)
	MaxAge       time.Duration // streams end after about this, and come back (4 h)
	Spread       time.Duration // Shutdown ends unbounded streams over up to this (5 s)
	Grace        time.Duration // Shutdown lets finite ones go on for up to this (15 s)
	Streams      int           // open at a time; above it the oldest ends, and may come back (50,000)
	Ring         int           // entries kept in memory (16384)
	Retention    time.Duration // a stream is not opened at what lies before older entries than this (no limit)
	RingBytes    int           // about the bytes they may hold on to (64 MiB)
	Pending      int           // entries queued for a stream before it counts as fallen behind (256)
	PerKey       int           // bounds of what a stream is told when it opens (50)
	Total        int           // (500)

	// Whole names the keys that are as a stream's owner: all that concerns them is told, or it is too much (none).
	Whole func(StreamKey) bool

	Name string // of this server, in reports (a random one)
	Log  *slog.Logger
}

// Control is something the engine tells a reader.
type Control struct {
	Reset    string // why the reader must begin anew, or ""
	Missed   int    // with Reset: how many messages were missed, 0 if unknown
	Mentions int    // with Reset: how many of them mention the reader, 0 if unknown
	Stale    StreamKey
}

// Reasons for a reset that the engine finds by itself.
const (
	ResetEpoch   = "epoch"
	ResetAhead   = "ahead"
	ResetTooMuch = "too_much"
)

// Reasons for the end of a stream, told in the data of the event bye. After Drain and Age a reader
// comes back, after Limit and SignedOut it does not. Over is told by an event of its own, end: there is
// nothing more to come, so the reader does not come back either.
const (
	Over         = ""
	ByeDrain     = "drain"
	ByeAge       = "age"
	ByeLimit     = "limit"
	ByeSignedOut = "signed_out"
)

// liveChannel is the bus channel of Broadcast and Close.
const liveChannel = "live"

// Engine delivers events to streams. Durable ones are appended in order (Append), are kept in a ring, and
// every stream gets all it may see of them, however slow it is. Ephemeral ones (Broadcast) go to who is
// there.
type Engine struct {
	cfg     Config
	id      string // among the engines on the bus
	slots   int
	counter counters

	// mu guards the fields below and is taken before any stream's own mu. Append holds it for
	// writing, so who holds it for reading sees the ring and the streams' queues agree.
	mu       sync.RWMutex
	begun    bool
	applied  Position
	ring     *ring
	audience map[StreamKey]*audience
	streams  *list.List // of *Stream, the oldest first
	draining bool
	empty    chan struct{} // closed when draining and the last stream has gone

	recent   recent
	reported reported
}

// New makes an engine. It delivers durable events once Reset has told it where the sequence begins;
// Run keeps its heart beating.
func New(cfg Config) *Engine {
	setDefault(&cfg.Heartbeat, 15*time.Second)
	setDefault(&cfg.WriteTimeout, 15*time.Second)
	setDefault(&cfg.MaxAge, 4*time.Hour)
	setDefault(&cfg.Spread, 5*time.Second)
	setDefault(&cfg.Grace, 15*time.Second)
	setDefault(&cfg.Streams, 50_000)
	setDefault(&cfg.Ring, 1<<14)
	setDefault(&cfg.RingBytes, 64<<20)
	setDefault(&cfg.Pending, 256)
	setDefault(&cfg.PerKey, 50)
	setDefault(&cfg.Total, 500)
	if cfg.Whole == nil {
		cfg.Whole = func(StreamKey) bool { return false }
	}
	if cfg.Bus == nil {
		cfg.Bus = NewLocal()
	}
	if cfg.Name == "" {
		cfg.Name = rand.Text()[:6]
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Replay == nil {
		cfg.Replay = func(context.Context, Query) (Page, error) {
			return Page{}, errors.New("sse: the ring does not reach back that far, and there is no Replay")
		}
	}
	if cfg.Cursor == nil {
		cfg.Cursor = func(p Position) string { return fmt.Sprintf("%d-%d", p.Epoch, p.ID) }
	}
	if cfg.Control == nil {
		cfg.Control = plainControl
	}
	return &Engine{
		cfg:      cfg,
		id:       rand.Text(),
		slots:    max(minSlots, int((cfg.Heartbeat+time.Second-1)/time.Second)),
		ring:     newRing(cfg.Ring, cfg.RingBytes),
		audience: map[StreamKey]*audience{},
		streams:  list.New(),
		empty:    make(chan struct{}),
	}
}

func plainControl(_ string, c Control) Event {
	if c.Reset != "" {
		return Event{Name: "reset", Data: c.Reset}
	}
	return Event{Name: "stale", Data: string(c.Stale)}
}

func setDefault[T int | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}

// Reset begins the sequence after p: at the start, and when its history has changed. Streams that are
// open are told to load everything anew, and end.
func (e *Engine) Reset(p Position) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begun, e.applied = true, p
	e.ring.reset(p.ID)
	for s := range e.open() {
		if s.detached {
			s.stop(ending{}) // it has no place in the sequence, but what its reader may see must be read again
		} else {
			s.stop(ending{reset: &Control{Reset: ResetEpoch}, at: p})
		}
	}
}

// open gives the open streams, the oldest first. The caller holds e.mu.
func (e *Engine) open() iter.Seq[*Stream] {
	return func(yield func(*Stream) bool) {
		for el := e.streams.Front(); el != nil; el = el.Next() {
			if !yield(el.Value.(*Stream)) {
				return
			}
		}
	}
}

// Append takes the next durable event. Its id must follow the previous one. It returns when every
// stream that is told has it in its queue.
func (e *Engine) Append(entry *Entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.applied = entry.Position
	e.ring.add(entry)
	e.recent.add(entry.seen())
	for _, g := range entry.Grants {
		e.grant(g, entry.Position.ID)
	}
	for _, end := range entry.Ends {
		if end.Reason != Over {
			e.end(end) // what ends it, is the last that such a stream is told
		}
	}
	for _, key := range entry.Keys {
		for _, s := range e.audience[key].all() {
			s.push(entry)
		}
	}
	for _, end := range entry.Ends {
		if end.Reason == Over {
			e.end(end)
		}
	}
}

// grant gives the owner's streams a key, or takes it, as of id.
func (e *Engine) grant(g Grant, id int64) {
	for _, s := range e.audience[g.Owner].all() {
		if s.setKey(g, id) {
			e.resubscribe(s, g)
		}
	}
}

func (e *Engine) resubscribe(s *Stream, g Grant) {
	if g.Revoke {
		e.unsubscribe(s, g.Key)
	} else {
		e.subscribe(s, g.Key)
	}
}

func (e *Engine) end(end End) {
	for _, s := range e.audience[end.Key].all() {
		s.stop(end.ending())
	}
}

// Applied is the position of the newest durable event.
func (e *Engine) Applied() Position {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.applied
}

// Run beats the heart of the streams and listens to the bus until ctx ends.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.listen(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(max(e.cfg.Heartbeat/time.Duration(e.slots), time.Millisecond))
	defer tick.Stop()
	for slot := 0; ; slot = (slot + 1) % e.slots {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			e.beat(slot, now)
		}
	}
}

// minSlots is how many ticks a heartbeat has at least. A stream beats in one of them, so that they do not all
// beat at once. There is a tick every second, or more often: that is how soon a stream's end is noticed.
const minSlots = 15

func (e *Engine) beat(slot int, now time.Time) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for s := range e.open() {
		s.tick(s.slot == slot, now, e.applied.ID)
	}
}
