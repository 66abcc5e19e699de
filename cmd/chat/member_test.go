package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/sse"
)

// member is a person's program: it posts, and follows the stream of a server.
type member struct {
	t      *testing.T
	client *http.Client

	mu   sync.Mutex
	seen []string // bodies of messages, as they came
}

func newMember(t *testing.T, p *process, name string) *member {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	m := &member{t: t, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if status := m.post(p, "/signup", url.Values{"name": {name}, "password": {"correct horse battery"}}); status != http.StatusSeeOther {
		t.Fatalf("signing up answers %d", status)
	}
	return m
}

func (m *member) post(p *process, path string, form url.Values) int {
	m.t.Helper()
	resp, err := m.client.PostForm(p.url(path), form)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// say posts until it is acknowledged, with one id, as a page does.
func (m *member) say(p *process, body string) {
	m.t.Helper()
	form := url.Values{"body": {body}}
	if status := m.post(p, "/rooms/general/messages", form); status != http.StatusSeeOther {
		m.t.Fatalf("posting %q answers %d", body, status)
	}
}

// newRoom makes a room, a private one if private is "on", and gives its id.
func (m *member) newRoom(p *process, name, private string) string {
	m.t.Helper()
	m.does(p, "/rooms", url.Values{"name": {name}, "private": {private}})
	var list struct{ Rooms []struct{ ID, Name string } }
	m.read(p, "/rooms", &list)
	for _, r := range list.Rooms {
		if r.Name == name {
			return r.ID
		}
	}
	m.t.Fatalf("there is no room called %s", name)
	return ""
}

// follow reads the member's stream on a server until the test ends, coming back with the last id whenever
// it is cut. It returns when the stream is level.
func (m *member) follow(p *process) {
	m.t.Helper()
	level := make(chan struct{})
	var once sync.Once
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	m.t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		last := ""
		for ctx.Err() == nil {
			m.readStream(ctx, p, &last, func() { once.Do(func() { close(level) }) })
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	select {
	case <-level:
	case <-time.After(patience):
		m.t.Fatal("the stream did not open")
	}
}

func (m *member) readStream(ctx context.Context, p *process, last *string, level func()) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url("/events?format=json"), nil)
	if err != nil {
		return
	}
	req.Header.Set("Last-Event-ID", *last)
	resp, err := m.client.Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	for d := sse.NewDecoder(resp.Body); ; {
		event, err := d.Next()
		if err != nil {
			return
		}
		m.take(event.Name, event.Data)
		if event.LastEventID != "" {
			*last = event.LastEventID
		}
		if event.Name == "ping" {
			level()
		}
	}
}

func (m *member) take(name, data string) {
	var event struct{ Message struct{ Body string } }
	if name != "message" || json.Unmarshal([]byte(data), &event) != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = append(m.seen, event.Message.Body)
}

func (m *member) heard() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.seen)
}

// hears waits until the last of the messages has come, and expects to have heard exactly these, in order.
func (m *member) hears(want []string) {
	m.t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(10 * time.Millisecond); len(m.heard()) < len(want); {
		select {
		case <-tick:
		case <-deadline:
			m.t.Fatalf("in %s came %q, want %q", patience, m.heard(), want)
		}
	}
	if got := m.heard(); !slices.Equal(got, want) {
		m.t.Fatalf("came %q, want %q", got, want)
	}
}
