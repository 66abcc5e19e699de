package chat

import "time"

// MaxBody is the longest message, in characters (runes).
const MaxBody = 8000

// Message is what somebody said in a room.
type Message struct {
	ID        MessageID `json:"id"`
	RoomID    RoomID    `json:"room_id"`
	Author    Person    `json:"author"` // the stores keep the id and join the rest
	Seq       int64     `json:"seq"`    // dense per room, from 1: the order of messages; none is ever removed
	RoomRev   int64     `json:"room_rev"`
	Body      string    `json:"body"` // "" once deleted: the stores keep no trace of it
	CreatedAt time.Time `json:"created_at"`
	EditedAt  time.Time `json:"edited_at"`  // zero: never
	DeletedAt time.Time `json:"deleted_at"` // zero: not
	PostedID  int64     `json:"posted_id"`  // the event that made it
	ChangedID int64     `json:"changed_id"` // the newest event that changed it (posted, edited, deleted)

	ReplyTo   MessageID  `json:"reply_to,omitempty"`  // of the same room; it may be deleted by now
	Mentions  []UserID   `json:"mentions,omitempty"`  // whom its text names, sorted
	Called    []string   `json:"called,omitempty"`    // what its text calls each of them; nil in messages from before this was kept
	Everybody bool       `json:"everybody,omitempty"` // its text names the whole room
	Reactions []Reaction `json:"reactions,omitempty"` // in the order in which they began
}

// Reaction is an emoji under a message with those who put it there, in that order.
type Reaction struct {
	Emoji  string   `json:"emoji"`
	People []Person `json:"people"`
}

// ReactionKey names one person's reaction.
type ReactionKey struct {
	MessageID MessageID
	Emoji     string
	UserID    UserID
}

// Reaction is the message's reaction with this emoji; the zero Reaction's People are nobody.
func (m Message) Reaction(emoji string) Reaction {
	for _, r := range m.Reactions {
		if r.Emoji == emoji {
			return r
		}
	}
	return Reaction{Emoji: emoji}
}

// Deleted says whether the message was taken back.
func (m Message) Deleted() bool { return !m.DeletedAt.IsZero() }
