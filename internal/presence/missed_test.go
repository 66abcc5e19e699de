package presence

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// names says whether a message is about somebody.
func names(person string) func(payload []byte) bool {
	return func(payload []byte) bool { return bytes.Contains(payload, []byte(`"`+person+`"`)) }
}

func TestWhatAServerHasMissedIsSaidAgain(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		leave := a.Enter("ada", "phone")
		elapse(20 * time.Second)
		b.expect(t, "ada online room of ada")

		bus.set(0, names("ada"))
		leave()
		elapse(2 * time.Second)
		bus.set(0, nil)
		b.expect(t)
		elapse(30 * time.Second)
		b.expect(t, "ada offline room of ada")

		bus.set(0, names("grace"))
		a.Enter("grace", "phone")
		elapse(2 * time.Second)
		bus.set(0, nil)
		b.expect(t)
		elapse(30 * time.Second)
		b.expect(t, "grace online room of grace")
	})
}

func TestAMissingPieceIsNoDeparture(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		watching := startServer(t, bus, "b")
		a := startCrowd(t, bus, "a", 1000)
		if n := len(a.In(inRooms(1))); n != 1000 {
			t.Fatalf("%d people are there", n)
		}
		watching.mu.Lock()
		watching.log = nil
		watching.mu.Unlock()
		pieces := 0
		bus.set(0, func(payload []byte) bool {
			if names("people")(payload) {
				pieces++
			}
			return pieces%2 == 1
		})
		startServer(t, bus, "c") // which a tells of everybody
		elapse(25 * time.Second)
		bus.set(0, nil)
		if pieces < 4 {
			t.Errorf("everybody was told of in %d pieces: this proves nothing", pieces)
		}
		late := startServer(t, bus, "d")
		elapse(45 * time.Second)
		watching.expect(t)
		if n := len(late.In(inRooms(1))); n != 1000 {
			t.Errorf("a server that starts later knows of %d people", n)
		}
	})
}

func TestAServerThatBeginsAnewUnderItsNameHasNobody(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		a, b := startServer(t, bus, "a"), startServer(t, bus, "b")
		a.Enter("ada", "phone")
		a.Enter("grace", "phone")
		elapse(5 * time.Second)
		b.expect(t, "ada online room of ada", "grace online room of grace")
		a.kill()
		again := startServer(t, bus, "a")
		again.Enter("grace", "phone")
		elapse(25 * time.Second)
		if b.State("ada") != Offline || b.State("grace") != Online {
			t.Errorf("Ada is taken to be %s, Grace %s", b.State("ada"), b.State("grace"))
		}
	})
}

func TestASlowBusHoldsUpNoLease(t *testing.T) {
	onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
		a, b, c := startServer(t, bus, "a"), startServer(t, bus, "b"), startServer(t, bus, "c")
		a.Enter("ada", "phone")
		elapse(20 * time.Second)
		b.expect(t, "ada online room of ada")
		bus.set(500*time.Millisecond, nil)
		a.kill()
		for i := range 450 { // b has something to say all the time
			b.Enter(fmt.Sprint("person ", i), "phone")
			elapse(100 * time.Millisecond)
		}
		if state := b.State("ada"); state != Offline {
			t.Errorf("45 s after her server was killed Ada is %s", state)
		}
		if state := c.State("person 440"); state != Online {
			t.Errorf("who entered a second ago is %s on another server", state)
		}
	})
}

// Whatever is lost, once nothing is any more every server knows who is there.
func TestPresenceConvergesAfterMessagesWereLost(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			onWatchedBus(t, func(t *testing.T, bus *watchedBus) {
				random, losses := rand.New(rand.NewPCG(seed, 0)), rand.New(rand.NewPCG(seed, 1))
				bus.set(0, func([]byte) bool { return losses.IntN(4) == 0 })
				servers := []*server{startServer(t, bus, "a"), startServer(t, bus, "b"), startServer(t, bus, "c")}
				there := map[string]func(){}
				for range 80 {
					person := fmt.Sprint("person ", random.IntN(8))
					if leave := there[person]; leave != nil {
						leave()
						delete(there, person)
					} else {
						there[person] = servers[random.IntN(len(servers))].Enter(person, "session")
					}
					elapse(time.Duration(random.Int64N(int64(5 * time.Second))))
				}
				bus.set(0, nil)
				elapse(45 * time.Second)
				for n, s := range servers {
					for i := range 8 {
						person := fmt.Sprint("person ", i)
						if got := s.State(person); (got == Online) != (there[person] != nil) {
							t.Errorf("server %d takes %s for %s", n, person, got)
						}
					}
				}
			})
		})
	}
}
