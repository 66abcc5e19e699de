package sse

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Formats is one event in several formats. The one under "" is for streams of any other format.
type Formats map[string]Event

// Broadcast sends an ephemeral event to the key's streams on every server. It has no id: whoever is not
// there, or has fallen behind, never hears of it. It never overtakes durable events already queued.
// An error means that the other servers may not have heard; this one has.
func (e *Engine) Broadcast(ctx context.Context, key StreamKey, event Event) error {
	return e.BroadcastAs(ctx, key, Formats{"": event})
}

// BroadcastAs is Broadcast with an event for each format.
func (e *Engine) BroadcastAs(ctx context.Context, key StreamKey, formats Formats) error {
	if err := e.DeliverAs(key, formats); err != nil {
		return err
	}
	m := message{Kind: messageEvent, Key: key, Events: map[string]wireEvent{}}
	for format, event := range formats {
		data, err := text(event.Data)
		if err != nil {
			return fmt.Errorf("sse: encode data: %w", err)
		}
		m.Events[format] = wireEvent{Name: event.Name, Retry: event.Retry, Data: data}
	}
	return e.publish(ctx, m)
}

// Deliver is Broadcast on this server only.
func (e *Engine) Deliver(key StreamKey, event Event) error {
	return e.DeliverAs(key, Formats{"": event})
}

// DeliverAs is BroadcastAs on this server only.
func (e *Engine) DeliverAs(key StreamKey, formats Formats) error {
	if e.cfg.Fresh != nil && !e.cfg.Fresh() {
		return nil
	}
	frames := make(map[string][]byte, len(formats))
	for format, event := range formats {
		event.ID = ""
		b, err := event.Encode()
		if err != nil {
			return err
		}
		frames[format] = b
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, s := range e.audience[key].all() {
		frame, ok := frames[s.format]
		if !ok {
			frame, ok = frames[""]
		}
		if ok {
			s.pushFrame(key, frame)
		}
	}
	return nil
}

// Close ends the key's streams on every server: they are told bye with the reason (ByeSignedOut, …).
func (e *Engine) Close(ctx context.Context, key StreamKey, reason string) error {
	e.closeHere(key, reason)
	return e.publish(ctx, message{Kind: messageClose, Key: key, Reason: reason})
}

func (e *Engine) closeHere(key StreamKey, reason string) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	e.end(End{Key: key, Reason: reason})
}

// message is what engines tell each other over the bus. What it means is in Kind, never in the data of
// an event.
type message struct {
	Kind   string               `json:"kind"`
	From   string               `json:"from"` // the engine that published it: it has done it already
	Key    StreamKey            `json:"key"`
	Events map[string]wireEvent `json:"events,omitempty"`
	Reason string               `json:"reason,omitempty"`
}

const (
	messageEvent = "event"
	messageClose = "close"
)

type wireEvent struct {
	Name  string        `json:"name,omitempty"`
	Retry time.Duration `json:"retry,omitempty"`
	Data  []byte        `json:"data,omitempty"`
}

func (e *Engine) publish(ctx context.Context, m message) error {
	m.From = e.id
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("sse: encode message: %w", err)
	}
	return e.cfg.Bus.Publish(ctx, liveChannel, payload)
}

func (e *Engine) listen(ctx context.Context) error {
	return e.cfg.Bus.Subscribe(ctx, liveChannel, func(payload []byte) {
		var m message
		if err := json.Unmarshal(payload, &m); err != nil {
			e.cfg.Log.Warn("a message on the bus cannot be read", "err", err)
			return
		}
		if m.From == e.id {
			return
		}
		switch m.Kind {
		case messageClose:
			e.closeHere(m.Key, m.Reason)
		case messageEvent:
			formats := Formats{}
			for format, event := range m.Events {
				formats[format] = Event{Name: event.Name, Retry: event.Retry, Data: event.Data}
			}
			if err := e.DeliverAs(m.Key, formats); err != nil {
				e.cfg.Log.Warn("an event from the bus cannot be sent", "err", err)
			}
		default:
			e.cfg.Log.Debug("a message on the bus is of an unknown kind", "kind", m.Kind)
		}
	})
}
