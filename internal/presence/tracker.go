package presence

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"example.com/chat/internal/sse"
)

// State is how somebody is there.
type State string

// The states. Somebody is away if all of their pages are.
const (
	Offline State = "offline"
	Away    State = "away"
	Online  State = "online"
)

// Config is what a Tracker is made of. Zero durations stand for the defaults in parentheses.
type Config struct {
	Bus    sse.Bus
	Server string // this server's name among those on the bus

	// Tell is told of every change, of people on any server, one at a time: how the person is there for those who
	// see them in the places. Who goes from some of their places is first offline there, and then told of again
	// in those that are left, since somebody may see them in both.
	Tell func(person string, state State, places []string)

	// Places are those that a person who has a stream here can be seen in. It is asked when somebody enters, leaves,
	// looks away or has moved (Moved), and must not call the tracker.
	Places func(person string) []string

	Beat   time.Duration // (10 s)
	Linger time.Duration // (1 s)
	Log    *slog.Logger  // (none)
}

// Tracker is one server's knowledge of who is there. Its methods are safe for concurrent use.
type Tracker struct {
	cfg  Config
	wake chan struct{}

	mu      sync.RWMutex                // guards the rest
	pages   map[string]map[string]*page // by person and session
	here    map[string]standing         // who is on this server
	voice   voice
	others  map[string]*peer
	heard   time.Time           // when this server last heard anything
	echo    *peer               // what it heard of itself
	missing time.Time           // when something that another server said was last found to be missing
	told    map[string]standing // what Tell was told last
	untold  map[string]bool     // of whom there may be something to tell
}

// standing is somebody's state with where it is to be told: sorted, each place once. The zero standing is that of
// whoever is not there.
type standing struct {
	State  State    `json:"state,omitempty"`
	Places []string `json:"places,omitempty"`
}

// New makes a tracker; Run keeps it going.
func New(cfg Config) *Tracker {
	cfg.Beat = cmp.Or(cfg.Beat, 10*time.Second)
	cfg.Linger = cmp.Or(cfg.Linger, time.Second)
	cfg.Log = cmp.Or(cfg.Log, slog.New(slog.DiscardHandler))
	return &Tracker{
		cfg: cfg, wake: make(chan struct{}, 1), pages: map[string]map[string]*page{}, here: map[string]standing{},
		voice: newVoice(), others: map[string]*peer{}, heard: time.Now(), echo: newPeer(),
		told: map[string]standing{}, untold: map[string]bool{},
	}
}

// Run tells and hears until ctx ends.
func (t *Tracker) Run(ctx context.Context) error {
	if err := t.cfg.Bus.Subscribe(ctx, sayChannel, decoded(t, t.hear)); err != nil {
		return err
	}
	if err := t.cfg.Bus.Subscribe(ctx, awayChannel, decoded(t, t.setAway)); err != nil {
		return err
	}
	beat := time.NewTicker(t.cfg.Beat)
	defer beat.Stop()
	look := time.NewTicker(t.cfg.Beat / 100)
	defer look.Stop()
	for due := true; ; { // at once: whoever hears of a new server says who is there
		t.tell()
		t.say(ctx, due) // one piece a turn: a slow bus holds up no lease
		due = false
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
			due = true
		case <-look.C:
			t.expire()
			t.repeat()
		case <-t.wake:
		}
	}
}

// nudge has Run look at once. The caller holds mu.
func (t *Tracker) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Absent says whether no page of a person's is open on any server. While the bus is away nobody knows that of the
// other servers, and what they told before counts for nothing here: each of them knows whom it has (Unheard).
func (t *Tracker) Absent(person string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if len(t.pages[person]) > 0 {
		return false
	}
	return t.told[person].State == "" || t.deaf(time.Now())
}

// Unheard says whether a page of a person's is open on this server while the others may not know of it: this one has
// not heard itself tell of them, or not for long.
func (t *Tracker) Unheard(person string) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	open := false
	for _, p := range t.pages[person] {
		open = open || p.streams > 0
	}
	return open && (t.echo.people[person].State == "" || t.mute(time.Now()))
}

// In is how everybody is there, on any server, who can be seen in one of the places. Who is not named is offline.
func (t *Tracker) In(places []string) map[string]State {
	wanted := map[string]bool{}
	for _, place := range places {
		wanted[place] = true
	}
	people := map[string]State{}
	t.mu.RLock()
	defer t.mu.RUnlock()
	for person, s := range t.told {
		for _, place := range s.Places {
			if wanted[place] {
				people[person] = s.State
				break
			}
		}
	}
	return people
}
