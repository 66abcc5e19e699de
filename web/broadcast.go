package web

import (
	"context"
	"fmt"
	"slices"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// The formats of a stream: HTML for pages, JSON for programs.
const (
	formatHTML = "html"
	formatJSON = "json"
)

// The names of streams: everything that concerns a user or an audience, a room, a session.
func userKey(id chat.UserID) sse.StreamKey       { return sse.Key("user", id) }
func roomKey(id chat.RoomID) sse.StreamKey       { return sse.Key("room", id) }
func adminKey(id chat.UserID) sse.StreamKey      { return sse.Key("administrator", id) }
func sessionKey(id chat.SessionID) sse.StreamKey { return sse.Key("session", id) }

var audienceKeys = each(chat.Audiences(), userKey)

// Whole says whether a key is an audience's: what concerns it cannot be loaded anew as a room can.
func Whole(key sse.StreamKey) bool { return slices.Contains(audienceKeys, key) }

// Replayer is what streams read when the ring does not reach back far enough: chat.Store.
type Replayer interface {
	Replay(ctx context.Context, q chat.ReplayQuery) (chat.Replay, error)
}

// Broadcast turns the chat's events into what streams are told, the same for live events and for those
// read from the store.
type Broadcast struct {
	store    Replayer
	cursors  *chat.Cursors
	receipts bool
}

// NewBroadcast makes the translator between the chat's log and the engine's streams. receipts: the installation has
// them; if not, nothing is told of when it had.
func NewBroadcast(store Replayer, cursors *chat.Cursors, receipts bool) *Broadcast {
	return &Broadcast{store: store, cursors: cursors, receipts: receipts}
}

// Cursor is the event id of a position.
func (b *Broadcast) Cursor(p sse.Position) string { return b.cursors.Encode(chat.Position(p)) }

// entryOverhead is about what an event holds on to beside a message's text, in bytes.
const entryOverhead = 2 << 10

// Entry is the engine's form of an event: who is told, whose streams change, and how it looks.
func (b *Broadcast) Entry(e chat.Event) *sse.Entry {
	entry := &sse.Entry{
		Position: sse.Position(e.Position()),
		At:       e.At,
		Kind:     string(e.Kind),
		Render: func(format string, whole bool) (sse.Event, error) {
			event, err := render(format, b.told(e, whole), e)
			if event != (sse.Event{}) {
				event.ID = b.cursors.Encode(e.Position())
			}
			return event, err
		},
	}
	if e.RoomID != "" {
		entry.Keys = append(entry.Keys, roomKey(e.RoomID))
	}
	if e.UserID != "" {
		entry.Keys = append(entry.Keys, userKey(e.UserID))
	}
	entry.Size = entryOverhead
	entry.Subject = e.Subject()
	if m := e.Told.Message; m != nil {
		entry.Size += 3 * len(m.Body) // the text, and as HTML and JSON
		if e.Kind != chat.Reacted {
			entry.Since = m.PostedID
		}
	}
	switch e.Kind {
	case chat.UserJoined, chat.UserLeft:
		entry.Grants = []sse.Grant{{Owner: userKey(e.UserID), Key: roomKey(e.RoomID), Revoke: e.Kind == chat.UserLeft}}
	case chat.SessionRevoked:
		entry.Ends = []sse.End{{Key: sessionKey(e.Ref.Session), Reason: sse.ByeSignedOut}}
	case chat.UserDisabled:
		entry.Ends = []sse.End{{Key: userKey(e.UserID), Reason: sse.ByeSignedOut}}
	case chat.UserChanged:
		if e.UserID == e.Ref.User {
			entry.Grants = audienceGrants(e.Told.Subject)
		}
		if e.Told.Subject.Role != chat.Administrator { // who may have been one until now
			entry.Ends = []sse.End{{Key: adminKey(e.Ref.User), Reason: sse.ByeAge}}
		}
	}
	return entry
}

// audienceGrants let somebody's streams tell what those are told who have this role, and nothing else.
func audienceGrants(who chat.Person) (grants []sse.Grant) {
	for _, audience := range chat.Audiences() {
		grants = append(grants, sse.Grant{Owner: userKey(who.ID), Key: userKey(audience), Revoke: !who.Role.BelongsTo(audience)})
	}
	return grants
}

// told is the name under which a stream tells an event. About a message it tells the state: one that
// was taken back since is a removal, and an edited one that the reader has not heard of is new.
func (b *Broadcast) told(e chat.Event, whole bool) string {
	switch m := e.Told.Message; {
	case e.Kind == chat.Reacted && (m == nil || m.Deleted()):
		return "" // the removal tells it
	case e.Kind == chat.Reacted:
		return string(e.Kind)
	case m != nil && m.Deleted():
		return string(chat.MessageDeleted)
	case m != nil && whole:
		return string(chat.MessagePosted)
	}
	switch e.Kind {
	case chat.RoomCreated, chat.RoomRenamed, chat.RoomArchived:
		return "room"
	case chat.NotifiedRead:
		return string(chat.Notified)
	case chat.Seen:
		if !b.receipts {
			return ""
		}
	case chat.SessionBegun, chat.SessionRevoked:
		return "session"
	case chat.UserDisabled:
		return ""
	}
	return string(e.Kind)
}

// render makes the event in a format; the zero event if there is nothing to tell.
func render(format, name string, e chat.Event) (sse.Event, error) {
	if name == "" {
		return sse.Event{}, nil
	}
	if format == formatJSON {
		return sse.Event{Name: name, Data: eventJSON(name, e)}, nil
	}
	html, err := eventHTML(e)
	return sse.Event{Name: name, Data: html}, err
}

// Control is what streams are told when they must load things anew.
func (b *Broadcast) Control(format string, c sse.Control) sse.Event {
	if c.Reset != "" {
		return sse.Event{Name: "reset", Data: resetData(format, c)}
	}
	room := chat.RoomID(c.Stale.Parts()[1])
	return sse.Event{Name: "room_stale", Data: staleData(format, room)}
}

// Replay reads what a stream missed from the store.
func (b *Broadcast) Replay(ctx context.Context, q sse.Query) (sse.Page, error) {
	query := chat.ReplayQuery{
		After: chat.Position(q.After), Until: q.Until,
		User:  chat.UserID(q.Owner.Parts()[1]),
		Limit: q.Limit, PerRoom: q.PerKey, Total: q.Total,
	}
	for key, since := range q.Keys {
		switch parts := key.Parts(); {
		case parts[0] == "room":
			query.Rooms = append(query.Rooms, chat.Membership{RoomID: chat.RoomID(parts[1]), Since: since})
		case Whole(key): // what it told before Since is left out by the engine
			query.Audiences = append(query.Audiences, chat.UserID(parts[1]))
		}
	}
	r, err := b.store.Replay(ctx, query)
	if err != nil {
		return sse.Page{}, fmt.Errorf("replay: %w", err)
	}
	page := sse.Page{
		Upto: sse.Position(r.Upto), Head: sse.Position(r.Head),
		Reset: string(r.Reset), Missed: r.Missed, Mentions: r.Mentions,
	}
	for _, e := range r.Events {
		page.Entries = append(page.Entries, b.Entry(e))
	}
	for _, room := range r.Stale {
		page.Stale = append(page.Stale, roomKey(room))
	}
	return page, nil
}
