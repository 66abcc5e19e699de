package main

import (
	"encoding/json"
	"testing"
	"time"
)

// seesPresence reads until somebody is told to be in a state.
func (l *listening) seesPresence(who, state string) {
	l.t.Helper()
	for l.presenceOf(who, state) != state {
	}
}

// seesPresenceNext reads until somebody is told to be in another state, which must be this one.
func (l *listening) seesPresenceNext(who, state string) {
	l.t.Helper()
	if got := l.presenceOf(who, state); got != state {
		l.t.Fatalf("%s is told to be %s, want %s", who, got, state)
	}
}

// presenceOf is the state that somebody is told to be in next.
func (l *listening) presenceOf(who, awaited string) string {
	l.t.Helper()
	for {
		m, err := l.events.Next()
		if err != nil {
			l.t.Fatalf("%s was not seen to be %s: %v", who, awaited, err)
		}
		var told struct {
			User  struct{ ID string }
			State string
		}
		if m.Name == "presence" && json.Unmarshal([]byte(m.Data), &told) == nil && told.User.ID == who {
			return told.State
		}
	}
}

// id is the member's.
func (m *member) id(p *process) string {
	m.t.Helper()
	resp, err := m.client.Get(p.url("/me"))
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	var me struct{ ID string }
	if err := json.NewDecoder(resp.Body).Decode(&me); err != nil {
		m.t.Fatal(err)
	}
	return me.ID
}

func TestWhoIsThereIsSeenFromTheOtherServer(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	here, there := c.nodes[0], c.nodes[1]
	ada, grace := newMember(t, here, "Ada"), newMember(t, there, "Grace")
	adasID := ada.id(here)
	watching := grace.listen(there, "/events?format=json")
	watching.seesPresence(grace.id(there), "online")

	stream := ada.listen(here, "/events?format=json")
	watching.seesPresence(adasID, "online")
	ada.presence(here, "away")
	watching.seesPresence(adasID, "away")
	ada.presence(there, "online") // whichever server is asked
	watching.seesPresence(adasID, "online")
	stream.leave()
	watching.seesPresence(adasID, "offline")

	ada.listen(here, "/events?format=json")
	watching.seesPresence(adasID, "online")
	c.redis.kill()
	c.redis.start()
	ada.presence(here, "away")
	watching.seesPresenceNext(adasID, "away")             // and not that she had gone
	watching = grace.listen(there, "/events?format=json") // it has patience of its own
	began := time.Now()
	here.kill()
	watching.seesPresence(adasID, "offline")
	t.Logf("after its server was killed Ada was seen to have gone within %s", time.Since(began))
}

func (m *member) presence(p *process, state string) {
	m.t.Helper()
	resp, err := m.client.PostForm(p.url("/presence"), map[string][]string{"state": {state}})
	if err != nil {
		m.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != 204 {
		m.t.Fatalf("POST /presence answers %d", resp.StatusCode)
	}
}
