package presence

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/chat/internal/sse"
)

// watchedBus is a bus that counts what is published, and loses what it is told to.
type watchedBus struct {
	*sse.Local
	mu             sync.Mutex // guards the rest
	lose           func(payload []byte) bool
	pause          time.Duration // that publishing takes
	bytes, biggest int
}

func (b *watchedBus) Publish(ctx context.Context, channel string, payload []byte) error {
	b.mu.Lock()
	b.bytes += len(payload)
	b.biggest = max(b.biggest, len(payload))
	lost, pause := b.lose != nil && b.lose(payload), b.pause
	b.mu.Unlock()
	if pause > 0 {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if lost {
		return nil
	}
	return b.Local.Publish(ctx, channel, payload)
}

func (b *watchedBus) set(pause time.Duration, lose func(payload []byte) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pause, b.lose = pause, lose
}

// count gives what was published since it was last asked.
func (b *watchedBus) count() (bytes, biggest int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bytes, biggest = b.bytes, b.biggest
	b.bytes, b.biggest = 0, 0
	return bytes, biggest
}

func onWatchedBus(t *testing.T, test func(t *testing.T, bus *watchedBus)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bus := &watchedBus{Local: sse.NewLocal()}
		defer func() { _ = bus.Close() }()
		test(t, bus)
	})
}

// inRooms are the places of somebody who is in so many rooms.
func inRooms(n int) (rooms []string) {
	for i := range n {
		rooms = append(rooms, fmt.Sprintf("room:abcdefghi%d", i))
	}
	return rooms
}

// silent is a tracker that tells nobody, whose people are all in the same rooms.
func silent(bus sse.Bus, name string, rooms []string) *Tracker {
	return New(Config{Bus: bus, Server: name, Tell: func(string, State, []string) {}, Places: func(string) []string { return rooms }})
}

// startCrowd starts a server with so many people, in 20 rooms each.
func startCrowd(t *testing.T, bus sse.Bus, name string, people int) *Tracker {
	t.Helper()
	rooms := inRooms(20)
	tracker := silent(bus, name, rooms)
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() { _ = tracker.Run(ctx) }()
	for i := range people {
		tracker.Enter(fmt.Sprintf("0195a0f2-0000-7000-8000-%012d", i), "session")
	}
	elapse(15 * time.Second)
	return tracker
}

const (
	bound   = 64 << 10
	arrival = 1000 // bytes that one may cost
)

func TestAnArrivalCostsTheSameHoweverManyAreThere(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		a := startCrowd(t, bus, "a", 10_000)
		b := startCrowd(t, bus, "b", 0)
		if _, biggest := bus.count(); biggest > bound {
			t.Errorf("10,000 people were told of in a message of %d bytes", biggest)
		}
		elapse(time.Minute)
		if idle, _ := bus.count(); idle > 5000 {
			t.Errorf("in a minute in which nothing happened %d bytes were published", idle)
		}
		for i := range 100 {
			a.Enter(fmt.Sprint("new ", i), "session")
			elapse(50 * time.Millisecond)
		}
		elapse(30 * time.Second)
		told, _ := bus.count()
		t.Logf("100 arrivals among 10,000 people: %d bytes", told)
		if told > 100*arrival {
			t.Errorf("100 arrivals among 10,000 people: %d bytes were published", told)
		}
		if b.State("new 99") != Online || len(b.In(inRooms(1))) != 10_100 {
			t.Errorf("the other server knows of %d people: this proves nothing", len(b.In(inRooms(1))))
		}
	})
}

func TestANewServerIsToldOfEverybodyPieceByPiece(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		a := startCrowd(t, bus, "a", 10_000)
		bus.count()
		b := silent(bus, "b", nil)
		go func() { _ = b.Run(t.Context()) }()
		elapse(time.Second)
		if n, biggest := bus.count(); n > 12*bound || biggest > bound {
			t.Errorf("in a second it was told %d bytes, in messages of up to %d", n, biggest)
		}
		a.Enter("ada", "phone")
		elapse(10 * time.Millisecond)
		if b.State("ada") != Online {
			t.Error("who comes meanwhile has to wait")
		}
		elapse(8 * time.Second)
		if n := len(b.In(inRooms(1))); n != 10_001 {
			t.Errorf("it knows of %d people", n)
		}
		if n, biggest := bus.count(); n < 2_000_000 || biggest > bound {
			t.Errorf("it was told %d bytes, in messages of up to %d", n, biggest)
		}
	})
}

func TestWhoeverIsInVeryManyRoomsIsToldOfAllTheSame(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		rooms := inRooms(5000)
		for _, name := range []string{"a", "b"} {
			tracker := silent(bus, name, rooms)
			go func() { _ = tracker.Run(t.Context()) }()
			if name == "a" {
				tracker.Enter("ada", "phone")
				tracker.Enter("grace", "phone")
			}
			elapse(time.Second)
			if people := tracker.In([]string{"room:abcdefghi4321"}); len(people) != 2 {
				t.Errorf("server %s knows of %v", name, people)
			}
		}
	})
}
