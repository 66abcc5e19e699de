package sse

import (
	"context"
	"slices"
	"sync"
)

// Local is the Bus of an installation with one server: it delivers to the subscribers of this process.
type Local struct {
	mu          sync.Mutex
	subscribers map[string][]*subscriber
}

type subscriber struct{ receive func([]byte) }

// NewLocal makes a bus without connections.
func NewLocal() *Local { return &Local{subscribers: map[string][]*subscriber{}} }

// Publish calls the channel's subscribers, one after another.
func (l *Local) Publish(_ context.Context, channel string, payload []byte) error {
	l.mu.Lock()
	subscribers := slices.Clone(l.subscribers[channel])
	l.mu.Unlock()
	for _, s := range subscribers {
		s.receive(payload)
	}
	return nil
}

// Subscribe has receive called until ctx ends.
func (l *Local) Subscribe(ctx context.Context, channel string, receive func(payload []byte)) error {
	s := &subscriber{receive}
	l.mu.Lock()
	l.subscribers[channel] = append(l.subscribers[channel], s)
	l.mu.Unlock()
	context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.subscribers[channel] = slices.DeleteFunc(slices.Clone(l.subscribers[channel]), func(o *subscriber) bool { return o == s })
	})
	return nil
}

// Close has nothing to give back.
func (l *Local) Close() error { return nil }
