package push

import (
	"net/url"

	"example.com/chat/internal/chat"
)

// call is what a browser is told of a notification: who did what, and never a message's text.
type call struct {
	ID    chat.NotificationID   `json:"id"`
	Kind  chat.NotificationKind `json:"kind"`
	Title string                `json:"title"`
	URL   string                `json:"url"`

	// By these a page that is opened later takes it back.
	Room    chat.RoomID    `json:"room,omitempty"`
	Seq     int64          `json:"seq,omitempty"`
	Message chat.MessageID `json:"message,omitempty"`

	push chat.Push
}

// withdrawal has a browser take calls back.
type withdrawal struct {
	IDs []chat.NotificationID `json:"withdraw"`
}

func newCall(p chat.Push, n chat.Notification, room chat.Room) call {
	return call{
		ID: n.ID, Kind: n.Kind, Title: title(n, room), URL: address(n),
		Room: n.RoomID, Seq: n.Seq, Message: n.MessageID, push: p,
	}
}

// deeds lead to the name of the room, where there is one to be named.
var deeds = map[chat.NotificationKind]string{
	chat.NotifyMention:    " mentioned you",
	chat.NotifyDirect:     " wrote to you",
	chat.NotifyReply:      " answered you",
	chat.NotifyMessage:    " wrote",
	chat.NotifyInvitation: " added you",
	chat.NotifyReaction:   " reacted to a message of yours",
}

func title(n chat.Notification, room chat.Room) string {
	if n.Kind == chat.NotifyNote {
		text := n.Text
		if n.Actor.Name != "" {
			text = n.Actor.Name + ": " + text
		}
		return shorten(text)
	}
	said := n.Actor.Name + deeds[n.Kind]
	switch {
	case room.Direct || room.Name == "":
		return said
	case n.Kind == chat.NotifyInvitation:
		return said + " to " + room.Name
	}
	return said + " in " + room.Name
}

// titleMost is how many characters of a note are pushed: browsers show fewer.
const titleMost = 200

func shorten(text string) string {
	if runes := []rune(text); len(runes) > titleMost {
		return string(runes[:titleMost-1]) + "…"
	}
	return text
}

// address is the page to open.
func address(n chat.Notification) string {
	switch {
	case n.RoomID == "":
		return "/notifications"
	case n.MessageID == "":
		return "/rooms/" + url.PathEscape(string(n.RoomID))
	}
	return "/rooms/" + url.PathEscape(string(n.RoomID)) + "?around=" + string(n.MessageID) + "#message-" + string(n.MessageID)
}
