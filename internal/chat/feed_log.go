package chat

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Run begins the sequence at the log's head and keeps it complete until ctx ends.
func (f *Feed) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-f.wake:
		}
		poll, fill := f.isDue()
		if poll {
			f.poll(ctx)
		}
		if fill {
			f.fill(ctx)
		}
		timer.Reset(f.patience())
	}
}

func (f *Feed) isDue() (poll, fill bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	if poll = f.foreign || !now.Before(f.look); poll {
		f.foreign = false
		f.look = now.Add(f.pause())
	}
	return poll, !f.due.IsZero() && !now.Before(f.due)
}

// patience is how long Run may sleep.
func (f *Feed) patience() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	until := f.look
	if !f.due.IsZero() && f.due.Before(until) {
		until = f.due
	}
	return max(until.Sub(f.now()), 0)
}

// pause is the time between two looks at the log.
func (f *Feed) pause() time.Duration {
	if f.alert {
		return pollAlert + rand.N(pollAlert)
	}
	return pollCalm
}

// poll compares the feed with the log's head.
func (f *Feed) poll(ctx context.Context) {
	seen := f.Applied() // before the look: afterwards the head may be older than what was applied meanwhile
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	head, err := f.log.Head(ctx)
	if err == nil && head.Epoch == seen.Epoch && head.ID < seen.ID {
		f.logger.Warn("the log has lost events that were seen; beginning a new epoch", "head", head, "seen", seen)
		if err = f.log.Fork(ctx, seen); err == nil {
			head, err = f.log.Head(ctx)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.report(err); err != nil {
		return
	}
	f.polled = f.now()
	f.stats.Polls++
	if !f.begun || head.Epoch != f.applied.Epoch {
		f.begin(head)
		return
	}
	f.tail = max(f.tail, head.ID)
	f.schedule(f.applied.ID)
}

// fill reads a hole from the log: one page, the next one at once if there is more.
func (f *Feed) fill(ctx context.Context) {
	f.mu.Lock()
	after, claimed := f.applied, f.tail
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	batch, err := f.log.Events(ctx, after.ID, feedPage)

	f.mu.Lock()
	defer f.mu.Unlock()
	if f.report(err); err != nil {
		f.due = f.now().Add(pollAlert + rand.N(pollAlert))
		return
	}
	if f.applied.Epoch != after.Epoch {
		return // the sequence began anew meanwhile
	}
	if batch.Epoch != f.applied.Epoch { // read from another history: not to be used
		f.foreign = true
		f.nudge()
		return
	}
	if len(batch.Events) > 0 && batch.Events[0].ID > f.applied.ID+1 { // trimmed below
		f.begin(Position{batch.Epoch, batch.Events[0].ID - 1})
	}
	before := f.applied.ID
	f.take(batch)
	if found := f.applied.ID - before; found > 0 {
		f.stats.FromLog += uint64(found)
		f.alert, f.streak = true, 0
		f.look = f.now().Add(f.pause())
	}
	switch {
	case len(batch.Events) == feedPage:
		f.due = f.now()
		f.nudge()
	case f.applied.ID < claimed: // what was claimed is not in the log, and the log is right
		f.stats.Dropped += uint64(len(f.pending))
		f.pending, f.tail, f.due = nil, f.applied.ID, time.Time{}
	}
}

// report says once that the log cannot be read, and once that it can again.
func (f *Feed) report(err error) {
	switch {
	case (err != nil) == f.blind || errors.Is(err, context.Canceled):
		return
	case err != nil:
		f.logger.Warn("the log cannot be read; nothing new is told until it can", "err", err)
	default:
		f.logger.Info("the log can be read again")
	}
	f.blind = err != nil
}
