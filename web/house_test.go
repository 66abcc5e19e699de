package web

import (
	"context"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// house is a site with two engines beside its own, from which a test reads streams byte by byte. One has a ring that
// holds everything, the other a ring that holds nothing, so it reads the store.
type house struct {
	*site
	cursors *chat.Cursors
	ring    *sse.Engine
	reader  *sse.Engine
}

func newHouse(t *testing.T, store chat.Store) *house {
	t.Helper()
	h := &house{cursors: testCursors()}
	b := NewBroadcast(store, h.cursors, true)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	engine := func(ring int) *sse.Engine {
		e := sse.New(sse.Config{Replay: b.Replay, Cursor: b.Cursor, Control: b.Control, Whole: Whole, Ring: ring, PerKey: 1000, Total: 10_000,
			Heartbeat: 30 * time.Millisecond}) // which also moves the position over what is not for the reader
		go func() { _ = e.Run(ctx) }()
		return e
	}
	h.ring, h.reader = engine(1<<14), engine(1)
	h.site = newSiteOn(t, store, []*sse.Engine{h.ring, h.reader}, chat.Config{Receipts: true})
	h.await("the feed begins", func() bool { return h.feed.Applied().Epoch != 0 })
	return h
}

func (h *house) await(what string, ok func() bool) {
	h.t.Helper()
	deadline := time.After(20 * time.Second)
	for tick := time.Tick(2 * time.Millisecond); !ok(); {
		select {
		case <-tick:
		case <-deadline:
			h.t.Fatalf("in 20 s it did not happen that %s", what)
		}
	}
}

// settle waits until all that was stored has been told.
func (h *house) settle() {
	h.t.Helper()
	h.await("the feed is level", func() bool {
		head, err := h.store.Head(h.t.Context())
		return err == nil && h.feed.Applied() == head
	})
}

// onEveryStore runs a test on each database.
func onEveryStore(t *testing.T, test func(t *testing.T, h *house)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, newHouse(t, open(t))) })
	}
}
