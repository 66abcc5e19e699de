package presence

import (
	"encoding/json"
	"slices"
	"time"
)

// leaseBeats is for how many beats what a server said holds.
const leaseBeats = 3

// peer is what another server has said of its people.
type peer struct {
	heard  time.Time
	n      uint64 // of the last message
	since  uint64 // none is missing from this one on
	level  bool   // nothing is missing that still matters
	people map[string]mention
}

// mention is what a server said of somebody last, and in which message.
type mention struct {
	standing
	n uint64
}

func newPeer() *peer { return &peer{people: map[string]mention{}} }

// decoded is receive for the payloads of a channel.
func decoded[M any](t *Tracker, receive func(M)) func(payload []byte) {
	return func(payload []byte) {
		var m M
		if err := json.Unmarshal(payload, &m); err != nil {
			t.cfg.Log.Warn("what was said of presence cannot be read", "err", err)
			return
		}
		receive(m)
	}
}

// hear hears what a server says.
func (t *Tracker) hear(m message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = time.Now()
	if m.Server == t.cfg.Server {
		t.echo.heard = t.heard
		t.echo.take(m)
		if m.All > 0 && !t.echo.level { // not all of it came back
			t.sayAll()
		}
		return
	}
	s := t.others[m.Server]
	if s == nil { // then it may not have heard of this one either
		s = newPeer()
		t.others[m.Server] = s
		t.sayAll()
	}
	if slices.Contains(m.Missed, t.cfg.Server) {
		t.sayAll()
	}
	s.heard = t.heard
	if s.n > 0 && m.N != s.n+1 {
		t.missing = t.heard
	}
	for _, person := range s.take(m) {
		t.untold[person] = true
	}
	t.nudge()
}

// take takes a message in, and gives those of whom it changes something.
func (s *peer) take(m message) (concerns []string) {
	if m.N != s.n+1 {
		s.since, s.level = m.N, false
	}
	s.n = m.N
	for person, standing := range m.People {
		s.people[person] = mention{standing, m.N}
		if standing.State == "" {
			delete(s.people, person)
		}
		concerns = append(concerns, person)
	}
	if s.level || s.since > m.All {
		return concerns
	}
	s.level = true
	for person, last := range s.people {
		if last.n < m.All { // gone, which was missed
			delete(s.people, person)
			concerns = append(concerns, person)
		}
	}
	return concerns
}

// missed are the servers that have to say everything again: all of them when the bus may just have come back. The
// caller holds mu.
func (t *Tracker) missed(now time.Time) (names []string) {
	away := t.deaf(now)
	for name, s := range t.others {
		if away || !s.level {
			names = append(names, name)
		}
	}
	return names
}

// deaf says whether the bus is away: this server hears nobody, not even itself. The caller holds mu.
func (t *Tracker) deaf(now time.Time) bool { return now.Sub(t.heard) > t.cfg.Beat*3/2 }

// mute says whether the others may not hear this server: it does not hear itself. The caller holds mu.
func (t *Tracker) mute(now time.Time) bool { return now.Sub(t.echo.heard) > t.cfg.Beat*3/2 }

// settled says whether nothing is missing of what every other server has said: each of them has been heard since
// something was missed, and whatever server may have come up meanwhile has had the time to be. Until then whoever has
// gone from one may have come to another. The caller holds mu.
func (t *Tracker) settled(now time.Time) bool {
	if t.deaf(now) {
		return true // what this server sees itself is all there is
	}
	ago := now.Sub(t.missing)
	if ago <= t.cfg.Beat*3/2 {
		return false
	}
	for _, s := range t.others {
		if !s.level || ago < leaseBeats*t.cfg.Beat && s.heard.Before(t.missing) {
			return false
		}
	}
	return true
}

// expire ends the leases of servers that say nothing any more, while others do: the time in which nobody is heard does
// not count.
func (t *Tracker) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.deaf(now) {
		t.missing = now
	}
	for name, s := range t.others {
		if t.heard.Sub(s.heard) < leaseBeats*t.cfg.Beat || now.Sub(t.missing) < leaseBeats*t.cfg.Beat {
			continue
		}
		for person := range s.people {
			t.untold[person] = true
		}
		delete(t.others, name)
	}
}
