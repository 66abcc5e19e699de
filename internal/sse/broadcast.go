package sse

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Formats is one event in several formats. The one under "" is for streams of any other format.
type Formats map[string]Event

// Broadcast sends an ephemeral event to the key's streams on every server: whoever is not there, or has
// fallen behind, never hears of it. It never overtakes durable events already queued. An id goes to
// detached streams only; on others it would take the place of the reader's cursor. An error means that the
// other servers may not have heard; this one has.
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
		m.Events[format] = wireEvent{ID: event.ID, Name: event.Name, Retry: event.Retry, Data: data}
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
	f, err := newFlash(key, formats)
	if err != nil {
		return err
	}
	e.recent.add(f.seen())
	e.push(f)
	return nil
}

func (e *Engine) push(f *flash) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, s := range e.audience[f.key].all() {
		s.pushFlash(f)
	}
}

// Close ends the key's streams on every server: they are told bye with the reason (ByeSignedOut, …), or,
// after what is still queued for them, that it is Over.
func (e *Engine) Close(ctx context.Context, key StreamKey, reason string) error {
	e.closeHere(key, reason)
	return e.publish(ctx, message{Kind: messageClose, Key: key, Reason: reason})
}

func (e *Engine) closeHere(key StreamKey, reason string) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	e.end(End{Key: key, Reason: reason})
}

// Grant gives the streams of an owner a key, or takes it from them, on every server, from now on. It is for
// keys that only ephemeral events are sent to: where the key comes with a durable change, let that change's
// entry grant it (Entry.Grants), at its exact position. A stream can be lent 100 keys; more are not given.
func (e *Engine) Grant(ctx context.Context, g Grant) error {
	e.grantHere(g)
	return e.publish(ctx, message{Kind: messageGrant, Key: g.Key, Owner: g.Owner, Revoke: g.Revoke})
}

func (e *Engine) grantHere(g Grant) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.audience[g.Owner].all() {
		if s.lend(g) {
			e.resubscribe(s, g)
		}
	}
}

// message is what engines tell each other over the bus. What it means is in Kind, never in the data of
// an event.
type message struct {
	Kind   string               `json:"kind"`
	From   string               `json:"from"` // the engine that published it: it has done it already
	Key    StreamKey            `json:"key"`
	Events map[string]wireEvent `json:"events,omitempty"`
	Reason string               `json:"reason,omitempty"`
	Owner  StreamKey            `json:"owner,omitempty"`
	Revoke bool                 `json:"revoke,omitempty"`
}

const (
	messageEvent  = "event"
	messageClose  = "close"
	messageGrant  = "grant"
	messageAsk    = "ask"
	messageReport = "report"
)

type wireEvent struct {
	ID    string        `json:"id,omitempty"`
	Name  string        `json:"name,omitempty"`
	Retry time.Duration `json:"retry,omitempty"`
	Data  []byte        `json:"data,omitempty"`
}

func (w wireEvent) event() Event { return Event{ID: w.ID, Name: w.Name, Retry: w.Retry, Data: w.Data} }

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
		case messageGrant:
			e.grantHere(Grant{Owner: m.Owner, Key: m.Key, Revoke: m.Revoke})
		case messageAsk:
			go e.report(ctx, m.Key) // it takes its time, and there is one a second at most
		case messageReport:
			e.deliverReport(m.Key, m.Events[""])
		case messageEvent:
			formats := Formats{}
			for format, event := range m.Events {
				formats[format] = event.event()
			}
			if err := e.DeliverAs(m.Key, formats); err != nil {
				e.cfg.Log.Warn("an event from the bus cannot be sent", "err", err)
			}
		default:
			e.cfg.Log.Debug("a message on the bus is of an unknown kind", "kind", m.Kind)
		}
	})
}
