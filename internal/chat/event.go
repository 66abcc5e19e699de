package chat

import (
	"encoding/json"
	"fmt"
	"time"
)

// Shard is the log this installation writes. Every table key and lock carries it, so that a later
// version can keep several logs side by side; today there is one.
const Shard = 1

// Position is a place in the log: everything up to and including event ID, in the history called
// Epoch. Positions of different epochs cannot be compared, only told apart.
type Position struct {
	Epoch uint32 `json:"epoch"`
	ID    int64  `json:"id"`
}

// String is for logs; a position that leaves the server is a cursor (see Cursors).
func (p Position) String() string { return fmt.Sprintf("%08x/%d", p.Epoch, p.ID) }

// Kind says what an event tells. The names are those of the stream where a page hears of it.
type Kind string

// The kinds of events in the log.
const (
	MessagePosted  Kind = "message"
	MessageEdited  Kind = "message_edited"
	MessageDeleted Kind = "message_deleted"
	RoomCreated    Kind = "room_created"
	RoomRenamed    Kind = "room_renamed"
	RoomArchived   Kind = "room_archived"
	UserJoined     Kind = "user_joined"
	UserLeft       Kind = "user_left"
	ReadMoved      Kind = "read"
	SessionBegun   Kind = "session_begun"
	SessionRevoked Kind = "session_revoked"
	Reacted        Kind = "reaction"
	UserChanged    Kind = "user"               // is new, or looks otherwise, or the account is closed or open again: see tellOf
	UserDisabled   Kind = "user_disabled"      // their streams end
	Seen           Kind = "seen"               // how far others see that somebody has read
	LevelChanged   Kind = "level"              // what one is notified of in a room
	BlockChanged   Kind = "block"              // whom one does not want to hear from
	Notified       Kind = "notification"       // one is new, or was read
	NotifiedRead   Kind = "notifications_read" // several were read, or are gone

	InvitationChanged Kind = "invitation" // was made, used or revoked
)

// Event is one row of the log: something that durably happened. Ids are dense and in commit order.
//
// RoomID and UserID say whom it concerns: the members of the room, that user or all of that audience (see Insiders), or
// both (a join tells the room and the person). What an event only refers to is in Ref. An event never holds a copy of
// a message's text.
type Event struct {
	ID        int64     `json:"id"`
	Epoch     uint32    `json:"epoch"`
	At        time.Time `json:"at"` // the database's clock, under the log lock
	Kind      Kind      `json:"kind"`
	RoomID    RoomID    `json:"room_id,omitempty"`
	UserID    UserID    `json:"user_id,omitempty"`
	MessageID MessageID `json:"message_id,omitempty"`
	ActorID   UserID    `json:"actor_id,omitempty"`
	RoomRev   int64     `json:"room_rev,omitempty"` // dense per room; 0 without a room
	Ref       Ref       `json:"ref"`

	// Told is the state the event refers to as it was when this event was read, or committed. It is
	// joined on reading and not part of the row.
	Told Told `json:"told"`
}

// Position is the event's place in the log.
func (e Event) Position() Position { return Position{e.Epoch, e.ID} }

// Subject is what an event tells the state of: of several events about one subject only the newest needs to
// be told. "" for an event that nothing replaces. A read position has none, though the newest is its state: a
// page is ahead of what it has been told, since it has read on by itself, and that the position was moved back it
// knows only by having heard how far it had come.
func (e Event) Subject() string {
	switch e.Kind {
	case MessagePosted, MessageEdited, MessageDeleted:
		return string(e.MessageID)
	case Reacted:
		return string(e.MessageID) + " " + e.Ref.Emoji
	case UserChanged:
		return "user " + string(e.Ref.User) + " " + string(e.RoomID) + " " + string(e.UserID)
	case Seen:
		return "seen " + string(e.RoomID) + " " + string(e.UserID)
	case LevelChanged:
		return "level " + string(e.Ref.Room) + " " + string(e.UserID)
	case Notified:
		return "notification " + string(e.Ref.Notification)
	case SessionBegun, SessionRevoked:
		return "session " + string(e.Ref.Session)
	case InvitationChanged:
		return "invitation " + string(e.Ref.Invitation)
	}
	return ""
}

// Ref is what an event mentions without concerning it: stored as a small JSON object.
type Ref struct {
	Room    RoomID    `json:"room,omitempty"`    // read: whose read position moved; seen: where
	Seq     int64     `json:"seq,omitempty"`     // read: to which message; user_joined and user_left: after which
	Session SessionID `json:"session,omitempty"` // session_begun, session_revoked: which one
	Emoji   string    `json:"emoji,omitempty"`   // reaction
	User    UserID    `json:"user,omitempty"`    // user: who changed; block: whom

	Notification NotificationID `json:"notification,omitempty"` // notification
	Quiet        bool           `json:"quiet,omitempty"`        // notification: made in a quiet hour of its reader's

	Invitation InvitationID `json:"invitation,omitempty"` // invitation
	Left       int          `json:"left,omitempty"`       // invitation: for how many it is, at this position of the log

	RoomRev int64 `json:"room_rev,omitempty"` // read: of the room, at this position of the log

	// Unread is what was not read yet at this position of the log: of a room's messages (read), or of all
	// notifications (notification, notifications_read).
	Unread int `json:"unread,omitempty"`
}

// JSON is how the stores keep a Ref: "" when empty.
func (r Ref) JSON() string {
	if r == (Ref{}) {
		return ""
	}
	b, _ := json.Marshal(r) // strings and an integer: cannot fail
	return string(b)
}

// ParseRef reads what JSON wrote.
func ParseRef(s string) (r Ref, err error) {
	if s != "" {
		err = json.Unmarshal([]byte(s), &r)
	}
	return r, err
}

// Told is the current state of what an event refers to.
type Told struct {
	Actor   Person   `json:"actor"`             // of ActorID
	User    Person   `json:"user"`              // of UserID; zero for an audience
	Room    Room     `json:"room"`              // of RoomID, or else of Ref.Room; zero without one
	Message *Message `json:"message,omitempty"` // of MessageID; nil without one

	Subject      Person        `json:"subject"`                // of Ref.User
	Member       Member        `json:"member"`                 // of Ref.Room and UserID: read, seen and level
	Notification *Notification `json:"notification,omitempty"` // of Ref.Notification; nil without one, or if it is gone
}

// Move is what a UserJoined or UserLeft tells.
func (e Event) Move() Move {
	return Move{e.Kind, e.Told.User, e.Told.Actor, e.Ref.Seq, e.RoomRev, e.At}
}

// Batch is a run of events with consecutive ids of one epoch, as committed or read together.
type Batch struct {
	Epoch  uint32  `json:"epoch"`
	Events []Event `json:"events"`
}
