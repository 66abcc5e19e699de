package chat

import (
	"cmp"
	"context"
	"time"
)

// Chat is what can be done here. Every method checks its input, and may be called by anyone at any
// time: the actor, or viewer, is a parameter, and what they may not see does not exist for them.
type Chat struct {
	store     Store
	writer    *Writer
	passwords *passwords
	touches   touches
	signup    SignupMode
	receipts  bool
}

// Config is what an installation decides.
type Config struct {
	Signup   SignupMode // SignupOpen if empty
	Receipts bool       // in conversations, people may let each other see how far they have read
}

// SignupMode says who can sign up. The first user always can.
type SignupMode string

// Who can sign up.
const (
	SignupOpen   SignupMode = "open"   // everybody
	SignupInvite SignupMode = "invite" // who has an invitation
	SignupClosed SignupMode = "closed" // nobody
)

// New makes the application on a store and the writer that commits its changes.
func New(store Store, writer *Writer, cfg Config) *Chat {
	return &Chat{store: store, writer: writer, passwords: newPasswords(), signup: cmp.Or(cfg.Signup, SignupOpen), receipts: cfg.Receipts}
}

// Page reads a page. Without a room it is the list of rooms.
func (c *Chat) Page(ctx context.Context, viewer UserID, q PageQuery) (Page, error) {
	page, err := c.store.Page(ctx, viewer, q)
	if !c.receipts {
		page.Seen = nil // of when the installation had them
	}
	return page, err
}

// Receipts says whether people may let each other see in conversations how far they have read.
func (c *Chat) Receipts() bool { return c.receipts }

// Message reads one message: see Store.Message.
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

// AddMember makes somebody whom the actor may know of a member, by id or by name: any member of the room may.
func (c *Chat) AddMember(ctx context.Context, actor UserID, room RoomID, who string) error {
	u, err := c.person(ctx, actor, who)
	if err != nil {
		return err
	}
	return c.writer.Do(ctx, &addMember{actor: actor, room: room, user: u.ID})
}

// RemoveMember ends somebody's membership: the creator of the room may, and an administrator who sees it.
func (c *Chat) RemoveMember(ctx context.Context, actor UserID, room RoomID, user UserID) error {
	return c.writer.Do(ctx, &expel{actor: actor, room: room, user: user})
}

// MarkRead moves the actor's read position up to message seq, or to the newest if seq is negative. In a
// conversation the others see it, if the actor prefers that.
func (c *Chat) MarkRead(ctx context.Context, actor UserID, room RoomID, seq int64) error {
	return c.writer.Do(ctx, &markRead{actor: actor, room: room, seq: seq, receipts: c.receipts})
}

// MarkUnread moves the actor's read position back to before a message.
func (c *Chat) MarkUnread(ctx context.Context, actor UserID, room RoomID, id MessageID) error {
	m, err := c.store.Message(ctx, actor, id)
	if err != nil {
		return err
	}
	if m.RoomID != room {
		return ErrNotFound
	}
	return c.writer.Do(ctx, &markUnread{actor: actor, room: room, seq: m.Seq})
}

// SetLevel says what the actor is notified of in a room.
func (c *Chat) SetLevel(ctx context.Context, actor UserID, room RoomID, level Level) error {
	switch level {
	case LevelEverything, LevelMentions, LevelNothing:
		return c.writer.Do(ctx, &setLevel{actor: actor, room: room, level: &level})
	}
	return invalid("level", "The level is everything, mentions or nothing.")
}

// Mute stops notifications of a room until a moment; the zero time ends that.
func (c *Chat) Mute(ctx context.Context, actor UserID, room RoomID, until time.Time) error {
	until = until.UTC().Truncate(time.Millisecond)
	return c.writer.Do(ctx, &setLevel{actor: actor, room: room, muted: &until})
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

// Draft is a message to be posted.
type Draft struct {
	ID      string // a UUID; "": one is made
	Body    string
	ReplyTo string // the id of the message that this one answers, or ""
}

// Post says something in a room the actor is a member of. Posting the same id again gives the first
// message, and again is true; Conflict if the id is somebody else's.
func (c *Chat) Post(ctx context.Context, actor UserID, room RoomID, d Draft) (m Message, again bool, err error) {
	change := &post{actor: actor, room: room, id: NewMessageID()}
	if d.ID != "" {
		if change.id, err = ParseMessageID(d.ID); err != nil {
			return Message{}, false, err
		}
	}
	if change.body, err = cleanBody(d.Body); err != nil {
		return Message{}, false, err
	}
	change.reply, err = c.answered(ctx, actor, room, d.ReplyTo)
	if KindOf(err) == NotFound { // no matter if the message is stored already
		change.lost, err = true, nil
	}
	if err != nil {
		return Message{}, false, err
	}
	if change.named, err = c.naming(ctx, change.body, Message{}); err != nil {
		return Message{}, false, err
	}
	err = c.writer.Do(ctx, change)
	return change.message, change.again, err
}

// answered is the message that another one is to answer. One that was taken back meanwhile, or is in another room,
// cannot be answered.
func (c *Chat) answered(ctx context.Context, actor UserID, room RoomID, id string) (Message, error) {
	if id == "" {
		return Message{}, nil
	}
	key, err := ParseMessageID(id)
	if err != nil {
		return Message{}, invalid("reply_to", "The message to answer is named by its id, a UUID.")
	}
	m, err := c.store.Message(ctx, actor, key)
	if err == nil && (m.RoomID != room || m.Deleted()) {
		err = ErrNotFound
	}
	return m, err
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
	named, err := c.naming(ctx, body, m)
	if err != nil {
		return Message{}, err
	}
	change := &edit{actor: actor, room: m.RoomID, id: id, body: body, named: named}
	err = c.writer.Do(ctx, change)
	return change.message, err
}

// React puts an emoji under a message, or takes the actor's own away. Doing it again is fine.
func (c *Chat) React(ctx context.Context, actor UserID, id MessageID, emoji string, on bool) (Message, error) {
	if err := checkEmoji(emoji); err != nil {
		return Message{}, err
	}
	m, err := c.store.Message(ctx, actor, id)
	if err != nil {
		return Message{}, err
	}
	change := &react{actor: actor, room: m.RoomID, author: m.Author.ID, id: id, emoji: emoji, on: on}
	err = c.writer.Do(ctx, change)
	return change.message, err
}

// Delete takes a message back: one's own, or as an administrator anybody's that one may see, in archived rooms too. Doing
// it again is fine.
func (c *Chat) Delete(ctx context.Context, actor UserID, id MessageID) (Message, error) {
	m, err := c.store.Message(ctx, actor, id)
	if err != nil {
		return Message{}, err
	}
	change := &remove{actor: actor, room: m.RoomID, id: id}
	err = c.writer.Do(ctx, change)
	return change.message, err
}
