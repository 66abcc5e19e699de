// Package redis is sse.Bus on Redis Pub/Sub: what makes several servers one installation.
//
// Redis is trusted with nothing. It may lose, repeat or reorder payloads, go away or turn deaf: the
// log proves what is missing. And since anybody who reaches it could publish, payloads are signed
// with the installation's key, and what is not signed so is counted and skipped.
package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"example.com/chat/internal/sse"
)

// publishTimeout bounds one Publish, connecting included, so that a hung Redis holds nobody up.
const publishTimeout = 500 * time.Millisecond

var errClosed = errors.New("redis: the bus is closed")

// Config is what an installation decides. Its servers must agree on Prefix and Key.
type Config struct {
	Prefix string       // of the channels' names: installations may share a Redis
	Key    []byte       // signs payloads; at least 16 bytes
	Log    *slog.Logger // nil: slog.Default()
}

// Bus is an sse.Bus on one Redis, and queues on its lists (Push, Pop).
type Bus struct {
	client *redis.Client
	popper *redis.Client // of those who wait for values of lists
	prefix string
	seal   sealer
	log    *slog.Logger

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	done   chan struct{} // closed when listen has returned

	mu     sync.Mutex // guards the rest
	pubsub *redis.PubSub
	topics map[string]*topic // by full channel name

	rejected rejections
}

var _ sse.Bus = (*Bus)(nil)

// Open makes a bus on the Redis at a URL (redis://[user:password@]host:port/db, or rediss:// for TLS;
// dial_timeout, read_timeout, write_timeout and pool_size may be given as parameters). It fails for a
// URL or a key that cannot be right, but not because Redis is away: the bus goes on trying, and
// meanwhile the servers read the log.
func Open(ctx context.Context, url string, cfg Config) (*Bus, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("redis: the URL must be like redis://host:6379/0 (rediss:// for TLS): %w", err)
	}
	if len(cfg.Key) < 16 {
		return nil, fmt.Errorf("redis: the key that signs payloads has %d bytes; it must have at least 16", len(cfg.Key))
	}
	log := cmp.Or(cfg.Log, slog.Default())
	redis.SetLogger(debugLogger{log})
	bound(options)

	b := &Bus{
		client: redis.NewClient(options),
		popper: newPopper(options),
		prefix: cfg.Prefix,
		seal:   sealer{cfg.Key},
		log:    log,
		done:   make(chan struct{}),
		topics: map[string]*topic{},
	}
	b.rejected.log = log
	b.ctx, b.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go b.listen()
	return b, nil
}

// bound sees to it that no call waits long for a Redis that hangs. Trying again is left to those who
// know whether it is still worth it.
func bound(o *redis.Options) {
	o.DialTimeout = cmp.Or(o.DialTimeout, publishTimeout)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, publishTimeout)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, publishTimeout)
	o.PoolTimeout = cmp.Or(o.PoolTimeout, publishTimeout)
	o.ContextTimeoutEnabled = true
	o.MaxRetries = -1
	o.DialerRetries = 1

	// Pub/Sub needs nothing of the newer protocol, and each of these costs a command a connection.
	o.Protocol = cmp.Or(o.Protocol, 2)
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// Publish hands a signed payload to Redis, within half a second.
func (b *Bus) Publish(ctx context.Context, channel string, payload []byte) error {
	if b.ctx.Err() != nil {
		return errClosed
	}
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	name := b.prefix + channel
	if err := b.client.Publish(ctx, name, b.seal.close(name, payload)).Err(); err != nil {
		return fmt.Errorf("publish on %q: %w", name, err)
	}
	return nil
}

// Ping says whether Redis answers, within half a second.
func (b *Bus) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	if err := b.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Rejected is how many payloads were skipped because they were not signed with the installation's key
// for their channel, or were of a version this server does not know.
func (b *Bus) Rejected() uint64 { return b.rejected.count.Load() }

// Close ends every subscription and the connections. Closing again is fine.
func (b *Bus) Close() error {
	b.mu.Lock()
	ended := b.ctx.Err() != nil
	b.cancel()
	if b.pubsub != nil {
		_ = b.pubsub.Close() // listen returns from its read
	}
	b.mu.Unlock()
	if ended {
		return nil
	}
	<-b.done
	return cmp.Or(b.popper.Close(), b.client.Close())
}

// rejections counts, and logs at most once a second: somebody who floods the bus must not flood the log.
type rejections struct {
	log    *slog.Logger
	count  atomic.Uint64
	logged atomic.Int64 // when, in Unix nanoseconds
}

func (r *rejections) add(channel string, err error) {
	n := r.count.Add(1)
	now, last := time.Now().UnixNano(), r.logged.Load()
	if now-last >= int64(time.Second) && r.logged.CompareAndSwap(last, now) {
		r.log.Warn("a payload on the bus was skipped", "channel", channel, "err", err, "skipped", n)
	}
}

// debugLogger takes what go-redis says by itself: the bus tells the same, once and with its consequence.
type debugLogger struct{ log *slog.Logger }

func (d debugLogger) Printf(ctx context.Context, format string, v ...any) {
	if d.log.Enabled(ctx, slog.LevelDebug) {
		d.log.DebugContext(ctx, fmt.Sprintf(format, v...), "from", "go-redis")
	}
}
