package sse

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"time"
)

// pageSize is how many entries a stream that fell behind reads at a time.
const pageSize = 200

// replayPause is how long a stream waits, up to twice, after its store could not be read.
const replayPause = 500 * time.Millisecond

var errNoProgress = errors.New("sse: a replay ended where it began")

// Next gives the next bytes of the stream, blocking until there are any: frames to be written in order, and
// shared with other streams, so not to be altered. Its error is io.EOF after the last of them, or
// ctx's.
//
// It is the whole loop of a stream. Level: what is pending goes out. Behind: a page is read, from the
// ring if it reaches back that far, else from the store, until nothing lies between the cursor and what
// is pending.
func (s *Stream) Next(ctx context.Context) ([][]byte, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.mu.Lock()
		ending, level := s.ending, s.level
		over := ending != nil && (!ending.over || level && len(s.pending) == 0)
		s.mu.Unlock()
		var out [][]byte
		var pause time.Duration
		switch {
		case over:
			return s.last(ending)
		case !level:
			var err error
			if out, err = s.catchUp(ctx); err != nil {
				s.engine.cfg.Log.Debug("a stream cannot read on", "err", err)
				pause = replayPause + rand.N(replayPause)
				out = s.heartbeat()
			}
		default:
			out = append(s.takePending(), s.heartbeat()...)
		}
		if len(out) > 0 {
			return out, nil
		}
		s.mu.Lock()
		idle := pause > 0 && !s.cutShort() || s.ending == nil && level && s.level && len(s.pending) == 0
		s.mu.Unlock()
		if idle {
			if err := s.wait(ctx, pause); err != nil {
				return nil, err
			}
		}
	}
}

// cutShort says whether the stream is to end without telling what it has not told yet. The caller holds s.mu.
func (s *Stream) cutShort() bool { return s.ending != nil && !s.ending.over }

// takePending encodes what is queued and moves the cursor behind it.
func (s *Stream) takePending() [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cutShort() { // nothing may come before the last word, least of all of another epoch
		return nil
	}
	out := make([][]byte, 0, len(s.pending)+1)
	for _, q := range s.pending {
		if q.entry != nil {
			out = s.appendEntry(out, q.entry, s.cursor.ID)
		} else if _, ok := s.keys[q.flash.key]; ok {
			out = q.flash.appendTo(out, s)
		}
	}
	clear(s.pending)
	s.pending = s.pending[:0]
	if cap(s.pending) > fewPending*8 {
		s.pending = make([]queued, 0, fewPending)
	}
	return out
}

// appendEntry encodes an entry, unless it has been sent, is not for this reader (any more), or has been
// replaced, and moves the cursor to it. A subject that began after heard is news to the reader, and so is
// one whose beginning was passed over because a newer entry had already replaced it. The caller holds
// s.mu.
func (s *Stream) appendEntry(out [][]byte, entry *Entry, heard int64) [][]byte {
	if entry.Position.ID <= s.cursor.ID {
		return out
	}
	s.cursor = entry.Position
	if _, ok := entry.visible(s.keys); !ok {
		return out
	}
	whole := entry.Since > heard || s.passed[entry.Subject]
	frame, err := entry.encode(s.format, whole)
	switch {
	case errors.Is(err, errSuperseded):
		if whole {
			if s.passed == nil {
				s.passed = map[string]bool{}
			}
			s.passed[entry.Subject] = true
		}
		return out
	case err != nil:
		s.engine.cfg.Log.Error("an event cannot be encoded", "id", entry.Position.ID, "err", err)
		return out
	}
	delete(s.passed, entry.Subject)
	if len(frame) == 0 {
		return out
	}
	s.engine.counter.delivered.Add(1)
	return append(out, frame)
}

// catchUp reads a page of what lies after the cursor. From the ring, becoming level is one step with
// reading the last page: what is appended afterwards is pending.
func (s *Stream) catchUp(ctx context.Context) ([][]byte, error) {
	e := s.engine
	e.mu.RLock()
	s.mu.Lock()
	if s.cutShort() {
		s.mu.Unlock()
		e.mu.RUnlock()
		return nil, nil
	}
	if e.applied.ID <= s.cursor.ID && !s.bounded {
		s.level = true
		s.mu.Unlock()
		e.mu.RUnlock()
		return s.heartbeat(), nil
	}
	q := s.query(e.applied.ID)
	if e.applied.ID >= s.ringAt && e.ring.covers(s.cursor.ID) && (!s.bounded || e.ring.reaches(s.cursor.ID, e.cfg.Retention)) {
		page := e.ring.page(q, e.cfg.Whole, e.applied).within(q)
		if page.Reset == "" {
			s.level = page.Upto == e.applied
			e.mu.RUnlock()
			defer s.mu.Unlock()
			out := s.appendPage(page)
			if !s.omitted {
				s.behindAt = s.cursor.ID // the ring shows what it leaves out, so all up to here has been heard of
			}
			return out, nil
		}
	}
	s.mu.Unlock()
	e.mu.RUnlock()
	e.counter.replays.Add(1)
	page, err := e.cfg.Replay(ctx, q)
	if err != nil {
		return nil, err
	}
	if page.Reset == "" && page.Upto.ID <= q.After.ID && page.Upto.ID < q.Until {
		return nil, errNoProgress // the store is behind what was applied: it has lost events, which the feed will notice
	}
	page = page.within(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.omitted = true
	return s.appendPage(page), nil
}

// query asks for what lies after the cursor, as far as the keys are known to be right.
func (s *Stream) query(applied int64) Query {
	q := Query{After: s.cursor, Until: max(s.keysAt, applied), Owner: s.owner, Keys: make(map[StreamKey]int64, len(s.keys))}
	for key, since := range s.keys {
		q.Keys[key] = since
	}
	if s.bounded {
		q.PerKey, q.Total = s.engine.cfg.PerKey, s.engine.cfg.Total
	} else {
		q.Limit = pageSize
	}
	return q
}

// appendPage encodes a page and moves the cursor behind it. The caller holds s.mu.
func (s *Stream) appendPage(page Page) [][]byte {
	switch {
	case s.cutShort():
		return nil
	case page.Reset != "":
		s.ending = &ending{reset: &Control{Reset: page.Reset, Missed: page.Missed, Mentions: page.Mentions}, at: page.Head}
		return nil
	}
	s.bounded = false
	s.engine.counter.replayed.Add(uint64(len(page.Entries)))
	out := make([][]byte, 0, len(page.Entries)+len(page.Stale)+1)
	for _, key := range page.Stale {
		// First and without an id: the entries' ids lie above what is left out here, so a reader cut off
		// before it heard of this must not come back with one of them.
		if _, ok := s.keys[key]; ok {
			out = s.appendControl(out, s.engine.cfg.Control(s.format, Control{Stale: key}))
		}
	}
	for _, entry := range page.Entries {
		out = s.appendEntry(out, entry, s.behindAt)
	}
	s.cursor.ID = max(s.cursor.ID, page.Upto.ID)
	return out
}

func (s *Stream) appendControl(out [][]byte, event Event) [][]byte {
	frame, err := event.Encode()
	if err != nil {
		s.engine.cfg.Log.Error("an event cannot be encoded", "name", event.Name, "err", err)
		return out
	}
	return append(out, frame)
}

// heartbeat gives a ping if one is due, with the position of this very stream: a reader that comes back
// with it has missed nothing. A stream also says where it is when it is level for the first time.
func (s *Stream) heartbeat() [][]byte {
	s.mu.Lock()
	due := s.due || s.level && !s.greeted
	s.mu.Unlock()
	if !due {
		return nil
	}
	e := s.engine
	e.mu.RLock() // so that what is applied has also been queued
	defer e.mu.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending != nil {
		return nil
	}
	s.due, s.greeted = false, s.greeted || s.level
	if s.detached {
		return [][]byte{ping}
	}
	if s.level && len(s.pending) == 0 {
		s.cursor.ID = max(s.cursor.ID, e.applied.ID)
	}
	return s.appendControl(nil, Event{ID: e.cfg.Cursor(s.cursor), Name: "ping"})
}

// ping is the heartbeat of a stream that has no position to tell.
var ping = []byte("event: ping\ndata: \n\n")

// last gives what is said at the end, and io.EOF when it has been said.
func (s *Stream) last(with *ending) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *with == (ending{}) {
		return nil, io.EOF
	}
	s.ending = &ending{}
	if with.over {
		return s.appendControl(nil, Event{Name: "end"}), nil
	}
	if with.reset != nil {
		event := s.engine.cfg.Control(s.format, *with.reset)
		event.ID = s.engine.cfg.Cursor(with.at)
		return s.appendControl(nil, event), nil
	}
	return s.appendControl(nil, Event{Name: "bye", Retry: with.retry, Data: with.bye}), nil
}
