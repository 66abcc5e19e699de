package presence

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/chat/internal/sse"
)

// flakyBus is a bus that can be away.
type flakyBus struct {
	*sse.Local
	mu   sync.Mutex
	away bool
}

func (b *flakyBus) set(away bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.away = away
}

func (b *flakyBus) Publish(ctx context.Context, channel string, payload []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away {
		return nil // nobody is told
	}
	return b.Local.Publish(ctx, channel, payload)
}

// server is a tracker that runs until it is killed.
type server struct {
	*Tracker
	kill context.CancelFunc

	mu   sync.Mutex
	seen map[string]State
	log  []string
}

func startServer(t *testing.T, bus sse.Bus, name string, told ...func(person string, state State)) *server {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	s := &server{kill: kill, seen: map[string]State{}}
	s.Tracker = New(Config{
		Bus: bus, Server: name,
		Tell: func(person string, state State, places []string) {
			for _, tell := range told {
				tell(person, state)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.seen[person] = state
			s.log = append(s.log, fmt.Sprint(person, " ", state, " ", strings.Join(places, ",")))
		},
		Places: func(person string) []string { return []string{"room of " + person} },
	})
	go func() { _ = s.Run(ctx) }()
	t.Cleanup(kill)
	synctest.Wait()
	return s
}

func (s *server) expect(t *testing.T, lines ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := strings.Join(s.log, "; "); got != strings.Join(lines, "; ") {
		t.Fatalf("told was %q, want %q", s.log, lines)
	}
	s.log = nil
}

// elapse lets virtual time pass.
func elapse(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func inBubble(t *testing.T, test func(t *testing.T, bus *flakyBus)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		bus := &flakyBus{Local: sse.NewLocal()}
		defer func() { _ = bus.Close() }()
		test(t, bus)
	})
}

func TestWhoComesIsSeenOnEveryServerAtOnceAndWhoLeavesWithinTwoSeconds(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		leave := a.Enter("ada", "phone")
		elapse(100 * time.Millisecond)
		a.expect(t, "ada online room of ada")
		b.expect(t, "ada online room of ada")
		leave()
		elapse(500 * time.Millisecond)
		b.expect(t)
		elapse(1500 * time.Millisecond)
		a.expect(t, "ada offline room of ada")
		b.expect(t, "ada offline room of ada")
	})
}

func TestAPageChangeDoesNotShow(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		leave := a.Enter("ada", "phone")
		elapse(time.Second)
		b.expect(t, "ada online room of ada")
		leave()
		elapse(300 * time.Millisecond)
		defer b.Enter("ada", "phone")()
		elapse(5 * time.Second)
		a.expect(t, "ada online room of ada")
		b.expect(t)
	})
}

func TestSomebodyIsAwayWhenAllOfTheirPagesAre(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		defer a.Enter("ada", "phone")()
		defer b.Enter("ada", "laptop")()
		elapse(time.Second)
		b.expect(t, "ada online room of ada")
		b.SetAway(t.Context(), "ada", "phone", true) // whose stream is on the other server
		elapse(time.Second)
		b.expect(t)
		a.SetAway(t.Context(), "ada", "laptop", true)
		elapse(time.Second)
		b.expect(t, "ada away room of ada")
		a.SetAway(t.Context(), "ada", "laptop", false)
		elapse(time.Second)
		b.expect(t, "ada online room of ada")
	})
}

func TestAKilledServersPeopleAreSeenToHaveGoneWithin45Seconds(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		a.Enter("ada", "phone")
		elapse(20 * time.Second)
		b.expect(t, "ada online room of ada")
		a.kill()
		elapse(15 * time.Second)
		b.expect(t)
		elapse(30 * time.Second)
		b.expect(t, "ada offline room of ada")
	})
}

func TestABusThatIsAwayMakesNobodyLookAsIfTheyHadGone(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		a.Enter("ada", "phone")
		leave := a.Enter("grace", "phone")
		elapse(20 * time.Second)
		b.expect(t, "ada online room of ada", "grace online room of grace")
		bus.set(true)
		elapse(time.Second)
		leave()
		elapse(10 * time.Minute)
		b.expect(t)
		bus.set(false)
		elapse(30 * time.Second)
		b.expect(t, "grace offline room of grace")
	})
}

// Whatever happens to servers and to the bus, once it is over every server that is left agrees with who is there.
func TestPresenceConvergesAfterAnyTrouble(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			inBubble(t, func(t *testing.T, bus *flakyBus) {
				random := rand.New(rand.NewPCG(seed, 0))
				servers := map[int]*server{}
				type stay struct {
					server int
					leave  func()
				}
				there := map[string]stay{}
				for n := range 4 {
					servers[n] = startServer(t, bus, fmt.Sprint("server ", n))
				}
				for step := range 60 {
					person := fmt.Sprint("person ", random.IntN(6))
					n := random.IntN(4)
					switch {
					case random.IntN(12) == 0 && servers[n] != nil && len(servers) > 1:
						servers[n].kill()
						delete(servers, n)
						maps.DeleteFunc(there, func(_ string, s stay) bool { return s.server == n })
					case random.IntN(12) == 0 && servers[n] == nil:
						servers[n] = startServer(t, bus, fmt.Sprint("server ", n, " again ", step))
					case random.IntN(10) == 0:
						bus.set(!bus.away)
					case servers[n] != nil && there[person].leave == nil:
						there[person] = stay{n, servers[n].Enter(person, "session")}
					case there[person].leave != nil:
						there[person].leave()
						delete(there, person)
					}
					elapse(time.Duration(random.Int64N(int64(20 * time.Second))))
				}
				bus.set(false)
				elapse(2 * time.Minute)
				for n, s := range servers {
					for i := range 6 {
						person := fmt.Sprint("person ", i)
						want := Offline
						if there[person].leave != nil {
							want = Online
						}
						if got := s.State(person); got != want {
							t.Errorf("server %d takes %s for %s, want %s", n, person, got, want)
						}
					}
				}
			})
		})
	}
}

func TestWhileTheBusIsAwayEachServerKnowsOnlyWhomItHas(t *testing.T) {
	inBubble(t, func(t *testing.T, bus *flakyBus) {
		here, there := startServer(t, bus, "here"), startServer(t, bus, "there")
		knows := func(person string, absent, unheard bool) {
			t.Helper()
			synctest.Wait()
			if a, u := here.Absent(person), there.Unheard(person); a != absent || u != unheard {
				t.Errorf("%s: absent here %v, unheard of there %v; want %v, %v", person, a, u, absent, unheard)
			}
		}
		there.Enter("ada", "phone")
		knows("ada", false, false)
		knows("grace", true, false)

		bus.set(true)
		there.Enter("grace", "desk")
		knows("grace", true, true)
		elapse(20 * time.Second)
		knows("ada", true, true) // she may have gone: here that cannot be known

		bus.set(false)
		elapse(30 * time.Second)
		knows("ada", false, false)
		knows("grace", false, false)
		leave := here.Enter("linus", "phone")
		leave()
		knows("linus", false, false) // a page that is only changed
		elapse(2 * time.Second)
		knows("linus", true, false)
	})
}

// State is how a person is there, on any server.
func (t *Tracker) State(person string) State {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return cmp.Or(t.told[person].State, Offline)
}
