package sse

import (
	"context"
	"math/rand/v2"
	"time"
)

// Shutdown ends all streams and waits until they are gone or ctx ends; new ones are turned away. Unbounded
// streams are told bye in random order over up to Config.Spread, each with another pause before it may
// come back, so that readers do not come back as a herd. Finite ones may finish within Config.Grace, or Spread
// if that is longer.
func (e *Engine) Shutdown(ctx context.Context) error {
	grace := time.NewTimer(e.cfg.Grace)
	defer grace.Stop()
	streams := e.beginDraining()
	spread := min(e.cfg.Spread, time.Duration(len(streams))*10*time.Millisecond)
	for _, s := range streams {
		e.sendAway(s)
		select {
		case <-time.After(spread / time.Duration(len(streams))):
		case <-ctx.Done():
		}
	}
	select {
	case <-e.empty:
		return nil
	case <-ctx.Done():
	case <-grace.C:
	}
	for _, s := range e.remaining() {
		e.sendAway(s)
	}
	select {
	case <-e.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// beginDraining turns new streams away, and gives those that do not end by themselves, shuffled.
func (e *Engine) beginDraining() (unbounded []*Stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.draining && e.streams.Len() == 0 {
		close(e.empty)
	}
	e.draining = true
	for s := range e.open() {
		if !s.isFinite() {
			unbounded = append(unbounded, s)
		}
	}
	rand.Shuffle(len(unbounded), func(i, j int) { unbounded[i], unbounded[j] = unbounded[j], unbounded[i] })
	return unbounded
}

func (e *Engine) remaining() (all []*Stream) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for s := range e.open() {
		all = append(all, s)
	}
	return all
}

func (e *Engine) sendAway(s *Stream) {
	s.stop(ending{bye: ByeDrain, retry: 200*time.Millisecond + rand.N(e.cfg.Spread)})
}
