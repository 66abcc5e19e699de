package presence

import (
	"context"
	"slices"
	"sync"
	"time"
)

// page is somebody's session with streams on this server.
type page struct {
	streams int
	away    bool
	left    time.Time // when the last stream ended
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
	t.look(person)
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if p.streams--; p.streams == 0 {
			p.left = time.Now()
			time.AfterFunc(t.cfg.Linger, func() { t.forget(person, session) })
		}
		t.look(person)
	})
}

// forget ends a session that nobody has come back to.
func (t *Tracker) forget(person, session string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pages[person][session]
	if p == nil || p.streams > 0 || time.Since(p.left) < t.cfg.Linger {
		return
	}
	delete(t.pages[person], session)
	if len(t.pages[person]) == 0 {
		delete(t.pages, person)
	}
	t.look(person)
}

// Moved says that somebody may be seen in other places than before.
func (t *Tracker) Moved(person string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.look(person)
}

// SetAway says whether anybody looks at the pages of a session, wherever its stream is.
func (t *Tracker) SetAway(ctx context.Context, person, session string, away bool) {
	m := awayMessage{person, session, away}
	t.setAway(m)
	t.publish(ctx, awayChannel, m)
}

func (t *Tracker) setAway(m awayMessage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.pages[m.Person][m.Session]; p != nil {
		p.away = m.Away
		t.look(m.Person)
	}
}

// look finds out how somebody is here, and has it said and told if it is news. Who lingers has no stream any more,
// and so no places of their own: they go from where they were. The caller holds mu.
func (t *Tracker) look(person string) {
	before := t.here[person]
	now, streams := standing{}, 0
	for _, p := range t.pages[person] {
		streams += p.streams
		if !p.away || now.State == "" {
			now = standing{State: p.state(), Places: before.Places}
		}
	}
	if streams > 0 {
		now.Places = slices.Compact(slices.Sorted(slices.Values(t.cfg.Places(person))))
	}
	if now.State == before.State && slices.Equal(now.Places, before.Places) {
		return
	}
	t.here[person] = now
	if now.State == "" {
		delete(t.here, person)
	}
	t.voice.unsaid[person] = true
	t.untold[person] = true
	t.nudge()
}

func (p *page) state() State {
	if p.away {
		return Away
	}
	return Online
}
