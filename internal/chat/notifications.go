package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Notifications is a page of the viewer's notifications below an event (0: the newest).
func (c *Chat) Notifications(ctx context.Context, viewer UserID, filter NotificationFilter, before int64) (NotificationPage, error) {
	switch filter {
	case AllNotifications, UnreadOnly, MentionsOnly:
		return c.store.Notifications(ctx, viewer, filter, before)
	}
	return NotificationPage{}, invalid("filter", "The filter is unread or mentions.")
}

// ReadNotification marks one of the actor's notifications as read, on all of their devices.
func (c *Chat) ReadNotification(ctx context.Context, actor UserID, id NotificationID) error {
	return c.writer.Do(ctx, &readNotification{actor: actor, id: id})
}

// ReadNotifications marks all of the actor's notifications as read.
func (c *Chat) ReadNotifications(ctx context.Context, actor UserID) error {
	return c.writer.Do(ctx, &readNotifications{actor: actor})
}

// MaxNote is the longest note, in characters (runes).
const MaxNote = 500

// Notify tells somebody, named by id or name, something: a program of an administrator's may tell anybody, one
// of anybody else's themselves.
func (c *Chat) Notify(ctx context.Context, actor UserID, who, text string) error {
	text, err := cleanNote(text)
	if err != nil {
		return err
	}
	u, err := c.person(ctx, actor, who)
	if err != nil {
		return err
	}
	return c.writer.Do(ctx, &note{actor: actor, user: u.ID, text: text})
}

// NotifyFromHere is Notify for whoever operates the installation, and so needs no account.
func (c *Chat) NotifyFromHere(ctx context.Context, who, text string) error {
	text, err := cleanNote(text)
	if err != nil {
		return err
	}
	if !storable(who) {
		return errNobody
	}
	user := UserID(who)
	if u, err := c.account(ctx, who); err == nil {
		user = u.ID
	} else if KindOf(err) != NotFound {
		return err
	}
	return c.writer.Do(ctx, &note{user: user, text: text})
}

func cleanNote(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", invalid("text", "Write something first.")
	case !storable(text):
		return "", invalid("text", "This is not valid text (UTF-8 without NUL).")
	case utf8.RuneCountInString(text) > MaxNote:
		return "", invalid("text", fmt.Sprintf("A note has at most %d characters.", MaxNote))
	}
	return text, nil
}

// distinct sorts the list and drops what is in it twice.
func distinct[T ~string](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
