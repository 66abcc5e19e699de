package sse

import (
	"errors"
	"sync"
	"time"
)

// Position is a place in a sequence of durable events: everything up to and including ID, in the
// history called Epoch. Positions of different epochs are not comparable.
type Position struct {
	Epoch uint32
	ID    int64
}

// Entry is a durable event on its way to streams. Everyone who gets it shares it, and the bytes it is
// encoded to.
//
// Entries about one Subject replace each other: a newer one tells the state, so the older ones need
// not be sent any more, and must not, if what they told has been taken back.
type Entry struct {
	Position Position
	At       time.Time   // when it happened, for Config.Retention
	Kind     string      // what happened, for Inspect
	Keys     []StreamKey // who is told: the subscribers of any of these

	Subject string // "" is nobody's
	Since   int64  // the id at which the subject came to be: a reader below it has not heard of it

	Grants []Grant // streams that gain or lose a key, at exactly this position
	Ends   []End   // streams that end here

	// Render makes the event in a format. With whole it is for a reader that has not heard of the
	// subject yet. It is called at most once for each pair.
	Render func(format string, whole bool) (Event, error)

	// Size is about how many bytes the entry holds on to, for the bounds of what is kept and told.
	Size int

	mu         sync.Mutex // guards the rest
	superseded bool       // a newer entry about the subject exists: never to be sent again
	frames     []frame
}

// Grant gives the streams of Owner the key, from the entry's position on, or takes it from them.
type Grant struct {
	Owner  StreamKey
	Key    StreamKey
	Revoke bool
}

// End ends the streams subscribed to Key.
type End struct {
	Key    StreamKey
	Reason string
}

func (e End) ending() ending { return ending{over: e.Reason == Over, bye: e.Reason} }

// frame is an entry's encoding in one format.
type frame struct {
	format string
	whole  bool
	bytes  []byte
	err    error
}

// errSuperseded is the answer for an entry that a newer one has replaced.
var errSuperseded = errors.New("sse: superseded")

// encode gives the entry's bytes. Nil without an error: there is nothing to be sent in this format.
func (e *Entry) encode(format string, whole bool) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.superseded {
		return nil, errSuperseded
	}
	for _, f := range e.frames {
		if f.format == format && f.whole == whole {
			return f.bytes, f.err
		}
	}
	f := frame{format: format, whole: whole}
	if e.Render != nil {
		var event Event
		if event, f.err = e.Render(format, whole); f.err == nil && event != (Event{}) {
			f.bytes, f.err = event.Encode()
		}
	}
	e.frames = append(e.frames, f)
	return f.bytes, f.err
}

func (e *Entry) size() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.Size
}

func (e *Entry) isSuperseded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.superseded
}

// supersede forgets what the entry told.
func (e *Entry) supersede() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.superseded = true
	e.Render, e.frames, e.Size = nil, nil, 0
}

// seen is the entry as Inspect tells it.
func (e *Entry) seen() Seen {
	return Seen{At: e.At, Name: e.Kind, Keys: e.Keys, Place: e.Position.ID, Bytes: e.Size}
}

// visible says whether a reader with these keys is told, and through which key. A key's value is the
// id from which on it was held. This is the one rule for live events and for the ring; stores apply
// the same one to what they replay.
func (e *Entry) visible(keys map[StreamKey]int64) (StreamKey, bool) {
	for _, k := range e.Keys {
		if since, ok := keys[k]; ok && since <= e.Position.ID {
			return k, true
		}
	}
	return "", false
}
