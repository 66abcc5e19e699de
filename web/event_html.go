package web

import (
	"bytes"
	"context"
	"fmt"

	"github.com/a-h/templ"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
	"example.com/chat/web/view"
)

// eventHTML is the data of a durable event for pages: one Turbo Stream action.
func eventHTML(e chat.Event) (string, error) {
	if m := e.Told.Message; m != nil && e.Kind != chat.Reacted {
		return fragment(messageStream(e.RoomRev, *m))
	}
	member := view.MemberChange{Room: e.Told.Room, Move: e.Move()}
	switch e.Kind {
	case chat.UserJoined:
		return fragment(view.StreamJoined(member))
	case chat.UserLeft:
		return fragment(view.StreamLeft(member))
	case chat.RoomCreated, chat.RoomRenamed, chat.RoomArchived:
		return fragment(view.StreamRoom(view.RoomChange{RoomRev: e.RoomRev, Room: e.Told.Room}))
	case chat.ReadMoved:
		return fragment(view.StreamRead(view.ReadChange{Room: e.Ref.Room, Seq: e.Ref.Seq, Unread: e.Ref.Unread}))
	case chat.Seen:
		return fragment(view.StreamSeen(view.SeenChange{Room: e.RoomID, RoomRev: e.RoomRev, User: e.UserID, Seq: e.Told.Member.SeenSeq}))
	case chat.Reacted:
		return fragment(view.StreamReactions(reactionChange(e.RoomRev, *e.Told.Message)))
	case chat.UserChanged:
		return fragment(view.StreamPerson(view.PersonChange{Room: e.RoomID, RoomRev: e.RoomRev, User: e.Told.Subject}))
	case chat.LevelChanged:
		return fragment(view.StreamLevel(view.LevelChange{Room: e.Told.Room, Level: e.Told.Member.Level, MutedUntil: e.Told.Member.MutedUntil}))
	case chat.SessionBegun, chat.SessionRevoked:
		return fragment(view.StreamSession())
	case chat.InvitationChanged:
		return fragment(view.StreamInvitation())
	case chat.BlockChanged:
		return fragment(view.StreamBlock(view.BlockChange{User: e.Told.Subject}))
	case chat.Notified, chat.NotifiedRead:
		return fragment(view.StreamNotification(view.NotificationChange{
			Unread: e.Ref.Unread, Quiet: e.Ref.Quiet, ID: e.Ref.Notification, Notification: e.Told.Notification,
		}))
	}
	return "", fmt.Errorf("an event of kind %s has no HTML", e.Kind)
}

func reactionChange(rev int64, m chat.Message) view.ReactionChange {
	return view.ReactionChange{RoomRev: rev, Message: m.ID, Reactions: m.Reactions}
}

// messageStream is what a page is told of a message as it is now.
func messageStream(rev int64, m chat.Message) templ.Component {
	change := view.MessageChange{RoomRev: rev, Message: m}
	if m.Deleted() {
		return view.StreamRemoval(change)
	}
	return view.StreamMessage(change)
}

func resetHTML(c sse.Control) string {
	return mustFragment(view.StreamReset(view.Missed{Reason: chat.Reset(c.Reset), Count: c.Missed, Mentions: c.Mentions}))
}

func staleHTML(room chat.RoomID) string {
	return mustFragment(view.StreamStale(view.StaleRoom{Room: room}))
}

func typingHTML(room chat.RoomID, who chat.Person) string {
	return mustFragment(view.StreamTyping(view.Typing{Room: room, User: who}))
}

func fragment(c templ.Component) (string, error) {
	var b bytes.Buffer
	err := c.Render(context.Background(), &b)
	return b.String(), err
}

// mustFragment is for components that cannot fail: a few words in attributes.
func mustFragment(c templ.Component) string {
	html, err := fragment(c)
	if err != nil {
		panic("a fragment of plain text: " + err.Error())
	}
	return html
}
