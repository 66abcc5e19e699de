package presence

import (
	"context"
	"encoding/json"
	"time"
)

// The bus channels of what servers tell each other: who is there, and which sessions are looked at.
const (
	sayChannel  = "presence"
	awayChannel = "away"
)

// message is what a server says of its people.
type message struct {
	Server string              `json:"server"`
	N      uint64              `json:"n"`                // of this message: the one before had the number before
	People map[string]standing `json:"people,omitempty"` // who has come, has changed, or (zero) has gone
	All    uint64              `json:"all,omitempty"`    // whoever is there was named in what was said from this number on
	Missed []string            `json:"missed,omitempty"` // the servers of which this one may not have heard all
}

// awayMessage says whether anybody looks at a session's pages.
type awayMessage struct {
	Person  string `json:"person"`
	Session string `json:"session"`
	Away    bool   `json:"away,omitempty"`
}

// voice is what a server has said, and has yet to say.
type voice struct {
	n      uint64 // of the last message
	all    uint64 // as in a message
	allAt  time.Time
	asked  bool            // to name everybody again
	owed   bool            // the message that ends doing so
	unsaid map[string]bool // people of whom there is something to say, at once
	again  map[string]bool // people to be named again, a piece of them at each look
}

// newVoice begins with a number that no server of the same name has come to before.
func newVoice() voice {
	n := uint64(time.Now().UnixMicro())
	return voice{n: n, all: n + 1, unsaid: map[string]bool{}, again: map[string]bool{}}
}

// sayAll has everybody named again, soon. The caller holds mu.
func (t *Tracker) sayAll() { t.voice.asked = true }

// repeat has a piece of those said who are to be named again. No more: many servers may do so together, and the bus
// cuts off whoever cannot take in what comes.
func (t *Tracker) repeat() {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, now := &t.voice, time.Now()
	if v.asked && len(v.again) == 0 && now.Sub(v.allAt) >= t.cfg.Beat/2 {
		v.all, v.allAt, v.asked, v.owed = v.n+1, now, false, true
		for person := range t.here {
			v.again[person] = true
		}
	}
	size := 0
	for person := range v.again {
		if size += t.here[person].size(person); size > pieceSize && len(v.unsaid) > 0 {
			break
		}
		v.unsaid[person] = true
		delete(v.again, person)
	}
}

// say tells the other servers a piece of what there is to say, and if it is due, that there is nothing.
func (t *Tracker) say(ctx context.Context, due bool) {
	if m, ok := t.next(due); ok {
		t.publish(ctx, sayChannel, m)
	}
}

// pieceSize is about how many bytes a message has at most, unless one person is in very many places.
const pieceSize = 60 << 10

func (t *Tracker) next(due bool) (m message, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := &t.voice
	said := v.owed && len(v.again) == 0
	if len(v.unsaid) == 0 && !said && !due {
		return m, false
	}
	v.n++
	m = message{Server: t.cfg.Server, N: v.n, People: map[string]standing{}}
	size := 0
	for person := range v.unsaid {
		if size += t.here[person].size(person); size > pieceSize && len(m.People) > 0 {
			break
		}
		m.People[person] = t.here[person]
		delete(v.unsaid, person)
	}
	switch {
	case len(v.unsaid) > 0:
		t.nudge()
	case len(v.again) == 0:
		m.All, v.owed = v.all, false
	}
	if due {
		m.Missed = t.missed(time.Now())
	}
	return m, true
}

// size is about how many bytes it takes to say how the person is there.
func (s standing) size(person string) int {
	n := len(person) + len(`"":{"state":"online","places":[]},`)
	for _, place := range s.Places {
		n += len(place) + len(`"",`)
	}
	return n
}

func (t *Tracker) publish(ctx context.Context, channel string, m any) {
	payload, err := json.Marshal(m)
	if err == nil {
		err = t.cfg.Bus.Publish(ctx, channel, payload)
	}
	if err != nil {
		t.cfg.Log.Debug("presence could not be told to every server", "err", err)
	}
}
