package redis

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// The rhythm of the subscriber connection. Silence is answered by a ping, and silence after that
// means a connection that is deaf: it looks open, and nothing will ever come. (go-redis's own check
// would not notice, since it only writes the ping and never misses the answer.)
const (
	silence      = time.Second
	pauseMin     = 50 * time.Millisecond // before connecting again, doubling, plus as much at random
	pauseMax     = time.Second
	readyTimeout = time.Second // how long Subscribe waits for Redis to confirm
)

var errDeaf = errors.New("it does not answer a ping")

// topic is a channel somebody listens to, or has listened to: a server knows only a few, so they are
// kept for ever.
type topic struct {
	name      string
	confirmed func()        // Redis has confirmed the subscription
	ready     chan struct{} // closed by confirmed
	receivers []*receiver   // never altered in place; guarded by Bus.mu
}

type receiver struct {
	ctx     context.Context
	receive func([]byte)
}

// Subscribe has receive called until ctx ends or the bus is closed. All subscriptions share one
// connection and one goroutine.
func (b *Bus) Subscribe(ctx context.Context, channel string, receive func(payload []byte)) error {
	r := &receiver{ctx, receive}
	b.mu.Lock()
	if b.ctx.Err() != nil {
		b.mu.Unlock()
		return errClosed
	}
	t, known := b.topics[b.prefix+channel]
	if !known {
		t = &topic{name: b.prefix + channel, ready: make(chan struct{})}
		t.confirmed = sync.OnceFunc(func() { close(t.ready) })
		b.topics[t.name] = t
	}
	t.receivers = append(slices.Clip(t.receivers), r)
	pubsub := b.pubsub
	b.mu.Unlock()
	context.AfterFunc(ctx, func() { b.remove(t, r) })

	if !known && pubsub != nil {
		_ = pubsub.Subscribe(ctx, t.name) // if it fails, the next connection subscribes to all topics
	}
	select {
	case <-t.ready:
	case <-time.After(readyTimeout):
	case <-ctx.Done():
		return ctx.Err()
	case <-b.ctx.Done():
		return errClosed
	}
	return nil
}

func (b *Bus) remove(t *topic, r *receiver) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t.receivers = slices.DeleteFunc(slices.Clone(t.receivers), func(o *receiver) bool { return o == r })
}

// listen keeps a subscriber connection until the bus is closed.
func (b *Bus) listen() {
	defer close(b.done)
	failing := false
	for pause := pauseMin; b.ctx.Err() == nil; pause = min(2*pause, pauseMax) {
		heard, err := b.hear(func() {
			if failing {
				b.log.Info("the bus works again")
			}
			failing = false
		})
		if b.ctx.Err() != nil {
			return
		}
		if heard {
			pause = pauseMin
		}
		if !failing {
			b.log.Warn("the bus cannot hear Redis and goes on trying; servers read the log meanwhile", "err", err)
		}
		failing = true
		select {
		case <-time.After(pause + rand.N(pause)):
		case <-b.ctx.Done():
		}
	}
}

// hear is the life of one connection: it ends with an error when the connection is broken or deaf.
// alive is called for each sign of life; heard says whether there was any.
func (b *Bus) hear(alive func()) (heard bool, err error) {
	pubsub := b.attach()
	defer func() { _ = pubsub.Close() }()
	for asked := false; ; {
		msg, err := pubsub.ReceiveTimeout(b.ctx, silence)
		switch {
		case err == nil:
			asked, heard = false, true
			alive()
			b.take(msg)
		case !isTimeout(err):
			return heard, err
		case asked:
			return heard, errDeaf
		default:
			if err := pubsub.Ping(b.ctx); err != nil {
				return heard, err
			}
			asked = true
		}
	}
}

// attach makes the connection for the topics known so far. Subscribe adds those that come later: it
// sees either this connection, or none yet and is seen here.
func (b *Bus) attach() *redis.PubSub {
	pubsub := b.client.Subscribe(b.ctx)
	b.mu.Lock()
	b.pubsub = pubsub
	names := slices.Collect(maps.Keys(b.topics))
	b.mu.Unlock()
	switch {
	case b.ctx.Err() != nil: // Close may have seen the one before
		_ = pubsub.Close()
	case len(names) > 0:
		_ = pubsub.Subscribe(b.ctx, names...) // if it fails, reading will tell
	}
	return pubsub
}

func (b *Bus) take(msg any) {
	switch msg := msg.(type) {
	case *redis.Subscription:
		if t := b.topic(msg.Channel); t != nil && msg.Kind == "subscribe" {
			t.confirmed()
		}
	case *redis.Message:
		b.deliver(msg.Channel, []byte(msg.Payload))
	}
}

func (b *Bus) topic(name string) *topic {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.topics[name]
}

func (b *Bus) deliver(name string, sealed []byte) {
	payload, err := b.seal.open(name, sealed)
	if err != nil {
		b.rejected.add(name, err)
		return
	}
	b.mu.Lock()
	var receivers []*receiver
	if t := b.topics[name]; t != nil {
		receivers = t.receivers
	}
	b.mu.Unlock()
	for _, r := range receivers {
		if r.ctx.Err() == nil && b.ctx.Err() == nil {
			r.receive(payload)
		}
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
