package sse

import (
	"math/rand/v2"
	"time"
)

// Group is what a stream is one of: a person's streams, a session's, an address's. It ends when its group's key
// is closed, but is told nothing through it.
type Group struct {
	Key  StreamKey
	Most int // streams of the group on this server; above it the oldest ends. 0: any number

	// Shared groups have streams of people who know nothing of each other. It is not the oldest one's reader who
	// has too many, so they may come back, perhaps to another server.
	Shared bool
}

// comeBackAfter is the least pause of a stream that ends because others are too many.
const comeBackAfter = 5 * time.Second

// keepLimits ends the oldest stream of each group that a new one makes too large. The caller holds e.mu.
func (e *Engine) keepLimits(groups []Group) {
	for _, g := range groups {
		if g.Most == 0 {
			continue
		}
		if oldest, n := oldest(e.audience[g.Key].all()); n > g.Most {
			e.retire(oldest, g.Shared)
		}
	}
	if e.streams.Len() <= e.cfg.Streams {
		return
	}
	for s := range e.open() {
		if !s.isEnding() {
			e.retire(s, true)
			return
		}
	}
}

func (e *Engine) retire(s *Stream, shared bool) {
	e.counter.limited.Add(1)
	if shared {
		s.stop(ending{bye: ByeAge, retry: comeBackAfter + rand.N(comeBackAfter)})
	} else {
		s.stop(ending{bye: ByeLimit})
	}
}

// oldest finds the oldest of the streams and counts them. Those that are ending already do not count:
// their readers may be stuck.
func oldest(streams []*Stream) (first *Stream, open int) {
	for _, s := range streams {
		if s.isEnding() {
			continue
		}
		open++
		if first == nil || s.opened.Before(first.opened) {
			first = s
		}
	}
	return first, open
}
