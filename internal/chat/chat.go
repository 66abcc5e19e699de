package chat

import (
	"context"
	"errors"
)

// Chat is what can be done here. Every method checks its input, and may be called by anyone at any
// time: the actor, or viewer, is a parameter, and what they may not see does not exist for them.
type Chat struct {
	store     Store
	writer    *Writer
	passwords *passwords
	touches   touches
	closed    bool
}

// Config is what an installation decides.
type Config struct {
	SignupClosed bool // nobody but the first user can sign up
}

// New makes the application on a store and the writer that commits its changes.
func New(store Store, writer *Writer, cfg Config) *Chat {
	return &Chat{store: store, writer: writer, passwords: newPasswords(), closed: cfg.SignupClosed}
}

// Page reads a page. Without a room it is the list of rooms.
func (c *Chat) Page(ctx context.Context, viewer UserID, q PageQuery) (Page, error) {
	return c.store.Page(ctx, viewer, q)
}

// Message reads one message of a room the viewer is a member of.
func (c *Chat) Message(ctx context.Context, viewer UserID, id MessageID) (Message, error) {
	return c.store.Message(ctx, viewer, id)
}

// CreateRoom makes a room with the actor as its first member.
func (c *Chat) CreateRoom(ctx context.Context, actor UserID, name string, private bool) (Room, error) {
	name, err := cleanName("name", "The name of the room", name)
	if err != nil {
		return Room{}, err
	}
	change := &createRoom{actor: actor, room: Room{ID: RoomID(NewID()), Name: name, Private: private}}
	if err := c.writer.Do(ctx, change); err != nil {
		return Room{}, err
	}
	return change.room, nil
}

// RenameRoom gives a room another name: its creator may, and an administrator who sees it.
func (c *Chat) RenameRoom(ctx context.Context, actor UserID, room RoomID, name string) error {
	name, err := cleanName("name", "The name of the room", name)
	if err != nil {
		return err
	}
	return c.writer.Do(ctx, &alterRoom{actor: actor, room: room, name: name})
}

// ArchiveRoom closes a room to new messages: its creator may, and an administrator who sees it.
func (c *Chat) ArchiveRoom(ctx context.Context, actor UserID, room RoomID) error {
	return c.writer.Do(ctx, &alterRoom{actor: actor, room: room, archive: true})
}

// Join makes the actor a member of a public room.
func (c *Chat) Join(ctx context.Context, actor UserID, room RoomID) error {
	return c.writer.Do(ctx, &join{actor: actor, room: room})
}

// Leave ends the actor's membership.
func (c *Chat) Leave(ctx context.Context, actor UserID, room RoomID) error {
	return c.writer.Do(ctx, &expel{actor: actor, user: actor, room: room})
}

// AddMember makes somebody a member, by id or by name: any member of the room may.
func (c *Chat) AddMember(ctx context.Context, actor UserID, room RoomID, who string) error {
	if !storable(who) {
		return errNobody
	}
	err := c.writer.Do(ctx, &addMember{actor: actor, room: room, user: UserID(who)})
	if !errors.Is(err, errNobody) {
		return err
	}
	user, err := c.account(ctx, who)
	if KindOf(err) == NotFound {
		return errNobody
	}
	if err != nil {
		return err
	}
	return c.writer.Do(ctx, &addMember{actor: actor, room: room, user: user.ID})
}

// RemoveMember ends somebody's membership: the creator of the room may, and an administrator who sees it.
func (c *Chat) RemoveMember(ctx context.Context, actor UserID, room RoomID, user UserID) error {
	return c.writer.Do(ctx, &expel{actor: actor, room: room, user: user})
}

// MarkRead moves the actor's read position up to message seq, or to the newest if seq is negative.
func (c *Chat) MarkRead(ctx context.Context, actor UserID, room RoomID, seq int64) error {
	return c.writer.Do(ctx, &markRead{actor: actor, room: room, seq: seq})
}

// MayType says whether the actor may tell the room that they are typing: nil if so.
func (c *Chat) MayType(ctx context.Context, actor UserID, room RoomID) error {
	_, err := c.store.Member(ctx, actor, room)
	if KindOf(err) != NotFound {
		return err
	}
	if _, err := c.store.Page(ctx, actor, PageQuery{Room: room, Limit: 1}); err != nil {
		return err
	}
	return errNotMember
}

// Post says something in a room the actor is a member of. An empty id is made here. Posting the same
// id again gives the first message, and again is true; Conflict if the id is somebody else's.
func (c *Chat) Post(ctx context.Context, actor UserID, room RoomID, id, body string) (m Message, again bool, err error) {
	messageID := NewMessageID()
	if id != "" {
		if messageID, err = ParseMessageID(id); err != nil {
			return Message{}, false, err
		}
	}
	if body, err = cleanBody(body); err != nil {
		return Message{}, false, err
	}
	change := &post{actor: actor, room: room, id: messageID, body: body}
	err = c.writer.Do(ctx, change)
	return change.message, change.again, err
}

// Edit gives one's own message another text.
func (c *Chat) Edit(ctx context.Context, actor UserID, id MessageID, body string) (Message, error) {
	body, err := cleanBody(body)
	if err != nil {
		return Message{}, err
	}
	m, err := c.store.Message(ctx, actor, id)
	if err != nil {
		return Message{}, err
	}
	change := &edit{actor: actor, room: m.RoomID, id: id, body: body}
	err = c.writer.Do(ctx, change)
	return change.message, err
}

// Delete takes a message back: one's own, or as an administrator anybody's. Doing it again is fine.
func (c *Chat) Delete(ctx context.Context, actor UserID, id MessageID) (Message, error) {
	m, err := c.store.Message(ctx, actor, id)
	if err != nil {
		return Message{}, err
	}
	change := &remove{actor: actor, room: m.RoomID, id: id}
	err = c.writer.Do(ctx, change)
	return change.message, err
}
