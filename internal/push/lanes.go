package push

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
)

// peopleMost is for how many people something may wait at once.
const peopleMost = 4096

// lanes say when whom is to be seen to: each person by one worker, so that what is withdrawn was pushed before.
type lanes struct {
	begun   chan chat.UserID // those who have a lane now, and need a worker
	full    *atomic.Uint64
	workers sync.WaitGroup

	mu   sync.Mutex
	dues map[chat.UserID][]time.Time
}

func newLanes() lanes {
	return lanes{begun: make(chan chat.UserID, peopleMost), full: new(atomic.Uint64), dues: map[chat.UserID][]time.Time{}}
}

// put has a person seen to. However often, two times wait at most: the first one, and the last one, which finds
// what those in between were to find.
func (l *lanes) put(user chat.UserID, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	dues, working := l.dues[user]
	switch {
	case !working && len(l.dues) >= peopleMost:
		l.full.Add(1)
	case !working:
		l.dues[user] = []time.Time{due}
		l.begun <- user // there is room: whoever is in it has a lane
	case len(dues) < 2:
		l.dues[user] = inOrder(dues, due)
	case due.After(dues[1]):
		l.dues[user] = []time.Time{dues[0], due}
	}
}

func inOrder(dues []time.Time, due time.Time) []time.Time {
	if len(dues) > 0 && due.After(dues[0]) {
		return []time.Time{dues[0], due}
	}
	return append([]time.Time{due}, dues...)
}

// next is when to see to the person next; false ends the lane.
func (l *lanes) next(user chat.UserID) (time.Time, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	dues := l.dues[user]
	if len(dues) == 0 {
		delete(l.dues, user)
		return time.Time{}, false
	}
	l.dues[user] = dues[1:]
	return dues[0], true
}
