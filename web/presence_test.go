package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
)

// tape is all that a stream has said, byte by byte.
type tape struct {
	t    *testing.T
	said *syncBuffer
	stop func()
}

// record opens the person's stream and keeps all of it. It ends with the test, or when it is stopped.
func (p *person) record(path string) *tape {
	p.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s's stream answers %d", p.name, res.StatusCode)
	}
	recorded := &tape{p.t, &syncBuffer{}, stop}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(recorded.said, res.Body)
		_ = res.Body.Close()
	}()
	p.t.Cleanup(func() { stop(); <-done })
	recorded.awaits("event: ping")
	return recorded
}

// awaits waits until the stream has said the text.
func (r *tape) awaits(text string) {
	r.t.Helper()
	r.awaitsAfter(0, text)
}

// awaitsAfter does, of what it says after so many bytes.
func (r *tape) awaitsAfter(bytes int, text string) {
	r.t.Helper()
	deadline := time.After(10 * time.Second)
	for tick := time.Tick(2 * time.Millisecond); !strings.Contains(r.said.String()[bytes:], text); {
		select {
		case <-tick:
		case <-deadline:
			r.t.Fatalf("in 10 s the stream did not say %q, but:\n%s", text, r.said.String()[bytes:])
		}
	}
}

// presenceData is what a program's stream says of somebody.
func presenceData(p *person, state presence.State) string {
	return `{"kind":"presence","user":{"id":"` + string(p.id) + `"},"state":"` + string(state) + `"}`
}

func TestPeopleSeeEachOtherComeAndGo(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	program, page := ada.record(stream), ada.record("/events")
	hers := grace.record(stream)
	program.awaits(presenceData(grace, presence.Online))
	page.awaits(string(grace.id))
	ada.call("GET", "/presence", "").want(t, 200, `"`+string(grace.id)+`":"online"`)

	grace.do("POST", "/presence", form("state", "away"), "Content-Type", "application/x-www-form-urlencoded").want(t, 204)
	program.awaits(presenceData(grace, presence.Away))
	ada.call("GET", "/presence", "").want(t, 200, `"`+string(grace.id)+`":"away"`)
	grace.call("POST", "/presence", `{"state":"Online"}`).want(t, 204)

	hers.stop()
	program.awaits(presenceData(grace, presence.Offline))
	ada.call("GET", "/presence", "").want(t, 200).lacks(t, string(grace.id))
	if strings.Contains(program.said.String(), "Grace") {
		t.Error("presence tells more than an id")
	}
	grace.call("POST", "/presence", `{"state":"asleep"}`).fails(t, 422, chat.Invalid, "state")
	grace.call("POST", "/presence", ``).fails(t, 422, chat.Invalid, "state")
}

func TestPresenceHasNoIDAndIsNotReplayed(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	program := ada.record(stream)
	grace.record(stream)
	program.awaits(presenceData(grace, presence.Online))
	for _, block := range strings.Split(program.said.String(), "\n\n") {
		if strings.Contains(block, "event: presence") && strings.Contains(block, "id:") {
			t.Errorf("came %q", block)
		}
	}
}

// A program that listens is nobody who is there.
func TestAProgramIsNotPresent(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	var token jsonToken
	grace.call("POST", "/settings/tokens", `{"label":"bot"}`).want(t, 201).json(t, &token)
	program := ada.record(stream)
	bot := s.stranger().listen(stream, "Authorization", "Bearer "+token.Token)
	bot.expect("ping")
	grace.says(chat.General, "hello")
	program.awaits("hello")
	bot.expect("message")
	ada.call("GET", "/presence", "").want(t, 200).lacks(t, string(grace.id))
}

// Somebody who shares no room is not told, and cannot ask.
func TestPresenceIsToldToThoseWhoShareARoom(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	lobby := ada.room("Lobby", true)
	guest := s.comesByInvitation(ada, "Gast", chat.Guest, lobby)
	grace := s.comesByInvitation(ada, "Grace", chat.Ordinary, "")
	shares, outside := ada.record(stream), grace.record(stream)
	guest.record(stream)
	shares.awaits(presenceData(guest, presence.Online))
	shares.awaits(presenceData(grace, presence.Online))
	grace.call("GET", "/presence", "").want(t, 200, string(ada.id)).lacks(t, string(guest.id))
	guest.call("GET", "/presence", "").want(t, 200, string(ada.id)).lacks(t, string(grace.id))
	ada.says(chat.General, "so much for that")
	outside.awaits("so much for that")
	if strings.Contains(outside.said.String(), string(guest.id)) {
		t.Errorf("Grace, who shares no room with the guest, is told:\n%s", outside.said)
	}
}
