package chat

import "time"

// NotificationID is opaque, made by NewID.
type NotificationID string

// NotificationKind says why somebody is notified.
type NotificationKind string

// The kinds of notifications.
const (
	NotifyMention    NotificationKind = "mention"    // by name, or as one of the whole room
	NotifyDirect     NotificationKind = "direct"     // a message in a direct room
	NotifyReply      NotificationKind = "reply"      // to one's own message
	NotifyMessage    NotificationKind = "message"    // any message, in a room whose level is everything
	NotifyInvitation NotificationKind = "invitation" // one was added to a room
	NotifyReaction   NotificationKind = "reaction"   // to one's own message
	NotifyNote       NotificationKind = "note"       // a program has something to say
)

// Notification tells a person of something that concerns them. It holds no copy of a message's text: what
// is taken back is gone from here too.
type Notification struct {
	ID        NotificationID   `json:"id"`
	UserID    UserID           `json:"user_id"`
	Kind      NotificationKind `json:"kind"`
	RoomID    RoomID           `json:"room_id,omitempty"`
	MessageID MessageID        `json:"message_id,omitempty"`
	Seq       int64            `json:"seq,omitempty"`  // of the message: who has read up to here has read this
	Actor     Person           `json:"actor"`          // who did it; the stores keep the id and join the rest
	Text      string           `json:"text,omitempty"` // of a note
	CreatedAt time.Time        `json:"created_at"`
	ReadAt    time.Time        `json:"read_at"`  // zero: not yet
	EventID   int64            `json:"event_id"` // the event that made it: newer ones are larger
}

// Read says whether the notification has been read.
func (n Notification) Read() bool { return !n.ReadAt.IsZero() }

// NotificationFilter chooses among somebody's notifications.
type NotificationFilter string

// The filters of the notification centre.
const (
	AllNotifications   NotificationFilter = ""
	UnreadOnly         NotificationFilter = "unread"
	MentionsOnly       NotificationFilter = "mentions" // mentions and replies
	NotificationsLimit                    = 50
)

// NotificationsKept is how long a notification that was read is kept after that.
const NotificationsKept = 90 * 24 * time.Hour

// NotificationPage is a page of somebody's notifications, the newest first, of one snapshot.
type NotificationPage struct {
	Head          Position
	Notifications []Notification
	Rooms         map[RoomID]Room // that they are about
	Unread        int             // in all
	More          bool            // there are older ones
}
