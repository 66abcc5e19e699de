package sse_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/chat/internal/sse"
	"example.com/chat/internal/sse/ssetest"
)

func TestLocalIsABus(t *testing.T) {
	ssetest.RunBus(t, func(t *testing.T) (a, b sse.Bus) {
		bus := sse.NewLocal()
		t.Cleanup(func() { _ = bus.Close() })
		return bus, bus
	})
}

func TestAStuckSubscriberDelaysNobodyForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := sse.NewLocal()
		stuck := make(chan struct{})
		var heard atomic.Int64
		for _, receive := range []func([]byte){
			func([]byte) { <-stuck },
			func([]byte) { heard.Add(1) },
		} {
			if err := bus.Subscribe(t.Context(), "live", receive); err != nil {
				t.Fatal(err)
			}
		}
		published := 0
		begun := time.Now()
		for err := error(nil); err == nil; published++ {
			if published > 1_000_000 {
				t.Fatal("publishing to a stuck subscriber is never an error")
			}
			err = bus.Publish(t.Context(), "live", []byte("x"))
			synctest.Wait()
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("the publisher was blocked for %v", took)
		}
		if int(heard.Load()) != published {
			t.Errorf("the other subscriber heard %d of %d", heard.Load(), published)
		}
		close(stuck)
		if err := bus.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
