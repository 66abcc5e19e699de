package sse

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAnEventIsWrittenAsTheStandardReadsIt(t *testing.T) {
	for _, c := range []struct {
		name  string
		event Event
		want  string
	}{
		{"all fields", Event{ID: "1", Name: "message", Retry: 1500 * time.Millisecond, Data: "hi"}, "id: 1\nevent: message\nretry: 1500\ndata: hi\n\n"},
		{"no data is one empty line, or a reader would ignore the event", Event{Name: "ping"}, "event: ping\ndata: \n\n"},
		{"an empty id is never written, it would reset the reader's cursor", Event{Data: "x"}, "data: x\n\n"},
		{"line breaks of all kinds become lines", Event{Data: "a\nb\r\nc\rd"}, "data: a\ndata: b\ndata: c\ndata: d\n\n"},
		{"line breaks at the ends are kept", Event{Data: "\na\r\n\r"}, "data: \ndata: a\ndata: \ndata: \n\n"},
		{"a leading space is data", Event{Data: " x"}, "data:  x\n\n"},
		{"bytes are taken as they are", Event{Data: []byte(`{"a":1}`)}, "data: {\"a\":1}\n\n"},
		{"anything else is JSON", Event{Data: map[string]int{"n": 1}}, "data: {\"n\":1}\n\n"},
		{"data cannot add fields", Event{Data: "x\n\nevent: reset\nid: 0"}, "data: x\ndata: \ndata: event: reset\ndata: id: 0\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.event.Encode()
			if err != nil || string(got) != c.want {
				t.Fatalf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestAnEventThatCouldBeMisreadIsRefused(t *testing.T) {
	for _, c := range []struct {
		event Event
		want  error
	}{
		{Event{ID: "1\ndata: x"}, ErrID},
		{Event{ID: "1\r"}, ErrID},
		{Event{ID: "1\x00"}, ErrID},
		{Event{Name: "a\nb"}, ErrName},
		{Event{Name: "a\rb"}, ErrName},
		{Event{Retry: -time.Second}, ErrRetry},
	} {
		if got, err := c.event.Encode(); !errors.Is(err, c.want) {
			t.Errorf("%+v: got %q, %v; want %v", c.event, got, err, c.want)
		}
	}
	if _, err := (Event{Data: func() {}}).Encode(); err == nil {
		t.Error("data that has no JSON was encoded")
	}
}

func TestDifferentPartsNeverMakeTheSameKey(t *testing.T) {
	keys := map[StreamKey][]any{}
	for _, parts := range [][]any{
		{"a", "b:c"}, {"a:b", "c"}, {"a", "b", "c"}, {"a%3Ab", "c"}, {"a%", "3Ab", "c"}, {"a", "b%3Ac"}, {"", "a"}, {"a", ""}, {"a"},
	} {
		k := Key(parts...)
		if other, taken := keys[k]; taken {
			t.Errorf("%q and %q have the same key %q", parts, other, k)
		}
		keys[k] = parts
		if got := strings.Join(k.Parts(), "|"); len(k.Parts()) != len(parts) || got != join(parts) {
			t.Errorf("the parts of %q come back as %q", parts, k.Parts())
		}
	}
	if Key("room", 7) != Key("room", "7") {
		t.Error("a number and its text must be the same part")
	}
}

func join(parts []any) string {
	var s []string
	for _, p := range parts {
		s = append(s, p.(string))
	}
	return strings.Join(s, "|")
}
