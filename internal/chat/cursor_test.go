package chat

import (
	"strings"
	"testing"
)

var cursorKey = []byte("0123456789abcdef")

func TestACursorSurvivesTheRoundTrip(t *testing.T) {
	c := NewCursors(cursorKey)
	for _, p := range []Position{{}, {1, 1}, {0xffffffff, 1<<56 - 1}, {7, 1234567890}} {
		s := c.Encode(p)
		if len(s) != 25 || !strings.HasPrefix(s, "c1.") {
			t.Errorf("%v has the cursor %q, want 25 characters after c1.", p, s)
		}
		if got, ok := c.Decode(s); !ok || got != p {
			t.Errorf("%v came back as %v, %v", p, got, ok)
		}
	}
}

func TestACursorOfThePreviousKeyIsStillRead(t *testing.T) {
	old := NewCursors(cursorKey)
	rotated := NewCursors([]byte("another key, now"), cursorKey)
	if got, ok := rotated.Decode(old.Encode(Position{1, 2})); !ok || got != (Position{1, 2}) {
		t.Errorf("got %v, %v", got, ok)
	}
	if _, ok := old.Decode(rotated.Encode(Position{1, 2})); ok {
		t.Error("a cursor of a key that is not known was read")
	}
}

func TestNeighbouringPositionsHaveNothingInCommon(t *testing.T) {
	c := NewCursors(cursorKey)
	a, b := c.Encode(Position{1, 1}), c.Encode(Position{1, 2})
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	if same > 12 { // "c1." and what chance brings
		t.Errorf("%q and %q share %d characters", a, b, same)
	}
}

func FuzzCursor(f *testing.F) {
	c := NewCursors(cursorKey)
	for _, s := range []string{"", "c1.", "c1.AAAAAAAAAAAAAAAAAAAAAA", c.Encode(Position{1, 2}), "c2.x", "0", "c1.\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := c.Decode(s); ok && c.Encode(p) != s {
			t.Errorf("%q was read as %v, which is written %q", s, p, c.Encode(p))
		}
	})
}

func FuzzBatch(f *testing.F) {
	for payload := range EncodeBatch(Batch{Epoch: 1, Events: []Event{{ID: 1, Epoch: 1}, {ID: 2, Epoch: 1}}}) {
		f.Add(payload)
	}
	f.Add([]byte(`{"epoch":1,"events":[{"id":-1}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		b, err := DecodeBatch(payload)
		if err != nil {
			return
		}
		for i, e := range b.Events {
			if e.Epoch != b.Epoch || e.ID != b.Events[0].ID+int64(i) || e.ID <= 0 {
				t.Errorf("%q was read as %+v", payload, b)
			}
		}
	})
}

func TestABatchIsCutForTheBusWithoutLosingAnything(t *testing.T) {
	b := Batch{Epoch: 3}
	for id := range int64(200) {
		b.Events = append(b.Events, Event{ID: id + 1, Epoch: 3, Told: Told{Message: &Message{Body: strings.Repeat("x", 3000)}}})
	}
	next, payloads := int64(1), 0
	for payload := range EncodeBatch(b) {
		payloads++
		if len(payload) > 2*outboxSize {
			t.Errorf("a payload has %d bytes", len(payload))
		}
		part, err := DecodeBatch(payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range part.Events {
			if e.ID != next {
				t.Fatalf("event %d where %d should be", e.ID, next)
			}
			next++
		}
	}
	if next != 201 || payloads < 2 {
		t.Errorf("%d events in %d payloads", next-1, payloads)
	}
}
