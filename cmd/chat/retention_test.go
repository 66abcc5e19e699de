package main

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"example.com/chat/internal/sse"
)

func TestACursorOlderThanTheRetentionIsAReset(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "CHAT_LOG_RETENTION=1s")
	ada := newMember(t, p, "Ada")
	cursor := ada.cursor(p)
	ada.say(p, "long ago")
	await(t, "the cursor is too old", func() bool {
		first := ada.firstEvent(p, cursor)
		if first != "message" && first != "reset" {
			t.Fatalf("the first event is %q", first)
		}
		return first == "reset"
	})
}

// cursor is that of the list of rooms.
func (m *member) cursor(p *process) string {
	m.t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.url("/rooms"), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	var list struct{ Cursor string }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil || list.Cursor == "" {
		m.t.Fatalf("the list of rooms has the cursor %q, %v", list.Cursor, err)
	}
	return list.Cursor
}

// firstEvent is the name of what a stream says first.
func (m *member) firstEvent(p *process, cursor string) string {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url("/events?format=json&cursor="+cursor), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	resp, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	event, _ := sse.NewDecoder(resp.Body).Next()
	return event.Name
}
