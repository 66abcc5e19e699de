package chat_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

func TestWhatQueuedDuringACommitIsCommittedTogether(t *testing.T) {
	p := newPlace(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	commits := 0
	p.store.fail(func(update func() error) error {
		commits++
		once.Do(func() { close(begun); <-release })
		return update()
	})
	var wg sync.WaitGroup
	wg.Go(func() { p.post(p.ada, chat.General, "the first") })
	<-begun
	for i := range 100 {
		wg.Go(func() { p.post(p.ada, chat.General, fmt.Sprint("queued ", i)) })
	}
	p.queued(100)
	close(release)
	wg.Wait()
	if commits != 2 {
		t.Errorf("101 messages took %d commits, want 2", commits)
	}
}

// queued waits until n changes wait for the writer.
func (p *place) queued(n int) {
	for chat.Queued(p.Chat) < n {
		<-time.After(time.Millisecond)
	}
}

func TestAChangeThatCannotBeStoredFailsAlone(t *testing.T) {
	p := newPlace(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	fault := errors.New("the database does not like this batch")
	p.store.fail(func(update func() error) error {
		first := false
		once.Do(func() { first = true; close(begun); <-release })
		if first {
			return update()
		}
		p.store.fail(nil) // the batch fails, its changes one by one do not
		return fault
	})
	var wg sync.WaitGroup
	wg.Go(func() { p.post(p.ada, chat.General, "the first") })
	<-begun
	var outsider error
	wg.Go(func() { _, _, outsider = p.Post(context.Background(), p.linus, p.ops, chat.Draft{Body: "refused"}) })
	for i := range 5 {
		wg.Go(func() { p.post(p.ada, chat.General, fmt.Sprint("queued ", i)) })
	}
	p.queued(6)
	close(release)
	wg.Wait()
	p.refused(outsider, chat.NotFound)
	page, err := p.Page(t.Context(), p.ada, chat.PageQuery{Room: chat.General})
	if err != nil || len(page.Messages) != 6 {
		t.Errorf("%d messages were stored, want 6; %v", len(page.Messages), err)
	}
}

func TestEverybodyIsToldThatTheDatabaseIsAwayAndNothingIsAnnounced(t *testing.T) {
	p := newPlace(t)
	before := len(p.announced())
	for _, trouble := range []error{chat.Away(errors.New("refused")), chat.InDoubt(errors.New("cut"))} {
		p.store.fail(func(func() error) error { return trouble })
		_, _, err := p.Post(t.Context(), p.ada, chat.General, chat.Draft{Body: "hello?"})
		p.refused(err, chat.KindOf(trouble))
	}
	if got := len(p.announced()); got != before {
		t.Errorf("%d batches were announced of commits that failed", got-before)
	}
}

func (p *place) announced() []chat.Batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.batches
}
