package chat

import "time"

// Push is what is to be done so that the browsers of somebody who has a subscription show a notification for as
// long as it is unread. It begins with the notification, in the same transaction, and ends when there is nothing
// left to do: when it was decided that nobody is to be woken, or when what was pushed has been withdrawn.
type Push struct {
	ID        NotificationID
	UserID    UserID
	EventID   int64     // of the notification
	CreatedAt time.Time // likewise
	Taken     bool      // it has been taken before: a browser may be showing it
	Gone      bool      // it was read, or is no more
}

// What bounds pushes: how many of one person's are taken at once, and after how long nothing is withdrawn any more.
const (
	PushesMost = 50
	PushesKept = 7 * 24 * time.Hour
)
