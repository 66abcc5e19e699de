package chat_test

import (
	"context"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

// together has acts committed as one batch, in this order. Some may be refused before they come so far.
func (p *place) together(acts ...func()) {
	p.t.Helper()
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	p.store.fail(func(update func() error) error {
		once.Do(func() { close(begun); <-release })
		return update()
	})
	defer p.store.fail(nil)
	var all sync.WaitGroup
	all.Go(func() { _ = p.Leave(context.Background(), p.ada, "nowhere") }) // the writer is busy with this
	<-begun
	for _, act := range acts {
		done := make(chan struct{})
		before := chat.Queued(p.Chat)
		all.Go(func() { defer close(done); act() })
		for waiting := true; waiting && chat.Queued(p.Chat) == before; {
			select {
			case <-done:
				waiting = false
			case <-time.After(50 * time.Microsecond):
			}
		}
	}
	close(release)
	all.Wait()
}

// announcedSince are the events announced after some batches.
func (p *place) announcedSince(batches int) (events []chat.Event) {
	for _, b := range p.announced()[batches:] {
		events = append(events, b.Events...)
	}
	return events
}

// kinds are those of events, without what only tells of notifications.
func kinds(events []chat.Event) (kinds []chat.Kind) {
	for _, e := range events {
		if e.Kind != chat.Notified && e.Kind != chat.NotifiedRead {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}
