package presence

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// hold keeps this server's own lease, with the places of its people. Who lingers has no stream any more, and so no
// places of their own: they go from where they were.
func (t *Tracker) hold(people map[string]standing) {
	for person, s := range people {
		s.Places = t.cfg.Places(person)
		people[person] = s
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if before := t.servers[t.cfg.Server]; before != nil {
		for person, s := range people {
			if t.lingers(person) {
				s.Places = before.people[person].Places
				people[person] = s
			}
		}
	}
	t.servers[t.cfg.Server] = &lease{until: time.Now().Add(leaseBeats * t.cfg.Beat), people: people}
}

// lingers says whether somebody's last stream here has ended. The caller holds mu.
func (t *Tracker) lingers(person string) bool {
	for _, p := range t.pages[person] {
		if p.streams > 0 {
			return false
		}
	}
	return true
}

// receive hears what a server says.
func (t *Tracker) receive(payload []byte) {
	var m message
	if err := json.Unmarshal(payload, &m); err != nil {
		if t.cfg.Log != nil {
			t.cfg.Log.Warn("what was said of presence cannot be read", "err", err)
		}
		return
	}
	t.mu.Lock()
	now := time.Now()
	switch {
	case m.Person != "":
	case m.Server == t.cfg.Server:
		t.heard = now
	default:
		t.servers[m.Server] = &lease{until: now.Add(leaseBeats * t.cfg.Beat), people: m.People}
	}
	t.nudge()
	t.mu.Unlock()
	if m.Person != "" && m.Server != t.cfg.Server {
		t.setAway(m.Person, m.Session, m.Away)
	}
}

// settle lets leases run out, and tells what has changed.
func (t *Tracker) settle() {
	t.mu.Lock()
	now := time.Now()
	if now.Sub(t.heard) > t.cfg.Beat*3/2 { // the bus is away: the others may be as they were
		for _, l := range t.servers {
			l.until = now.Add(leaseBeats * t.cfg.Beat)
		}
	}
	people := map[string]standing{}
	for server, l := range t.servers {
		if !now.Before(l.until) {
			delete(t.servers, server)
			continue
		}
		for person, s := range l.people {
			known := people[person]
			if known.State != Online {
				known.State = s.State
			}
			known.Places = append(known.Places, s.Places...)
			people[person] = known
		}
	}
	changed := t.changed(people)
	t.mu.Unlock()
	for _, person := range slices.Sorted(maps.Keys(changed)) {
		places := changed[person].Places
		slices.Sort(places)
		t.cfg.Tell(person, changed[person].State, slices.Compact(places))
	}
}

// changed is what Tell has not been told yet. The caller holds mu.
func (t *Tracker) changed(people map[string]standing) map[string]standing {
	changed := map[string]standing{}
	for person, s := range people {
		if t.told[person].State != s.State {
			changed[person] = s
		}
	}
	for person, s := range t.told {
		if _, there := people[person]; !there {
			changed[person] = standing{Offline, s.Places}
		}
	}
	t.told = people
	return changed
}
