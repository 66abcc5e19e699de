package presence

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
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

// channel is the bus channel of what servers tell each other.
const channel = "presence"

// leaseBeats is how many beats a lease holds.
const leaseBeats = 3

// Config is what a Tracker is made of. Zero durations stand for the defaults in parentheses.
type Config struct {
	Bus    sse.Bus
	Server string // this server's name among those on the bus

	// Tell is told of every change, of people on any server, one at a time. Places are those that the person
	// can be seen in, as far as the server that they are on knows.
	Tell func(person string, state State, places []string)

	// Places are those that a person who is on this server can be seen in.
	Places func(person string) []string

	Beat   time.Duration // (10 s)
	Linger time.Duration // (1 s)
	Log    *slog.Logger
}

// Tracker is one server's knowledge of who is there. Its methods are safe for concurrent use.
type Tracker struct {
	cfg  Config
	wake chan struct{}

	mu      sync.Mutex                  // guards the rest
	pages   map[string]map[string]*page // by person and session
	servers map[string]*lease
	told    map[string]standing // what Tell was told last; nobody who is offline
	heard   time.Time           // when this server last heard itself
}

// page is somebody's session with streams on this server.
type page struct {
	streams int
	away    bool
	left    time.Time // when the last stream ended
}

// lease is what a server said of its people.
type lease struct {
	until  time.Time
	people map[string]standing
}

// standing is somebody's state with where it is to be told.
type standing struct {
	State  State    `json:"state"`
	Places []string `json:"places,omitempty"`
}

// New makes a tracker; Run keeps it going.
func New(cfg Config) *Tracker {
	if cfg.Beat == 0 {
		cfg.Beat = 10 * time.Second
	}
	if cfg.Linger == 0 {
		cfg.Linger = time.Second
	}
	return &Tracker{
		cfg: cfg, wake: make(chan struct{}, 1), pages: map[string]map[string]*page{},
		servers: map[string]*lease{}, told: map[string]standing{}, heard: time.Now(),
	}
}

// Enter says that a person's session has a stream here, until leave is called.
func (t *Tracker) Enter(person, session string) (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pages[person] == nil {
		t.pages[person] = map[string]*page{}
	}
	p := t.pages[person][session]
	if p == nil {
		p = &page{}
		t.pages[person][session] = p
	}
	p.streams++
	t.nudge()
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if p.streams--; p.streams == 0 {
			p.left = time.Now()
		}
		t.nudge()
	})
}

// SetAway says whether anybody looks at the pages of a session, wherever its stream is.
func (t *Tracker) SetAway(ctx context.Context, person, session string, away bool) {
	t.setAway(person, session, away)
	t.publish(ctx, message{Person: person, Session: session, Away: away})
}

func (t *Tracker) setAway(person, session string, away bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.pages[person][session]; p != nil && p.away != away {
		p.away = away
		t.nudge()
	}
}

// State is how a person is there, on any server.
func (t *Tracker) State(person string) State {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.told[person]; ok {
		return s.State
	}
	return Offline
}

// nudge has Run look at once. The caller holds mu.
func (t *Tracker) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// message is what servers tell each other: all of their people, or that a session is away.
type message struct {
	Server string              `json:"server"`
	People map[string]standing `json:"people,omitempty"`

	Person  string `json:"person,omitempty"`
	Session string `json:"session,omitempty"`
	Away    bool   `json:"away,omitempty"`
}

func (t *Tracker) publish(ctx context.Context, m message) {
	m.Server = t.cfg.Server
	payload, err := json.Marshal(m)
	if err == nil {
		err = t.cfg.Bus.Publish(ctx, channel, payload)
	}
	if err != nil && t.cfg.Log != nil {
		t.cfg.Log.Debug("presence could not be told to every server", "err", err)
	}
}

// Run tells and hears until ctx ends.
func (t *Tracker) Run(ctx context.Context) error {
	if err := t.cfg.Bus.Subscribe(ctx, channel, t.receive); err != nil {
		return err
	}
	beat := time.NewTicker(t.cfg.Beat)
	defer beat.Stop()
	look := time.NewTicker(t.cfg.Linger / 4)
	defer look.Stop()
	var last map[string]standing
	for {
		due := false
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
			due = true
		case <-look.C:
		case <-t.wake:
		}
		people := t.here()
		t.hold(people)
		if due || !maps.EqualFunc(people, last, func(a, b standing) bool { return a.State == b.State }) {
			t.publish(ctx, message{People: people})
			last = people
		}
		t.settle()
	}
}

// here is who is on this server.
func (t *Tracker) here() map[string]standing {
	t.mu.Lock()
	defer t.mu.Unlock()
	people := map[string]standing{}
	for person, sessions := range t.pages {
		for session, p := range sessions {
			switch {
			case p.streams == 0 && time.Since(p.left) >= t.cfg.Linger:
				delete(sessions, session)
			case !p.away:
				people[person] = standing{State: Online}
			case people[person].State == "":
				people[person] = standing{State: Away}
			}
		}
		if len(sessions) == 0 {
			delete(t.pages, person)
		}
	}
	return people
}
