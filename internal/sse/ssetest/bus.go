// Package ssetest has what tests of the stream engine share.
package ssetest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/sse"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// RunBus checks that a bus keeps the contract of sse.Bus. open gives two buses that are connected with
// each other and with nothing else, as on two servers of one installation (a bus for one server gives
// the same twice), and closes them when the test ends.
func RunBus(t *testing.T, open func(t *testing.T) (a, b sse.Bus)) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, a, b sse.Bus)
	}{
		{"a payload arrives unchanged on every server", arrivesUnchanged},
		{"every subscriber of a server hears of it", everySubscriber},
		{"payloads of one publisher arrive in order", inOrder},
		{"other channels hear nothing", otherChannels},
		{"nothing is received after the context ends", endsWithContext},
		{"a subscription can follow one that ended", subscribeAgain},
		{"concurrent publishers and subscribers do not disturb each other", concurrent},
		{"a closed bus answers an error", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := open(t)
			c.test(t, a, b)
		})
	}
}

// inbox collects what a subscription receives.
type inbox chan []byte

func subscribe(t *testing.T, ctx context.Context, bus sse.Bus, channel string) inbox {
	t.Helper()
	in := make(inbox, 10_000)
	if err := bus.Subscribe(ctx, channel, func(payload []byte) { in <- payload }); err != nil {
		t.Fatalf("subscribe: %v", err)
	}
	return in
}

func publish(t *testing.T, bus sse.Bus, channel string, payload []byte) {
	t.Helper()
	if err := bus.Publish(t.Context(), channel, payload); err != nil {
		t.Fatalf("publish: %v", err)
	}
}

func (in inbox) next(t *testing.T) []byte {
	t.Helper()
	select {
	case payload := <-in:
		return payload
	case <-time.After(patience):
		t.Fatal("nothing was received")
		return nil
	}
}

func (in inbox) expect(t *testing.T, want string) {
	t.Helper()
	if got := in.next(t); string(got) != want {
		t.Fatalf("received %.40q, want %.40q", got, want)
	}
}

func arrivesUnchanged(t *testing.T, a, b sse.Bus) {
	here, there := subscribe(t, t.Context(), a, "log"), subscribe(t, t.Context(), b, "log")
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	large := bytes.Repeat(every, 1<<20/len(every))
	for _, payload := range [][]byte{[]byte("hello"), every, []byte("\r\n\x00\xff"), large, []byte("after it")} {
		publish(t, a, "log", payload)
		for _, in := range []inbox{here, there} {
			if got := in.next(t); !bytes.Equal(got, payload) {
				t.Fatalf("%d bytes were altered: received %d bytes, %.40q", len(payload), len(got), got)
			}
		}
	}
}

func everySubscriber(t *testing.T, a, b sse.Bus) {
	first, second := subscribe(t, t.Context(), b, "log"), subscribe(t, t.Context(), b, "log")
	publish(t, a, "log", []byte("one"))
	publish(t, b, "log", []byte("two"))
	for _, in := range []inbox{first, second} {
		in.expect(t, "one")
		in.expect(t, "two")
	}
}

func inOrder(t *testing.T, a, b sse.Bus) {
	here, there := subscribe(t, t.Context(), a, "log"), subscribe(t, t.Context(), b, "log")
	const n = 500
	for i := range n {
		publish(t, a, "log", fmt.Append(nil, i))
	}
	for i := range n {
		here.expect(t, fmt.Sprint(i))
		there.expect(t, fmt.Sprint(i))
	}
}

func otherChannels(t *testing.T, a, b sse.Bus) {
	in := subscribe(t, t.Context(), b, "log")
	subscribe(t, t.Context(), b, "live") // so that somebody hears what must not arrive above
	for _, other := range []string{"live", "lo", "log2", "log.live", ""} {
		publish(t, a, other, []byte("for "+other))
	}
	publish(t, a, "log", []byte("for log"))
	in.expect(t, "for log")
}

func endsWithContext(t *testing.T, a, b sse.Bus) {
	ctx, cancel := context.WithCancel(t.Context())
	ended, kept := subscribe(t, ctx, b, "log"), subscribe(t, t.Context(), b, "log")
	publish(t, a, "log", []byte("before"))
	ended.expect(t, "before")
	kept.expect(t, "before")

	cancel()
	publish(t, a, "log", []byte("after"))
	kept.expect(t, "after")
	publish(t, a, "log", []byte("fence"))
	kept.expect(t, "fence")
	if len(ended) > 0 {
		t.Fatalf("received %q after the context had ended", ended.next(t))
	}
}

func subscribeAgain(t *testing.T, a, b sse.Bus) {
	for i := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		in := subscribe(t, ctx, b, "log")
		publish(t, a, "log", fmt.Append(nil, i))
		in.expect(t, fmt.Sprint(i))
		cancel()
	}
}

func concurrent(t *testing.T, a, b sse.Bus) {
	const publishers, each = 8, 100
	here, there := subscribe(t, t.Context(), a, "log"), subscribe(t, t.Context(), b, "log")
	var all sync.WaitGroup
	for p := range publishers {
		bus := []sse.Bus{a, b}[p%2]
		all.Go(func() {
			for i := range each {
				if err := bus.Publish(t.Context(), "log", fmt.Appendf(nil, "%d:%d", p, i)); err != nil {
					t.Errorf("publish: %v", err)
				}
			}
		})
		all.Go(func() { // subscriptions come and go meanwhile
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if err := bus.Subscribe(ctx, "log", func([]byte) {}); err != nil {
				t.Errorf("subscribe: %v", err)
			}
		})
	}
	all.Wait()
	for _, in := range []inbox{here, there} {
		upto := map[string]int{}
		for range publishers * each {
			publisher, number, _ := strings.Cut(string(in.next(t)), ":")
			if number != fmt.Sprint(upto[publisher]) {
				t.Fatalf("publisher %s: received number %s, want %d", publisher, number, upto[publisher])
			}
			upto[publisher]++
		}
	}
}

func closed(t *testing.T, a, b sse.Bus) {
	if err := a.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if err := a.Publish(t.Context(), "log", []byte("x")); err == nil {
		t.Error("publishing on a closed bus is no error")
	}
	if err := a.Subscribe(t.Context(), "log", func([]byte) {}); err == nil {
		t.Error("subscribing to a closed bus is no error")
	}
}
