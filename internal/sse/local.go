package sse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// localQueue is how many payloads may wait for a subscriber, and localPatience how long a publisher
// waits for room among them before it gives up on that subscriber.
const (
	localQueue    = 1024
	localPatience = 500 * time.Millisecond
)

var errBusClosed = errors.New("sse: the bus is closed")

// Local is the Bus of an installation with one server: it delivers to the subscribers of this
// process. Each has a goroutine and a queue of its own, so that a slow one delays nobody else.
type Local struct {
	mu          sync.Mutex // guards subscribers, and the closing of closed
	subscribers map[string][]*subscriber
	closed      chan struct{}
}

type subscriber struct {
	ctx     context.Context
	queue   chan []byte
	receive func([]byte)
}

// NewLocal makes a bus without connections.
func NewLocal() *Local {
	return &Local{subscribers: map[string][]*subscriber{}, closed: make(chan struct{})}
}

// Publish queues the payload for every subscriber. The error names how many had no room for it.
func (l *Local) Publish(ctx context.Context, channel string, payload []byte) error {
	l.mu.Lock()
	subscribers := l.subscribers[channel] // never altered in place
	l.mu.Unlock()
	if l.isClosed() {
		return errBusClosed
	}
	ctx, cancel := context.WithTimeout(ctx, localPatience)
	defer cancel()
	full := 0
	for _, s := range subscribers {
		if !s.offer(ctx, payload) {
			full++
		}
	}
	if full > 0 {
		return fmt.Errorf("sse: %d of %d subscribers of %q are too slow", full, len(subscribers), channel)
	}
	return nil
}

// offer says false if the subscriber has no room. One that has left needs none.
func (s *subscriber) offer(ctx context.Context, payload []byte) bool {
	select {
	case s.queue <- payload:
		return true
	default:
	}
	select {
	case s.queue <- payload:
	case <-s.ctx.Done():
	case <-ctx.Done():
		return false
	}
	return true
}

// Subscribe has receive called until ctx ends or the bus is closed.
func (l *Local) Subscribe(ctx context.Context, channel string, receive func(payload []byte)) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isClosed() {
		return errBusClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &subscriber{ctx: ctx, queue: make(chan []byte, localQueue), receive: receive}
	l.subscribers[channel] = append(slices.Clip(l.subscribers[channel]), s)
	go func() {
		defer cancel()
		defer l.remove(channel, s)
		s.run(l.closed)
	}()
	return nil
}

func (s *subscriber) run(closed <-chan struct{}) {
	for {
		select {
		case payload := <-s.queue:
			if s.ctx.Err() != nil { // both were ready
				return
			}
			s.receive(payload)
		case <-s.ctx.Done():
			return
		case <-closed:
			return
		}
	}
}

func (l *Local) remove(channel string, s *subscriber) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscribers[channel] = slices.DeleteFunc(slices.Clone(l.subscribers[channel]), func(o *subscriber) bool { return o == s })
}

// Close ends every subscription. Closing again is fine.
func (l *Local) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.isClosed() {
		close(l.closed)
	}
	return nil
}

func (l *Local) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}
