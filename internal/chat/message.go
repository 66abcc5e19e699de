package chat

import "time"

// MaxBody is the longest message, in characters (runes).
const MaxBody = 8000

// Message is what somebody said in a room.
type Message struct {
	ID        MessageID `json:"id"`
	RoomID    RoomID    `json:"room_id"`
	Author    Person    `json:"author"` // the stores keep the id and join the rest
	Seq       int64     `json:"seq"`    // dense per room: the order of messages
	RoomRev   int64     `json:"room_rev"`
	Body      string    `json:"body"` // "" once deleted: the stores keep no trace of it
	CreatedAt time.Time `json:"created_at"`
	EditedAt  time.Time `json:"edited_at"`  // zero: never
	DeletedAt time.Time `json:"deleted_at"` // zero: not
	PostedID  int64     `json:"posted_id"`  // the event that made it
	ChangedID int64     `json:"changed_id"` // the newest event that changed it (posted, edited, deleted)
}

// Deleted says whether the message was taken back.
func (m Message) Deleted() bool { return !m.DeletedAt.IsZero() }
