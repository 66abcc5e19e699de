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
}

// comeBackAfter is the least pause of a stream that ends because the server has too many.
const comeBackAfter = 5 * time.Second

// keepLimits ends the oldest stream of each group that a new one makes too large. The caller holds e.mu.
func (e *Engine) keepLimits(groups []Group) {
	for _, g := range groups {
		if g.Most == 0 {
			continue
		}
		if oldest, n := oldest(e.audience[g.Key].all()); n > g.Most {
			e.counter.limited.Add(1)
			oldest.stop(ending{bye: ByeLimit})
		}
	}
	if e.streams.Len() <= e.cfg.Streams {
		return
	}
	for s := range e.open() {
		if !s.isEnding() {
			// It is not this reader who has too many, so they may come back, perhaps to another server.
			e.counter.limited.Add(1)
			s.stop(ending{bye: ByeAge, retry: comeBackAfter + rand.N(comeBackAfter)})
			return
		}
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
