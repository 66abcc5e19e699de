package patterns

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The sentences are those of the lists in Redis (internal/redis), so that both queues are one.

func pushes(t *testing.T, m *Memory, list string, values ...string) {
	t.Helper()
	for _, value := range values {
		if err := m.Push(t.Context(), list, value); err != nil {
			t.Fatal(err)
		}
	}
}

func pops(t *testing.T, m *Memory, list, want string) {
	t.Helper()
	if got, ok, err := m.Pop(t.Context(), list); got != want || !ok || err != nil {
		t.Fatalf("popped %q, %v, %v; want %q", got, ok, err, want)
	}
}

func TestValuesArePoppedInTheOrderTheyWerePushedIn(t *testing.T) {
	m := NewMemory()
	pushes(t, m, "queue", "a", "", "c\x00\xff")
	pushes(t, m, "another", "x")
	pops(t, m, "queue", "a")
	pops(t, m, "queue", "")
	pops(t, m, "queue", "c\x00\xff")
	pops(t, m, "another", "x")
}

func TestAValueThatWasPutBackIsTheNext(t *testing.T) {
	m := NewMemory()
	pushes(t, m, "queue", "a", "b")
	pops(t, m, "queue", "a")
	if err := m.PushFront(t.Context(), "queue", "a"); err != nil {
		t.Fatal(err)
	}
	pops(t, m, "queue", "a")
	pops(t, m, "queue", "b")
}

func TestWhoWaitsGetsTheValueAtOnceAndElseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory()
		begun := time.Now()
		if value, ok, err := m.Pop(t.Context(), "queue"); ok || err != nil {
			t.Errorf("popped %q, %v from an empty list", value, err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("it waited for %v", took)
		}
		popped := make(chan string, 2)
		for range 2 {
			go func() {
				value, _, _ := m.Pop(t.Context(), "queue")
				popped <- value
			}()
			synctest.Wait()
		}
		begun = time.Now()
		pushes(t, m, "queue", "a")
		synctest.Wait()
		pushes(t, m, "queue", "b")
		if first, second := <-popped, <-popped; first != "a" || second != "b" || !time.Now().Equal(begun) {
			t.Errorf("popped %q and %q after %v", first, second, time.Since(begun))
		}
	})
}

func TestAListKeepsTheNewestThousandForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory()
		for i := range 1005 {
			pushes(t, m, "queue", fmt.Sprint(i))
		}
		pops(t, m, "queue", "5")
		<-time.After(59 * time.Minute)
		pops(t, m, "queue", "6")
		pushes(t, m, "queue", "new") // and everything lives on
		<-time.After(59 * time.Minute)
		pops(t, m, "queue", "7")
		<-time.After(2 * time.Minute)
		if value, ok, _ := m.Pop(t.Context(), "queue"); ok {
			t.Errorf("popped %q", value)
		}
		if len(m.lists) != 0 {
			t.Errorf("kept: %v", m.lists)
		}
	})
}

func TestAReaderWhoLeavesIsLetGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory()
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, _, err := m.Pop(ctx, "queue")
			left <- err
		}()
		synctest.Wait()
		begun := time.Now()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) || !time.Now().Equal(begun) {
			t.Errorf("who left is told %v after %v", err, time.Since(begun))
		}
		if len(m.lists) != 0 {
			t.Errorf("kept: %v", m.lists)
		}
		pushes(t, m, "queue", "a")
		if _, ok, _ := m.Pop(ctx, "queue"); ok {
			t.Error("who has left pops")
		}
		pops(t, m, "queue", "a")
	})
}

// Readers come and go all the time, whatever is on its way to them.
func TestNoValueIsLostToAReaderWhoLeaves(t *testing.T) {
	m := NewMemory()
	const total = 900 // which a list keeps
	var mu sync.Mutex
	seen := map[string]int{}
	all := make(chan struct{})
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-all:
					return
				default:
				}
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration((n+i)%5*100)*time.Microsecond)
				value, ok, err := m.Pop(ctx, "queue")
				cancel()
				if !ok {
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
					continue
				}
				mu.Lock()
				if seen[value]++; len(seen) == total {
					close(all)
				}
				mu.Unlock()
			}
		})
	}
	for i := range total {
		if i%300 == 299 {
			<-time.After(time.Millisecond) // or the readers never wait
		}
		pushes(t, m, "queue", fmt.Sprint(i))
	}
	select {
	case <-all:
	case <-time.After(20 * time.Second):
		t.Error("values were lost")
		close(all)
	}
	readers.Wait()
	for value, times := range seen {
		if times != 1 {
			t.Errorf("%q was popped %d times", value, times)
		}
	}
	if len(seen) != total {
		t.Errorf("%d of %d values were popped", len(seen), total)
	}
}
