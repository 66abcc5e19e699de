package chat

import "time"

// General is the id of the room everybody joins when signing up. It is made by the migrations.
const General RoomID = "general"

// Room is a place to talk.
type Room struct {
	ID         RoomID    `json:"id"`
	Name       string    `json:"name"` // "" of a direct room: it is called by those in it
	Private    bool      `json:"private"`
	Direct     bool      `json:"direct,omitempty"` // a conversation between people: nobody joins or leaves it
	CreatorID  UserID    `json:"creator_id"`       // "" for General
	CreatedAt  time.Time `json:"created_at"`
	ArchivedAt time.Time `json:"archived_at"` // zero: in use
	Rev        int64     `json:"rev"`         // number of its newest event
	Seq        int64     `json:"seq"`         // number of its newest message
}

// Archived says whether the room is closed to new messages.
func (r Room) Archived() bool { return !r.ArchivedAt.IsZero() }

// MemberKey names a membership.
type MemberKey struct {
	RoomID RoomID
	UserID UserID
}

// Member is a user's membership of a room.
type Member struct {
	RoomID   RoomID
	UserID   UserID
	JoinedID int64 // id of the event of the join: streams carry the room's events from here on
	ReadSeq  int64 // messages up to this number have been read
	JoinedAt time.Time

	Level      Level
	MutedUntil time.Time // no notifications until then

	SeenSeq int64 // up to this number others see that messages have been read; 0: they see nothing
}

// Level says what somebody is notified of in a room.
type Level string

// The levels. The zero one is Mentions in rooms and Everything in direct ones.
const (
	LevelDefault    Level = ""
	LevelEverything Level = "everything"
	LevelMentions   Level = "mentions"
	LevelNothing    Level = "nothing"
)

// WatchersMost is how many members of a room can be notified of everything: each message there costs that many
// notifications. (In direct rooms everybody is.)
const WatchersMost = 100

// Notified is the level that holds.
func (m Member) Notified(r Room, now time.Time) Level {
	if now.Before(m.MutedUntil) {
		return LevelNothing
	}
	return m.Unmuted(r)
}

// Unmuted is the level that holds while the room is not muted.
func (m Member) Unmuted(r Room) Level {
	switch {
	case m.Level != LevelDefault:
		return m.Level
	case r.Direct:
		return LevelEverything
	}
	return LevelMentions
}

// Key names the membership.
func (m Member) Key() MemberKey { return MemberKey{m.RoomID, m.UserID} }
