package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

// logChannel is the bus channel that carries committed batches to the other servers' feeds.
const logChannel = "log"

// startBackground starts what runs beside the requests until ctx ends.
func (n *node) startBackground(ctx context.Context, running *sync.WaitGroup, failed chan<- error) {
	running.Go(func() { n.feed.Run(ctx) })
	running.Go(func() { n.trim(ctx) })
	running.Go(func() { n.push.Run(ctx) })
	running.Go(func() {
		if err := n.engine.Run(ctx); err != nil {
			failed <- err
		}
	})
	running.Go(func() {
		if err := n.presence.Run(ctx); err != nil && ctx.Err() == nil {
			failed <- err
		}
	})
	if n.outbox != nil {
		running.Go(func() { n.outbox.Run(ctx) })
		running.Go(func() {
			if err := n.bus.Subscribe(ctx, logChannel, n.receive); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
}

// receive takes a batch that another server committed.
func (n *node) receive(payload []byte) {
	batch, err := chat.DecodeBatch(payload)
	if err != nil {
		n.unreadable.Add(1)
		n.log.Warn("a batch on the bus cannot be used", "err", err)
		return
	}
	n.feed.Offer(batch)
}

// How the log is trimmed: a little at a time, so that nobody waits for it.
const (
	trimEvery = time.Hour // or as often as a short retention needs
	trimFirst = time.Minute
	trimPause = 100 * time.Millisecond
)

// trim forgets events older than the retention.
func (n *node) trim(ctx context.Context) {
	every := min(trimEvery, max(n.cfg.retention/4, trimPause))
	timer := time.NewTimer(min(trimFirst, every)) // not while everything is starting
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		count, err := n.store.Trim(ctx, n.cfg.retention)
		if err != nil && ctx.Err() == nil {
			n.log.Warn("the log could not be trimmed; it will be tried again", "in", every, "err", err)
		}
		pause := every
		if count > 0 && err == nil {
			n.log.Debug("the log was trimmed", slog.Int("events", count))
			pause = trimPause // there may be more
		}
		timer.Reset(pause)
	}
}
