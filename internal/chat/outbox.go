package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"time"
)

// outboxSize is the payload size at which a batch is cut for the bus, in bytes.
const outboxSize = 64 << 10

// Outbox hands committed batches to the bus without ever making the writer wait for it: when the bus
// is slow, batches are dropped, and the other servers read them from the log.
type Outbox struct {
	publish func(context.Context, []byte) error
	queue   chan Batch

	log     *slog.Logger
	failing bool // so that an outage is logged once; only Run touches it
}

// NewOutbox makes an outbox; Run starts it.
func NewOutbox(publish func(context.Context, []byte) error, log *slog.Logger) *Outbox {
	return &Outbox{publish: publish, queue: make(chan Batch, 64), log: log}
}

// Put queues a batch, or drops it when too many wait.
func (o *Outbox) Put(b Batch) {
	select {
	case o.queue <- b:
	default:
	}
}

// flushTimeout is what the last batches of a process that ends are given.
const flushTimeout = time.Second

// Run publishes until ctx ends, and then what is still queued.
func (o *Outbox) Run(ctx context.Context) {
	for {
		select {
		case b := <-o.queue:
			o.send(ctx, b)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
			defer cancel()
			for {
				select {
				case b := <-o.queue:
					o.send(ctx, b)
				default:
					return
				}
			}
		}
	}
}

func (o *Outbox) send(ctx context.Context, b Batch) {
	for payload := range EncodeBatch(b) {
		if err := o.publish(ctx, payload); ctx.Err() == nil {
			o.report(err)
		}
	}
}

func (o *Outbox) report(err error) {
	if (err != nil) == o.failing {
		return
	}
	o.failing = err != nil
	if o.failing {
		o.log.Warn("publishing to the bus fails; other servers read the log instead", "err", err)
	} else {
		o.log.Info("publishing to the bus works again")
	}
}

// EncodeBatch gives the payloads that carry a batch over the bus: runs of its events, cut so that none
// is much larger than 64 KiB (one event is never cut).
func EncodeBatch(b Batch) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		run := Batch{Epoch: b.Epoch}
		size := 0
		for i, e := range b.Events {
			run.Events = append(run.Events, e)
			if e.Told.Message != nil {
				size += len(e.Told.Message.Body)
			}
			size += 512
			if size < outboxSize && i < len(b.Events)-1 {
				continue
			}
			payload, err := json.Marshal(run)
			if err != nil {
				panic("a batch is plain data: " + err.Error())
			}
			if !yield(payload) {
				return
			}
			run.Events, size = nil, 0
		}
	}
}

// DecodeBatch reads a payload and checks that it is a run of consecutive ids of one epoch.
func DecodeBatch(payload []byte) (Batch, error) {
	var b Batch
	if err := json.Unmarshal(payload, &b); err != nil {
		return Batch{}, fmt.Errorf("decode batch: %w", err)
	}
	for i, e := range b.Events {
		if e.Epoch != b.Epoch || e.ID <= 0 || e.ID != b.Events[0].ID+int64(i) {
			return Batch{}, fmt.Errorf("decode batch: event %d of epoch %08x does not continue the run", e.ID, e.Epoch)
		}
	}
	return b, nil
}
