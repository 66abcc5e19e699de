package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"example.com/chat/internal/redis"
)

// raw is a connection beside the bus, to look at what Redis has.
func raw(t *testing.T) *goredis.Client {
	t.Helper()
	options, err := goredis.ParseURL(serverURL(t))
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func push(t *testing.T, bus *redis.Bus, list string, values ...string) {
	t.Helper()
	for _, value := range values {
		if err := bus.Push(t.Context(), list, value); err != nil {
			t.Fatal(err)
		}
	}
}

// pops takes a value and expects this one.
func pops(t *testing.T, bus *redis.Bus, list, want string) {
	t.Helper()
	if got, ok, err := bus.Pop(t.Context(), list); got != want || !ok || err != nil {
		t.Fatalf("popped %q, %v, %v; want %q", got, ok, err, want)
	}
}

// named opens a bus whose connections Redis lists under a name of their own.
func named(t *testing.T, url string) (bus *redis.Bus, name string) {
	t.Helper()
	name = installation()
	return open(t, url+"?client_name="+name, redis.Config{Prefix: name}), name
}

// waiting is how many connections of that name wait for a value.
func waiting(t *testing.T, client *goredis.Client, name string) (n int) {
	t.Helper()
	clients, err := client.ClientList(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(clients) {
		if strings.Contains(line, " name="+name+" ") && strings.Contains(line, " flags=b ") {
			n++
		}
	}
	return n
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-time.After(time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("in 10 s it did not happen that %s", what)
}

func TestValuesArePoppedInTheOrderTheyWerePushedIn(t *testing.T) {
	prefix := installation()
	near := open(t, serverURL(t), redis.Config{Prefix: prefix})
	far := open(t, serverURL(t), redis.Config{Prefix: prefix})
	push(t, near, "queue", "a", "", "c\x00\xff")
	push(t, near, "another", "x")
	pops(t, far, "queue", "a")
	pops(t, near, "queue", "")
	pops(t, far, "queue", "c\x00\xff")
	pops(t, far, "another", "x")
}

func TestAValueThatWasPutBackIsTheNext(t *testing.T) {
	bus := open(t, serverURL(t), redis.Config{Prefix: installation()})
	push(t, bus, "queue", "a", "b")
	pops(t, bus, "queue", "a")
	if err := bus.PushFront(t.Context(), "queue", "a"); err != nil {
		t.Fatal(err)
	}
	pops(t, bus, "queue", "a")
	pops(t, bus, "queue", "b")
}

func TestWhoWaitsGetsTheValueAtOnceAndElseNothing(t *testing.T) {
	bus, name := named(t, serverURL(t))
	client := raw(t)
	begun := time.Now()
	if value, ok, err := bus.Pop(t.Context(), "queue"); ok || err != nil {
		t.Errorf("popped %q, %v from an empty list", value, err)
	}
	if took := time.Since(begun); took < 900*time.Millisecond || took > 5*time.Second {
		t.Errorf("it waited for %v", took)
	}
	popped := make(chan string)
	go func() {
		value, _, _ := bus.Pop(t.Context(), "queue")
		popped <- value
	}()
	until(t, "somebody waits", func() bool { return waiting(t, client, name) > 0 })
	push(t, bus, "queue", "a")
	if got := <-popped; got != "a" {
		t.Errorf("popped %q", got)
	}
}

func TestAListKeepsTheNewestThousandForAnHour(t *testing.T) {
	prefix := installation()
	bus := open(t, serverURL(t), redis.Config{Prefix: prefix})
	client := raw(t)
	for i := range 1005 {
		push(t, bus, "queue", fmt.Sprint(i))
	}
	pops(t, bus, "queue", "5")
	if left := client.TTL(t.Context(), prefix+"queue").Val(); left <= 59*time.Minute || left > time.Hour {
		t.Errorf("the list is kept for %v", left)
	}
	if n := client.LLen(t.Context(), prefix+"queue").Val(); n != 999 {
		t.Errorf("the list has %d values", n)
	}
}

func TestAReaderWhoLeavesGivesTheConnectionBackAtOnce(t *testing.T) {
	bus, name := named(t, serverURL(t))
	client := raw(t)
	for range 20 {
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, _, err := bus.Pop(ctx, "queue")
			left <- err
		}()
		until(t, "somebody waits", func() bool { return waiting(t, client, name) > 0 })
		begun := time.Now()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Fatalf("who left is told %v", err)
		}
		if took := time.Since(begun); took > 500*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		if n := waiting(t, client, name); n != 0 {
			t.Errorf("%d connections still wait", n)
		}
	}
	push(t, bus, "queue", "a")
	pops(t, bus, "queue", "a")
}

// Readers come and go all the time, whatever is on its way to them.
func TestNoValueIsLostToAReaderWhoLeaves(t *testing.T) {
	bus := open(t, serverURL(t), redis.Config{Prefix: installation()})
	const total = 300
	var mu sync.Mutex
	seen := map[string]int{}
	ended := make(chan struct{})
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-ended:
					return
				default:
				}
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(1+(n+i)%5)*time.Millisecond)
				value, ok, err := bus.Pop(ctx, "queue")
				cancel()
				if ok {
					mu.Lock()
					seen[value]++
					mu.Unlock()
				} else if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
			}
		})
	}
	for i := range total {
		push(t, bus, "queue", fmt.Sprint(i))
	}
	until(t, "every value is popped", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == total
	})
	close(ended)
	readers.Wait()
	for value, times := range seen {
		if times != 1 {
			t.Errorf("%q was popped %d times", value, times)
		}
	}
}

func TestWaitingReadersDoNotKeepPublishersWaiting(t *testing.T) {
	name := installation()
	bus := open(t, serverURL(t)+"?pool_size=5&client_name="+name, redis.Config{Prefix: name})
	client := raw(t)
	ctx, leave := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	defer readers.Wait()
	defer leave()
	for range 20 {
		readers.Go(func() {
			for ctx.Err() == nil {
				if _, _, err := bus.Pop(ctx, "queue"); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	until(t, "all connections for readers are taken", func() bool { return waiting(t, client, name) == 5 })
	for range 50 {
		if err := bus.Publish(t.Context(), "log", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWithoutRedisAListIsAnErrorAndWorksAgainAfterwards(t *testing.T) {
	proxy, url := proxied(t)
	bus, name := named(t, url)
	client := raw(t)
	push(t, bus, "queue", "a")
	pops(t, bus, "queue", "a")
	failed := make(chan error)
	go func() {
		_, _, err := bus.Pop(t.Context(), "queue")
		failed <- err
	}()
	until(t, "somebody waits", func() bool { return waiting(t, client, name) > 0 })
	listen := proxy.Listen
	proxy.Stop() // closes the connections, as killing Redis does
	if err := <-failed; err == nil {
		t.Error("the connection broke, and that is no error")
	}
	if err := bus.Push(t.Context(), "queue", "lost"); err == nil {
		t.Error("pushing without Redis is no error")
	}
	if _, _, err := bus.Pop(t.Context(), "queue"); err == nil {
		t.Error("popping without Redis is no error")
	}
	proxy.Listen = listen
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "pushing works again", func() bool { return bus.Push(t.Context(), "queue", "back") == nil })
	var got string
	until(t, "popping works again", func() (ok bool) {
		got, ok, _ = bus.Pop(t.Context(), "queue")
		return ok
	})
	if got != "back" {
		t.Errorf("popped %q", got)
	}
}

func TestAHungRedisHoldsNoReaderUp(t *testing.T) {
	proxy, url := proxied(t)
	bus := open(t, url, redis.Config{Prefix: installation()})
	push(t, bus, "queue", "a")
	pops(t, bus, "queue", "a")
	freeze(t, proxy)
	begun := time.Now()
	if _, _, err := bus.Pop(t.Context(), "queue"); err == nil {
		t.Error("a Redis that hangs is no error")
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("the reader was held up for %v", took)
	}
}

func TestAClosedBusHasNoLists(t *testing.T) {
	bus, name := named(t, serverURL(t))
	client := raw(t)
	waited := make(chan error)
	go func() {
		_, _, err := bus.Pop(t.Context(), "queue")
		waited <- err
	}()
	until(t, "somebody waits", func() bool { return waiting(t, client, name) > 0 })
	if err := bus.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, popping := bus.Pop(t.Context(), "queue")
	for what, err := range map[string]error{
		"waiting": <-waited, "popping": popping, "pushing": bus.Push(t.Context(), "queue", "a"),
	} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
