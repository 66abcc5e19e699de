package chat_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// chance is a place where five people do things at random.
type chance struct {
	*place
	r        *rand.Rand
	everyone []chat.UserID
	rooms    []chat.RoomID
	messages []chat.MessageID // some were never stored
	seqs     int64            // no room has more messages
}

func newChance(t *testing.T, seed uint64) *chance {
	c := &chance{place: newPlaceWith(t, chat.Config{Receipts: true}), r: rand.New(rand.NewPCG(seed, 0))}
	more := c.settle(chat.General, "Margaret", "Barbara")
	c.everyone = append([]chat.UserID{c.ada, c.grace, c.linus}, more...)
	c.rooms = []chat.RoomID{chat.General, c.ops, c.direct(c.grace, c.linus), c.direct(more[0], c.ada, c.linus)}
	return c
}

func pick[T any](c *chance, list ...T) T { return list[c.r.IntN(len(list))] }

func (c *chance) someone() chat.UserID { return pick(c, c.everyone...) }

// message is a message of old, a recent one more often.
func (c *chance) message() chat.MessageID {
	if c.r.IntN(2) == 0 {
		return pick(c, c.messages[max(0, len(c.messages)-5):]...)
	}
	return pick(c, c.messages...)
}

func (c *chance) text() string {
	return pick(c, "hello", "@Ada", "@Grace and @Linus", "@room", "@Margaret @Barbara @nobody", "hello again") + fmt.Sprint(" ", c.r.IntN(3))
}

// post chooses the id beforehand, so that what comes after it in the same batch may be about it.
func (c *chance) post() func(context.Context) error {
	who, room, d := c.someone(), pick(c, c.rooms...), chat.Draft{ID: string(chat.NewMessageID()), Body: c.text()}
	if len(c.messages) > 0 && c.r.IntN(3) == 0 {
		d.ReplyTo = string(c.message())
	}
	c.messages = append(c.messages, chat.MessageID(d.ID))
	c.seqs++
	return func(ctx context.Context) error { _, _, err := c.Post(ctx, who, room, d); return err }
}

// aboutMessages is something done to a message.
func (c *chance) aboutMessages() func(context.Context) error {
	who, id, body, on := c.someone(), c.message(), c.text(), c.r.IntN(3) > 0
	emoji := pick(c, "👍", "❤️", "🎉")
	switch c.r.IntN(6) {
	case 0:
		return func(ctx context.Context) error { _, err := c.Delete(ctx, who, id); return err }
	case 1, 2:
		return func(ctx context.Context) error { _, err := c.Edit(ctx, who, id, body); return err }
	}
	return func(ctx context.Context) error { _, err := c.React(ctx, who, id, emoji, on); return err }
}

// aboutReading is something that is read, or is not any more.
func (c *chance) aboutReading() func(context.Context) error {
	who, room, id := c.someone(), pick(c, c.rooms...), c.message()
	seq, prefs := c.r.Int64N(c.seqs/3+2)-1, chat.Prefs{Receipts: c.r.IntN(3) > 0}
	switch c.r.IntN(7) {
	case 0:
		return func(ctx context.Context) error { return c.MarkUnread(ctx, who, room, id) }
	case 1:
		return func(ctx context.Context) error { return c.ReadNotifications(ctx, who) }
	case 2:
		centre, err := c.Notifications(c.t.Context(), who, chat.UnreadOnly, 0)
		c.must(err)
		if len(centre.Notifications) == 0 {
			return func(ctx context.Context) error { return c.ReadNotification(ctx, who, "none") }
		}
		n := pick(c, centre.Notifications...)
		return func(ctx context.Context) error { return c.ReadNotification(ctx, who, n.ID) }
	case 3:
		return func(ctx context.Context) error { return c.ChangePrefs(ctx, who, prefs) }
	}
	return func(ctx context.Context) error { return c.MarkRead(ctx, who, room, seq) }
}

// aboutRooms is something done to somebody's memberships.
func (c *chance) aboutRooms() func(context.Context) error {
	who, whom, room := c.someone(), c.someone(), pick(c, c.rooms...)
	level := pick(c, chat.LevelEverything, chat.LevelMentions, chat.LevelNothing)
	until := pick(c, time.Time{}, time.Now().Add(time.Hour), time.Now().Add(-time.Hour))
	switch c.r.IntN(8) {
	case 0:
		return func(ctx context.Context) error { return c.Leave(ctx, who, room) }
	case 1:
		return func(ctx context.Context) error { return c.RemoveMember(ctx, who, room, whom) }
	case 2:
		return func(ctx context.Context) error { return c.Mute(ctx, who, room, until) }
	case 3, 4:
		return func(ctx context.Context) error { return c.SetLevel(ctx, who, room, level) }
	case 5:
		return func(ctx context.Context) error { return c.AddMember(ctx, who, room, string(whom)) }
	}
	return func(ctx context.Context) error { return c.Join(ctx, who, room) }
}

// aboutPeople is something done to an account, or between two.
func (c *chance) aboutPeople() func(context.Context) error {
	who, whom, on := c.someone(), c.someone(), c.r.IntN(3) == 0
	name, role := fmt.Sprint("Somebody ", c.r.IntN(4)), pick(c, chat.Ordinary, chat.Ordinary, chat.Guest)
	switch c.r.IntN(6) {
	case 0:
		return func(ctx context.Context) error { return c.Block(ctx, who, string(whom), on) }
	case 1:
		return func(ctx context.Context) error { return c.Ban(ctx, c.ada, whom, on) }
	case 2:
		return func(ctx context.Context) error { return c.SetRole(ctx, c.ada, whom, role) }
	case 3:
		return func(ctx context.Context) error { return c.Notify(ctx, who, string(whom), "hello") }
	case 4:
		return func(ctx context.Context) error {
			_, err := c.OpenDirect(ctx, who, []string{string(whom)})
			return err
		}
	}
	return func(ctx context.Context) error {
		_, err := c.ChangeProfile(ctx, who, chat.Profile{Name: &name})
		return err
	}
}

func (c *chance) act() func(context.Context) error {
	if len(c.messages) < 10 {
		return c.post()
	}
	switch c.r.IntN(10) {
	case 0, 1, 2:
		return c.post()
	case 3, 4:
		return c.aboutMessages()
	case 5, 6:
		return c.aboutReading()
	case 7, 8:
		return c.aboutRooms()
	}
	return c.aboutPeople()
}

// happen has n things happen in one commit. Each is done, or refused for a reason.
func (c *chance) happen(n int) {
	c.t.Helper()
	var acts []func()
	for range n {
		act := c.act()
		acts = append(acts, func() {
			if err := act(c.t.Context()); err != nil && chat.KindOf(err) == "" {
				c.t.Error(err)
			}
		})
	}
	c.together(acts...)
}
