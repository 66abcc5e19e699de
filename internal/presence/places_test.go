package presence

import (
	"slices"
	"sync"
	"testing"
	"time"
)

func TestWhoMovesIsSeenWhereTheyGoAndOfflineWhereTheyWere(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		var mu sync.Mutex
		rooms := []string{"general", "ops"}
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		a.cfg.Places = func(string) []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(rooms)
		}
		move := func(to ...string) {
			mu.Lock()
			rooms = to
			mu.Unlock()
			a.Moved("ada")
			elapse(100 * time.Millisecond)
		}
		leave := a.Enter("ada", "phone")
		elapse(time.Second)
		b.expect(t, "ada online general,ops")
		move("general", "lobby", "ops")
		b.expect(t, "ada online lobby")
		move("general", "lobby")
		b.expect(t, "ada offline ops", "ada online general,lobby")
		a.Moved("nobody")
		move("general", "lobby")
		b.expect(t)
		if got := b.In([]string{"ops", "lobby"}); len(got) != 1 || got["ada"] != Online {
			t.Errorf("in the lobby are %v", got)
		}
		if got := b.In([]string{"ops"}); len(got) != 0 {
			t.Errorf("in ops are %v", got)
		}
		leave()
		elapse(2 * time.Second)
		b.expect(t, "ada offline general,lobby")
		a.expect(t, "ada online general,ops", "ada online lobby", "ada offline ops", "ada online general,lobby", "ada offline general,lobby")
	})
}

func TestWhoIsOnTwoServersIsSeenInThePlacesOfBoth(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		b.cfg.Places = func(string) []string { return []string{"lobby", "room of ada"} }
		leaveA, leaveB := a.Enter("ada", "phone"), b.Enter("ada", "laptop")
		elapse(2 * time.Second)
		if got := a.In([]string{"lobby"}); got["ada"] != Online {
			t.Errorf("in the lobby are %v", got)
		}
		leaveA()
		elapse(2 * time.Second)
		if got := a.In([]string{"lobby"}); got["ada"] != Online {
			t.Errorf("in the lobby are %v", got)
		}
		leaveB()
		elapse(2 * time.Second)
		if got := a.In([]string{"lobby", "room of ada"}); len(got) != 0 {
			t.Errorf("still there: %v", got)
		}
	})
}
