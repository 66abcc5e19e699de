package presence

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/chat/internal/sse"
)

// What presence promises, whatever happens (guarantees: P10).
const (
	leavesWithin    = 2 * time.Second  // who leaves properly
	convergesWithin = 45 * time.Second // everything, once it is over
	beatsWithin     = 10 * time.Second // every server that is there
	returnsWithin   = 15 * time.Second // a page whose server died: meanwhile its person is not seen to have gone
)

// troubledBus can be away, as Redis is while it restarts, or lose a third of what it carries.
type troubledBus struct {
	*sse.Local
	mu     sync.Mutex
	random *rand.Rand
	away   bool
	lossy  bool
}

func (b *troubledBus) Publish(ctx context.Context, channel string, payload []byte) error {
	if b.is(&b.away) {
		return nil // nobody is told
	}
	return b.Local.Publish(ctx, channel, payload)
}

func (b *troubledBus) is(flag *bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *flag
}

func (b *troubledBus) set(flag *bool, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*flag = on
}

func (b *troubledBus) Subscribe(ctx context.Context, channel string, receive func([]byte)) error {
	return b.Local.Subscribe(ctx, channel, func(payload []byte) {
		if !b.loses() {
			receive(payload)
		}
	})
}

func (b *troubledBus) loses() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lossy && b.random.IntN(3) == 0
}

// world is servers that come and go, and people who have a page open on one of them, or have not.
type world struct {
	t      *testing.T
	random *rand.Rand
	bus    *troubledBus
	lossy  bool // some of what the bus carries is lost, too: then who is there may seem to have gone, for a moment

	trouble time.Time // when the bus went away last
	calm    time.Time // since when the bus carries everything
	started int
	left    int // how often somebody's leaving was watched
	servers map[string]*server

	mu     sync.Mutex // guards people while servers tell of them
	people map[string]*citizen
}

// citizen is how somebody really is there.
type citizen struct {
	on    *server // nil: nowhere
	leave func()
	away  bool
	since time.Time // of the last change
	back  time.Time // by when the page whose server died is open again; zero: it is not about to be
	died  time.Time // when the last server died that they were on
}

func (c *citizen) state() State {
	switch {
	case c.on == nil:
		return Offline
	case c.away:
		return Away
	}
	return Online
}

func newWorld(t *testing.T, seed uint64, lossy bool) *world {
	w := &world{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), lossy: lossy,
		servers: map[string]*server{}, people: map[string]*citizen{},
	}
	w.bus = &troubledBus{Local: sse.NewLocal(), random: rand.New(rand.NewPCG(seed, 1))}
	for i := range 6 {
		w.people[fmt.Sprint("person ", i)] = &citizen{}
	}
	for range 3 {
		w.start()
	}
	return w
}

// start has one more server.
func (w *world) start() {
	w.started++
	name := fmt.Sprint("server ", w.started)
	w.servers[name] = startServer(w.t, w.bus, name, func(person string, state State) { w.told(name, person, state) })
}

// told checks what a server tells at this moment: nobody who is there, or about to be again after their server died, is
// said to have gone. Only who has gone from one server to another may seem so, until the bus is heard again.
func (w *world) told(server, person string, state State) {
	if state != Offline || w.lossy {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c, now := w.people[person], time.Now()
	inTrouble := !w.trouble.IsZero() && (w.bus.is(&w.bus.away) || now.Sub(w.calm) < beatsWithin)
	if inTrouble && c.since.After(w.trouble.Add(-leavesWithin)) {
		return
	}
	if c.on != nil && now.Sub(c.since) > leavesWithin || now.Before(c.back) {
		w.t.Errorf("%s says that %s has gone, who is there for %v", server, person, now.Sub(c.since))
	}
}

// change alters how somebody is there.
func (w *world) change(person string, alter func(c *citizen)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.people[person]
	died := c.died
	alter(c)
	c.since = time.Now()
	if c.died.IsZero() {
		c.died = died
	}
}

func (w *world) enter(person string, s *server) {
	leave := s.Enter(person, "session")
	w.change(person, func(c *citizen) { *c = citizen{on: s, leave: leave} })
}

func (w *world) leaves(person string) {
	leave := w.people[person].leave
	w.change(person, func(c *citizen) { *c = citizen{} })
	leave()
}

func (w *world) names() []string { return slices.Sorted(maps.Keys(w.people)) }

func (w *world) anyServer() *server {
	names := slices.Sorted(maps.Keys(w.servers))
	return w.servers[names[w.random.IntN(len(names))]]
}

// step lets one thing happen.
func (w *world) step() {
	person := w.names()[w.random.IntN(len(w.people))]
	c := w.people[person]
	switch n := w.random.IntN(20); {
	case n < 2 && len(w.servers) > 1:
		w.kill(w.anyServer())
	case n < 4 && len(w.servers) < 5:
		w.start()
	case n < 6:
		w.away(!w.bus.is(&w.bus.away))
	case n < 8 && w.lossy:
		w.bus.set(&w.bus.lossy, !w.bus.is(&w.bus.lossy))
		w.calm = time.Now()
	case n < 10 && c.on != nil:
		away := !c.away
		w.change(person, func(c *citizen) { c.away = away })
		c.on.SetAway(w.t.Context(), person, "session", away)
	case n < 15 && c.on == nil && c.back.IsZero():
		w.enter(person, w.anyServer())
	case n < 18 && c.on != nil:
		w.leaves(person)
		w.goneInTime(person)
	}
	w.elapse(time.Duration(w.random.Int64N(int64(12 * time.Second))))
}

// away takes the bus away, or brings it back.
func (w *world) away(on bool) {
	w.bus.set(&w.bus.away, on)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calm = time.Now()
	if on {
		w.trouble = w.calm
	}
}

// kill ends a server as a power cut does. Some of its people come back elsewhere after a while, others were on the same
// circuit.
func (w *world) kill(s *server) {
	s.kill()
	maps.DeleteFunc(w.servers, func(_ string, other *server) bool { return other == s })
	for _, person := range w.names() {
		if w.people[person].on != s {
			continue
		}
		if w.random.IntN(3) == 0 {
			w.change(person, func(c *citizen) { *c = citizen{died: time.Now()} })
			continue
		}
		after := time.Duration(w.random.Int64N(int64(returnsWithin)))
		away := w.people[person].away
		w.change(person, func(c *citizen) { *c = citizen{away: away, back: time.Now().Add(after), died: time.Now()} })
	}
}

// elapse lets time pass, in which those come back whose servers died.
func (w *world) elapse(d time.Duration) {
	for until := time.Now().Add(d); time.Now().Before(until); {
		next := until
		for _, c := range w.people {
			if !c.back.IsZero() && c.back.Before(next) {
				next = c.back
			}
		}
		elapse(time.Until(next))
		for _, person := range w.names() {
			if back := w.people[person].back; !back.IsZero() && !time.Now().Before(back) {
				w.enter(person, w.anyServer())
			}
		}
	}
}

// goneInTime checks that every server knows soon of somebody who left: if the bus has brought everything for a while, and
// no lease of a server that died speaks for them.
func (w *world) goneInTime(person string) {
	if w.bus.is(&w.bus.away) || w.bus.is(&w.bus.lossy) || time.Since(w.calm) < convergesWithin || time.Since(w.people[person].died) < convergesWithin {
		return
	}
	w.left++
	w.elapse(leavesWithin)
	for name, s := range w.servers {
		if got := s.State(person); got != Offline {
			w.t.Errorf("%s after %s has left %s takes them for %s", leavesWithin, person, name, got)
		}
	}
}

// agree checks that every server knows of everybody how they are there.
func (w *world) agree() {
	for name, s := range w.servers {
		for person, c := range w.people {
			if got := s.State(person); got != c.state() {
				w.t.Errorf("%s takes %s for %s, who is %s", name, person, got, c.state())
			}
		}
	}
}

// Whatever happens to servers and to the bus: while it lasts nobody who is there is seen to have gone, who leaves is seen
// to within two seconds, and 45 seconds after it is over every server knows how everybody is there.
func TestPresenceHoldsWhateverFails(t *testing.T) {
	left := 0
	for _, lossy := range []bool{false, true} {
		for seed := range uint64(25) {
			t.Run(fmt.Sprintf("lossy=%v/seed %d", lossy, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, seed, lossy)
					defer func() { _ = w.bus.Close() }()
					for range 60 {
						w.step()
					}
					w.away(false)
					w.bus.set(&w.bus.lossy, false)
					w.elapse(returnsWithin) // whoever is about to come back
					w.elapse(convergesWithin)
					w.agree()
					left += w.left
				})
			})
		}
	}
	if left < 10 {
		t.Errorf("only %d people left while the bus was well: this proves little", left)
	}
}
