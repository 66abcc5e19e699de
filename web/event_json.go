package web

import (
	"encoding/json"
	"time"

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

	Name       string         `json:"name,omitempty"` // room
	Private    *bool          `json:"private,omitempty"`
	Archived   *bool          `json:"archived,omitempty"`
	Seq        int64          `json:"seq,omitempty"`    // read, seen: up to which message; user_joined and user_left: after which
	At         *time.Time     `json:"at,omitempty"`     // user_joined, user_left
	Unread     *int           `json:"unread,omitempty"` // read: messages that are not; notification: how many are not
	Emoji      string         `json:"emoji,omitempty"`  // reaction
	Count      *int           `json:"count,omitempty"`  // reaction: how many people, who are Users
	Users      []*jsonPerson  `json:"users,omitzero"`
	Of         chat.MessageID `json:"message_id,omitempty"` // reaction: under which message
	State      string         `json:"state,omitempty"`      // presence; session: begun or ended
	Status     string         `json:"status,omitempty"`     // user, user_joined
	Avatar     chat.AvatarID  `json:"avatar,omitempty"`     // user, user_joined
	Role       chat.Role      `json:"role,omitempty"`       // user, user_joined
	Level      chat.Level     `json:"level,omitempty"`
	MutedUntil *time.Time     `json:"muted_until,omitempty"` // level

	Session    chat.SessionID    `json:"session,omitempty"`    // session
	Invitation chat.InvitationID `json:"invitation,omitempty"` // invitation
	Left       *int              `json:"left,omitempty"`       // invitation: for how many it is, 0 if for nobody any more

	Notification *jsonNotification   `json:"notification,omitempty"` // absent if several were read
	Withdrawn    chat.NotificationID `json:"withdrawn,omitempty"`    // notification: which one is gone
	Quiet        bool                `json:"quiet,omitempty"`        // notification: not to disturb by
	Reason       string              `json:"reason,omitempty"`       // reset
	Missed       *int                `json:"missed,omitempty"`       // reset: messages; 0 if unknown
	Mentions     *int                `json:"mentions,omitempty"`     // reset: those of them that mention the reader; 0 if unknown
}

// eventJSON is the data of a durable event for programs.
func eventJSON(name string, e chat.Event) jsonEvent {
	j := jsonEvent{Kind: name, Room: e.RoomID, RoomRev: e.RoomRev}
	if e.ActorID != "" && e.Kind != chat.ReadMoved {
		j.Actor = personJSON(e.Told.Actor)
	}
	if e.Told.Message != nil && e.Kind != chat.Reacted {
		j.Message = new(messageJSON(*e.Told.Message))
	}
	switch e.Kind {
	case chat.UserJoined:
		j.meet(e.Told.User)
		j.Seq, j.At = e.Ref.Seq, instant(e.At)
	case chat.UserLeft:
		j.User, j.Seq, j.At = personJSON(e.Told.User), e.Ref.Seq, instant(e.At)
	case chat.RoomCreated, chat.RoomRenamed, chat.RoomArchived:
		r := e.Told.Room
		j.Name, j.Private, j.Archived = r.Name, new(r.Private), new(r.Archived())
	case chat.ReadMoved:
		j.Room, j.RoomRev, j.Seq, j.Unread = e.Ref.Room, e.Ref.RoomRev, e.Ref.Seq, new(e.Ref.Unread)
	case chat.Seen:
		j.User, j.Seq = personJSON(e.Told.User), e.Told.Member.SeenSeq
	case chat.Reacted:
		r := reactionJSON(e.Told.Message.Reaction(e.Ref.Emoji))
		j.Of, j.Emoji, j.Count, j.Users = e.MessageID, r.Emoji, new(r.Count), r.Users
	case chat.UserChanged:
		j.meet(e.Told.Subject)
	case chat.SessionBegun, chat.SessionRevoked:
		j.Session, j.State = e.Ref.Session, "begun"
		if e.Kind == chat.SessionRevoked {
			j.State = "ended"
		}
	case chat.InvitationChanged:
		j.Invitation, j.Left = e.Ref.Invitation, new(e.Ref.Left)
	case chat.BlockChanged:
		j.User = personJSON(e.Told.Subject)
	case chat.LevelChanged:
		j.Room, j.Level, j.MutedUntil = e.Ref.Room, e.Told.Member.Unmuted(e.Told.Room), instant(e.Told.Member.MutedUntil)
	case chat.Notified, chat.NotifiedRead:
		j.Unread, j.Quiet = new(e.Ref.Unread), e.Ref.Quiet
		if n := e.Told.Notification; n != nil {
			j.Notification = new(notificationJSON(*n))
		} else {
			j.Withdrawn = e.Ref.Notification
		}
	}
	return j
}

// meet tells how somebody is called and looks: those to whom it is told may not know them.
func (j *jsonEvent) meet(p chat.Person) {
	j.User, j.Status, j.Avatar, j.Role = personJSON(p), p.Status, p.Avatar, p.Role
}

// resetData is the data of the event reset.
func resetData(format string, c sse.Control) any {
	if format == formatJSON {
		return jsonEvent{Kind: "reset", Reason: c.Reset, Missed: new(c.Missed), Mentions: new(c.Mentions)}
	}
	return resetHTML(c)
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
