package web

import (
	"encoding/json"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// jsonEvent is an event as programs get it. Of message, user and the rest only what the kind tells is set.
type jsonEvent struct {
	Kind    string       `json:"kind"`
	Room    chat.RoomID  `json:"room,omitempty"`
	RoomRev int64        `json:"room_rev,omitempty"`
	Actor   *jsonPerson  `json:"actor,omitempty"`
	Message *jsonMessage `json:"message,omitempty"`
	User    *jsonPerson  `json:"user,omitempty"`

	Name     string `json:"name,omitempty"` // room
	Private  *bool  `json:"private,omitempty"`
	Archived *bool  `json:"archived,omitempty"`
	Seq      int64  `json:"seq,omitempty"`    // read: up to which message
	Reason   string `json:"reason,omitempty"` // reset
	Missed   *int   `json:"missed,omitempty"` // messages; 0 if unknown
}

// eventJSON is the data of a durable event for programs.
func eventJSON(name string, e chat.Event) jsonEvent {
	j := jsonEvent{Kind: name, Room: e.RoomID, RoomRev: e.RoomRev}
	if e.ActorID != "" && e.Kind != chat.ReadMoved {
		j.Actor = personJSON(e.Told.Actor)
	}
	if e.Told.Message != nil {
		m := messageJSON(*e.Told.Message)
		j.Message = &m
	}
	switch e.Kind {
	case chat.UserJoined, chat.UserLeft:
		j.User = personJSON(e.Told.User)
	case chat.RoomCreated, chat.RoomRenamed, chat.RoomArchived:
		r := e.Told.Room
		j.Name, j.Private, j.Archived = r.Name, new(r.Private), new(r.Archived())
	case chat.ReadMoved:
		j.Room, j.Seq = e.Ref.Room, e.Ref.Seq
	}
	return j
}

// resetData is the data of the event reset.
func resetData(format string, c sse.Control) any {
	if format == formatJSON {
		return jsonEvent{Kind: "reset", Reason: c.Reset, Missed: new(c.Missed)}
	}
	return resetHTML(c.Reset, c.Missed)
}

// staleData is the data of the event room_stale.
func staleData(format string, room chat.RoomID) any {
	if format == formatJSON {
		return jsonEvent{Kind: "room_stale", Room: room}
	}
	return staleHTML(room)
}

// typingEvent is the ephemeral event that somebody is typing, in both formats.
func typingEvent(room chat.RoomID, who chat.Person) sse.Formats {
	data, _ := json.Marshal(jsonEvent{Kind: "typing", Room: room, User: personJSON(who)}) // plain data
	return sse.Formats{
		formatJSON: {Name: "typing", Data: data},
		formatHTML: {Name: "typing", Data: typingHTML(room, who)},
	}
}
