package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Lists are queues: what is pushed anywhere, one reader on any server pops, in order. A list's key is its name
// after Config.Prefix, and values are plain text, so that other programs can push, too: unlike what the bus
// carries, they are not signed, and whoever reaches Redis may add some.
const (
	listLength = 1000      // values a list keeps; when there are more, the oldest are forgotten
	listLife   = time.Hour // a list that nothing was pushed to for so long is forgotten
	popWait    = time.Second
)

// popConns is how many readers of a server wait at the same time, unless the URL says otherwise (pool_size).
// Others wait for their turn.
const popConns = 100

// newPopper makes the client that Pop waits with. It has connections of its own, so that readers who
// wait do not keep those who publish waiting.
func newPopper(options *redis.Options) *redis.Client {
	o := *options
	o.PoolSize = cmp.Or(o.PoolSize, popConns)
	o.MaxIdleConns = cmp.Or(o.MaxIdleConns, popConns/10)
	return redis.NewClient(&o)
}

// Push adds a value at the end of a list, within half a second. The list keeps the newest 1,000 values, for an
// hour after the last of them. An error means that it may or may not be there.
func (b *Bus) Push(ctx context.Context, list, value string) error {
	return b.push(ctx, list, func(p redis.Pipeliner, key string) { p.RPush(ctx, key, value) })
}

// PushFront puts a value back that was popped and could not be handed on: the next Pop gets it. If the list is
// full, it is the oldest value and is forgotten.
func (b *Bus) PushFront(ctx context.Context, list, value string) error {
	return b.push(ctx, list, func(p redis.Pipeliner, key string) { p.LPush(ctx, key, value) })
}

func (b *Bus) push(ctx context.Context, list string, add func(redis.Pipeliner, string)) error {
	if b.ctx.Err() != nil {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	key := b.prefix + list
	_, err := b.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		add(p, key)
		p.LTrim(ctx, key, -listLength, -1)
		p.Expire(ctx, key, listLife)
		return nil
	})
	if err != nil {
		return fmt.Errorf("push to %q: %w", key, err)
	}
	return nil
}

// Pop takes the first value of a list, waiting about a second for one: ok is false if none came. Among
// several who wait, whoever came first gets it.
//
// When ctx ends, Pop returns its error at once and gives its connection back. It never takes a value along: one
// that came at that very moment is back at the front of the list when Pop returns.
//
// A value is delivered at most once. Redis gives it away before it knows that it arrived, so one is lost
// if the connection breaks, or this process dies, in between.
func (b *Bus) Pop(ctx context.Context, list string) (value string, ok bool, err error) {
	if b.ctx.Err() != nil {
		return "", false, errClosed
	}
	if err := ctx.Err(); err != nil {
		return "", false, err
	}
	key := b.prefix + list
	value, ok, err = b.pop(ctx, key)
	switch {
	case ok && ctx.Err() == nil:
		return value, true, nil
	case ok:
		if err := b.PushFront(context.WithoutCancel(ctx), list, value); err != nil {
			return "", false, fmt.Errorf("a value of %q is lost: it came when nobody was there for it any more: %w", key, err)
		}
		return "", false, ctx.Err()
	case ctx.Err() != nil:
		return "", false, ctx.Err()
	case err != nil && b.ctx.Err() != nil:
		return "", false, errClosed
	case err != nil:
		return "", false, fmt.Errorf("pop from %q: %w", key, err)
	}
	return "", false, nil
}

// pop waits on a connection of its own until a value has come, the time is over, or ctx has ended.
//
// A read from Redis cannot be called off: closing the connection would lose a value that is on its way. So
// Redis is asked to let go (CLIENT UNBLOCK). It answers the wait with a value or with nothing, never with both,
// and the connection is as good as before. If Redis hangs, the wait ends by its own deadline.
func (b *Bus) pop(ctx context.Context, key string) (value string, ok bool, err error) {
	conn := b.popper.Conn()
	defer func() { _ = conn.Close() }() // gives it back to the pool
	id, err := connect(ctx, conn)
	if errors.Is(err, redis.ErrPoolTimeout) {
		return "", false, nil // everybody else is waiting, too
	}
	if err != nil {
		return "", false, err
	}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), popWait+publishTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { b.unblock(waiting, id) })()
	reply, err := conn.BLPop(waiting, popWait, key).Result()
	if errors.Is(err, redis.Nil) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	return reply[1], true, nil
}

// connect takes a connection from the pool, or makes one, and gives its id. It gives up when the reader leaves,
// but a deadline that the reader has is kept from the connection: it would break it off in the middle.
func connect(reader context.Context, conn *redis.Conn) (int64, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(reader), 2*publishTimeout) // to get it, and to ask it
	defer cancel()
	defer context.AfterFunc(reader, cancel)()
	return conn.ClientID(ctx).Result()
}

// unblock ends the wait of a connection. It asks until the wait is over, since the first time may be before
// it has begun. Asking once too often at most cuts the wait of the connection's next user short.
func (b *Bus) unblock(waiting context.Context, id int64) {
	for waiting.Err() == nil {
		if err := b.client.ClientUnblock(waiting, id).Err(); err != nil {
			return // the wait ends by itself
		}
		select {
		case <-waiting.Done():
		case <-time.After(time.Millisecond):
		}
	}
}
