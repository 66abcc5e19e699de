package web

import (
	"time"

	"example.com/chat/internal/chat"
)

// The JSON forms are the contract with programs: answers and the events of ?format=json share them.

type jsonPerson struct {
	ID     chat.UserID   `json:"id"`
	Name   string        `json:"name"`
	Avatar chat.AvatarID `json:"avatar,omitempty"` // of GET /avatars/:id
}

type jsonMember struct {
	ID     chat.UserID   `json:"id"`
	Name   string        `json:"name"`
	Role   chat.Role     `json:"role"`
	Avatar chat.AvatarID `json:"avatar,omitempty"`
	Seen   int64         `json:"seen,omitempty"` // in a direct room: up to which message they let others see that they have read
}

type jsonMessage struct {
	ID        chat.MessageID `json:"id"`
	Room      chat.RoomID    `json:"room"`
	Seq       int64          `json:"seq"`
	RoomRev   int64          `json:"room_rev"`
	Author    *jsonPerson    `json:"author"`
	Body      string         `json:"body"`
	CreatedAt time.Time      `json:"created_at"`
	EditedAt  *time.Time     `json:"edited_at"`
	Deleted   bool           `json:"deleted"`

	ReplyTo   *chat.MessageID `json:"reply_to"`
	Mentions  []chat.UserID   `json:"mentions"`
	Everybody bool            `json:"everybody,omitempty"` // it names the whole room
	Reactions []jsonReaction  `json:"reactions"`
}

type jsonReaction struct {
	Emoji string        `json:"emoji"`
	Count int           `json:"count"`
	Users []*jsonPerson `json:"users"`
}

type jsonNotification struct {
	ID        chat.NotificationID   `json:"id"`
	Kind      chat.NotificationKind `json:"kind"`
	Room      *chat.RoomID          `json:"room"`
	Message   *chat.MessageID       `json:"message"`
	Actor     *jsonPerson           `json:"actor"`
	Text      string                `json:"text,omitempty"` // of a note
	Read      bool                  `json:"read"`
	CreatedAt time.Time             `json:"created_at"`
}

type jsonRoom struct {
	ID       chat.RoomID `json:"id"`
	Name     string      `json:"name"`
	Private  bool        `json:"private"`
	Archived bool        `json:"archived"`
	Joined   bool        `json:"joined"`
	Unread   int         `json:"unread"`

	Direct     bool          `json:"direct"`
	Users      []*jsonPerson `json:"users,omitempty"` // of a direct room
	Mentions   int           `json:"mentions"`        // unread ones, replies and direct messages too
	Level      chat.Level    `json:"level,omitempty"`
	MutedUntil *time.Time    `json:"muted_until,omitempty"`
}

type jsonRoomList struct {
	Rooms  []jsonRoom `json:"rooms"`
	Cursor string     `json:"cursor"`
}

// jsonMove is somebody who joined or left, after the message Seq.
type jsonMove struct {
	Kind    chat.Kind   `json:"kind"`
	User    *jsonPerson `json:"user"`
	Actor   *jsonPerson `json:"actor"`
	Seq     int64       `json:"seq"`
	RoomRev int64       `json:"room_rev"`
	At      time.Time   `json:"at"`
}

type jsonRoomPage struct {
	Room        jsonRoom      `json:"room"`
	Members     []jsonMember  `json:"members"`
	MemberCount int           `json:"member_count"`
	Messages    []jsonMessage `json:"messages"`
	Moves       []jsonMove    `json:"moves"` // who came and went between these
	Older       bool          `json:"older"`
	Newer       bool          `json:"newer"`
	Cursor      string        `json:"cursor"`
}

// jsonReceipt acknowledges a message that was posted, edited or deleted.
type jsonReceipt struct {
	ID      chat.MessageID `json:"id"`
	RoomRev int64          `json:"room_rev"`
}

type jsonSession struct {
	ID        chat.SessionID   `json:"id"`
	Kind      chat.SessionKind `json:"kind"`
	Label     string           `json:"label"`
	Current   bool             `json:"current"`
	CreatedAt time.Time        `json:"created_at"`
	SeenAt    time.Time        `json:"seen_at"`
	ExpiresAt time.Time        `json:"expires_at"`
}

type jsonSettings struct {
	User     jsonMember    `json:"user"`
	Sessions []jsonSession `json:"sessions"`
}

// jsonToken is a token that was just made. The secret is told this once.
type jsonToken struct {
	ID    chat.SessionID `json:"id"`
	Label string         `json:"label"`
	Token string         `json:"token"`
}

// jsonInvitation is an invitation that was just made. The link is told this once.
type jsonInvitation struct {
	ID        chat.InvitationID `json:"id"`
	Link      string            `json:"link"`
	Role      chat.Role         `json:"role"`
	Room      chat.RoomID       `json:"room,omitempty"`
	Uses      int               `json:"uses"`
	ExpiresAt time.Time         `json:"expires_at"`
}

type jsonError struct {
	Error jsonErrorBody `json:"error"`
}

type jsonErrorBody struct {
	Kind    chat.ErrorKind `json:"kind"`
	Field   string         `json:"field"`
	Message string         `json:"message"`
}

func personJSON(p chat.Person) *jsonPerson { return &jsonPerson{p.ID, p.Name, p.Avatar} }

func memberJSON(p chat.Person) jsonMember {
	return jsonMember{ID: p.ID, Name: p.Name, Role: p.Role, Avatar: p.Avatar}
}

func messageJSON(m chat.Message) jsonMessage {
	j := jsonMessage{
		ID:        m.ID,
		Room:      m.RoomID,
		Seq:       m.Seq,
		RoomRev:   m.RoomRev,
		Author:    personJSON(m.Author),
		Body:      m.Body,
		CreatedAt: m.CreatedAt.UTC(),
		Deleted:   m.Deleted(),
		EditedAt:  instant(m.EditedAt),
		ReplyTo:   idOrNull(m.ReplyTo),
		Mentions:  each(m.Mentions, func(u chat.UserID) chat.UserID { return u }),
		Everybody: m.Everybody,
		Reactions: each(m.Reactions, reactionJSON),
	}
	return j
}

func reactionJSON(r chat.Reaction) jsonReaction {
	return jsonReaction{r.Emoji, len(r.People), each(r.People, personJSON)}
}

func moveJSON(m chat.Move) jsonMove {
	return jsonMove{m.Kind, personJSON(m.User), personJSON(m.Actor), m.Seq, m.RoomRev, m.At.UTC()}
}

func notificationJSON(n chat.Notification) jsonNotification {
	j := jsonNotification{n.ID, n.Kind, idOrNull(n.RoomID), idOrNull(n.MessageID), nil, n.Text, n.Read(), n.CreatedAt.UTC()}
	if n.Actor.ID != "" {
		j.Actor = personJSON(n.Actor)
	}
	return j
}

// idOrNull is nil for no id.
func idOrNull[T ~string](id T) *T {
	if id == "" {
		return nil
	}
	return &id
}

// instant is nil for the zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

func roomJSON(line chat.RoomLine) jsonRoom {
	r := line.Room
	j := jsonRoom{
		ID: r.ID, Name: r.Name, Private: r.Private, Archived: r.Archived(), Joined: line.Joined, Unread: line.Unread,
		Direct: r.Direct, Mentions: line.Mentions, MutedUntil: instant(line.MutedUntil),
	}
	if line.Joined {
		j.Level = chat.Member{Level: line.Level}.Unmuted(r)
	}
	if r.Direct {
		j.Users = each(line.People, personJSON)
	}
	return j
}

func roomListJSON(p chat.Page, cursor string) jsonRoomList {
	return jsonRoomList{each(p.Rooms, roomJSON), cursor}
}

func roomPageJSON(p chat.Page, cursor string) jsonRoomPage {
	return jsonRoomPage{
		Room:        roomJSON(roomLine(p)),
		Members:     membersJSON(p),
		MemberCount: p.MemberCount,
		Messages:    each(p.Messages, messageJSON),
		Moves:       each(p.Moves, moveJSON),
		Older:       p.Older,
		Newer:       p.Newer,
		Cursor:      cursor,
	}
}

func membersJSON(p chat.Page) []jsonMember {
	return each(p.Members, func(who chat.Person) jsonMember {
		j := memberJSON(who)
		j.Seen = p.Seen[who.ID]
		return j
	})
}

// roomLine is the page's room as its line in the list.
func roomLine(p chat.Page) chat.RoomLine {
	for _, line := range p.Rooms {
		if line.Room.ID == p.Room.ID {
			return line
		}
	}
	return chat.RoomLine{Room: p.Room, Joined: p.Member != nil}
}

func receiptJSON(m chat.Message) jsonReceipt { return jsonReceipt{m.ID, m.RoomRev} }

func settingsJSON(v visitor, sessions []chat.Session) jsonSettings {
	return jsonSettings{memberJSON(v.Person()), each(sessions, func(s chat.Session) jsonSession {
		return jsonSession{s.ID, s.Kind, s.Label, s.ID == v.session.ID, s.CreatedAt, s.SeenAt, s.ExpiresAt}
	})}
}

func errorJSON(f failure) jsonError {
	return jsonError{jsonErrorBody{f.kind, f.field, f.message}}
}

// each is never nil, so that JSON has [] and not null.
func each[A, B any](list []A, convert func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = convert(a)
	}
	return out
}
