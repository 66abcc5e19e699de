package patterns

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"example.com/chat/internal/sse"
)

// shared is the stream that everybody who opens it shares, on every server.
var shared = sse.Key("demo", "stream")

// stream answers with whatever is broadcast to the stream, until somebody closes it.
func (g *Gallery) stream(v Visit) error {
	stream, err := v.Open(shared)
	if err != nil {
		return err
	}
	return stream.Serve(v.Writer, v.Request)
}

// broadcast is POST /patterns/stream.
func (g *Gallery) broadcast(ctx context.Context, in Input) error {
	event, err := in.event()
	if err != nil {
		return err
	}
	return g.Engine.Broadcast(ctx, shared, event)
}

// closeStream is POST /patterns/stream/close.
func (g *Gallery) closeStream(ctx context.Context, _ Input) error {
	return g.Engine.Close(ctx, shared, sse.Over)
}

// event is an event with any of the fields that one can have.
func (in Input) event() (sse.Event, error) {
	data, err := in.text("data", false)
	if err != nil {
		return sse.Event{}, err
	}
	if _, ok := in.Fields["data"]; !ok {
		return sse.Event{}, invalid("data", "An event has data, which may be empty.")
	}
	event := sse.Event{ID: in.Fields["id"], Name: in.Fields["event"], Data: data}
	if slices.Contains([]string{"ping", "end", "bye", "reset"}, event.Name) {
		return sse.Event{}, invalid("event", "This name is the server's own: a page would take it for what it is not.")
	}
	if retry := in.Fields["retry"]; retry != "" {
		ms, err := strconv.Atoi(retry)
		if err != nil || ms < 1 || ms > 60_000 {
			return sse.Event{}, invalid("retry", "This must be a number of milliseconds from 1 to 60000.")
		}
		event.Retry = time.Duration(ms) * time.Millisecond
	}
	switch _, err := event.Encode(); {
	case errors.Is(err, sse.ErrID), len(event.ID) > 100:
		return sse.Event{}, invalid("id", "An id is at most 100 bytes on one line.")
	case errors.Is(err, sse.ErrName), len(event.Name) > 100:
		return sse.Event{}, invalid("event", "A name is at most 100 bytes on one line.")
	}
	return event, nil
}
