package chat

// post stores a message. Posting the same id again, by the same author into the same room, gives the
// first result; anybody else learns nothing but that the id is taken.
type post struct {
	actor UserID
	room  RoomID
	id    MessageID
	body  string
	reply Message // that it answers; the zero Message: none
	lost  bool    // what it answers is not there, or not any more
	named naming

	message Message // the result
	again   bool    // it had been stored before
}

func (c *post) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
	n.audience(c.actor, c.room, c.named)
	if c.reply.ID != "" {
		n.Messages = append(n.Messages, c.reply.ID)
		n.roomFor(c.reply.Author.ID, c.room)
	}
}

func (c *post) apply(p *plan) error {
	known, exists := p.Messages[c.id]
	if exists && known.Author.ID == c.actor && known.RoomID == c.room {
		c.message, c.again = p.first(known), true
		return nil
	}
	room, err := p.memberRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	if err := p.mayWrite(room, c.actor); err != nil {
		return err
	}
	if exists {
		return &Error{Kind: Conflict, Field: "id", Message: "This message id is taken. Send the message again with a new one."}
	}
	if answered, ok := p.Messages[c.reply.ID]; c.lost || c.reply.ID != "" && (!ok || answered.Deleted()) {
		return invalid("reply_to", "The message that you answer is not there any more.")
	}
	c.message = Message{ID: c.id, RoomID: c.room, Author: p.Users[c.actor].Person(), Body: c.body, ReplyTo: c.reply.ID}
	if err := p.mention(&c.message, c.named, Message{}); err != nil {
		return err
	}
	c.again = false
	room.Seq++
	p.Rooms[room.ID] = room
	e := p.emit(Event{Kind: MessagePosted, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
	c.message.Seq, c.message.RoomRev = room.Seq, e.RoomRev
	c.message.CreatedAt, c.message.PostedID, c.message.ChangedID = e.At, e.ID, e.ID
	p.putMessage(c.message)
	p.announce(c.message, nil)
	return nil
}

// first is what a message's author is told of it when they post it again: as it is now, but to somebody who
// is no member any more only that it was stored.
func (p *plan) first(m Message) Message {
	if _, ok := p.Members[MemberKey{m.RoomID, m.Author.ID}]; ok {
		return m
	}
	return Message{ID: m.ID, RoomID: m.RoomID, Author: m.Author, Seq: m.Seq, CreatedAt: m.CreatedAt}
}

// mayWrite refuses to say something to the one other person of a direct room who does not want to hear it.
func (p *plan) mayWrite(room Room, actor UserID) error {
	if !room.Direct {
		return nil
	}
	var others []UserID
	for _, m := range p.loadedMembers(room.ID) {
		if m.UserID != actor {
			others = append(others, m.UserID)
		}
	}
	if len(others) == 1 && p.unwelcome(actor, others[0]) {
		return errUnwelcome
	}
	return nil
}

// unwelcome says whether two people cannot write to each other: one of them has blocked the other, or is gone.
func (p *plan) unwelcome(actor, other UserID) bool {
	_, blocked := p.Blocks[BlockKey{other, actor}]
	_, blocking := p.Blocks[BlockKey{actor, other}]
	return blocked || blocking || p.Users[other].Disabled()
}

// memberRoom is the room if the actor may write in it: a member, and the room in use.
func (p *plan) memberRoom(id RoomID, actor UserID) (Room, error) {
	room, err := p.visibleRoom(id, actor)
	if err != nil {
		return Room{}, err
	}
	if _, ok := p.Members[MemberKey{id, actor}]; !ok {
		return Room{}, errNotMember
	}
	if room.Archived() {
		return Room{}, &Error{Kind: Forbidden, Message: "This room is archived. It can be read, but not written in."}
	}
	return room, nil
}

// visibleRoom is the room if the actor may know of it: theirs, or public unless they are a guest.
func (p *plan) visibleRoom(id RoomID, actor UserID) (Room, error) {
	user, err := p.active(actor)
	if err != nil {
		return Room{}, err
	}
	room, ok := p.Rooms[id]
	if _, member := p.Members[MemberKey{id, actor}]; !ok || !member && (room.Private || user.Role == Guest) {
		return Room{}, ErrNotFound
	}
	return room, nil
}

// active is the user if the account is in use.
func (p *plan) active(id UserID) (User, error) {
	u, ok := p.Users[id]
	if !ok || u.Disabled() {
		return User{}, errSignedOut
	}
	return u, nil
}

// edit gives a message of one's own another text.
type edit struct {
	actor   UserID
	room    RoomID // of the message
	id      MessageID
	body    string
	named   naming
	message Message // the result
}

func (c *edit) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
	n.NotificationsAbout = append(n.NotificationsAbout, c.id)
	n.audience(c.actor, c.room, c.named)
}

func (c *edit) apply(p *plan) error {
	m, err := p.changeable(c.room, c.id, c.actor)
	if err != nil {
		return err
	}
	if m.Author.ID != c.actor {
		return &Error{Kind: Forbidden, Message: "Only its author can edit a message."}
	}
	if err := p.mayWrite(p.Rooms[c.room], c.actor); err != nil {
		return err
	}
	if m.Body != c.body {
		before := m
		if err := p.mention(&m, c.named, before); err != nil {
			return err
		}
		e := p.emit(Event{Kind: MessageEdited, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
		m.Body, m.EditedAt, m.RoomRev, m.ChangedID = c.body, e.At, e.RoomRev, e.ID
		p.putMessage(m)
		p.announce(m, &before)
	}
	c.message = m
	return nil
}

// remove takes a message back. Its text is forgotten.
type remove struct {
	actor   UserID
	room    RoomID
	id      MessageID
	message Message // the result
}

func (c *remove) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
	n.NotificationsAbout = append(n.NotificationsAbout, c.id)
}

func (c *remove) apply(p *plan) error {
	m, err := p.removable(c.room, c.id, c.actor)
	if err != nil || m.Deleted() {
		c.message = m // again
		return err
	}
	e := p.emit(Event{Kind: MessageDeleted, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
	for _, r := range m.Reactions {
		for _, who := range r.People {
			p.putReaction(ReactionKey{m.ID, r.Emoji, who.ID}, false)
		}
	}
	m.Body, m.DeletedAt, m.RoomRev, m.ChangedID = "", e.At, e.RoomRev, e.ID
	m.Mentions, m.Called, m.Everybody, m.Reactions = nil, nil, false, nil
	p.putMessage(m)
	p.dropThose(func(n Notification) bool { return n.MessageID == c.id })
	c.message = m
	return nil
}

// removable is a message that the actor may take back: in a room of theirs their own, and as an administrator any that
// they may see. Archived rooms are no exception: what must not stand there can go.
func (p *plan) removable(room RoomID, id MessageID, actor UserID) (Message, error) {
	if _, err := p.visibleRoom(room, actor); err != nil {
		return Message{}, err
	}
	_, member := p.Members[MemberKey{room, actor}]
	m, ok := p.Messages[id]
	allowed := p.Users[actor].Role == Administrator || member && m.Author.ID == actor
	switch {
	case !ok || m.RoomID != room || m.Deleted() && !allowed:
		return Message{}, ErrNotFound
	case !allowed && !member:
		return Message{}, errNotMember
	case !allowed:
		return Message{}, &Error{Kind: Forbidden, Message: "Only its author or an administrator can delete a message."}
	}
	return m, nil
}

// changeable is a message of a room that the actor may write in.
func (p *plan) changeable(room RoomID, id MessageID, actor UserID) (Message, error) {
	if _, err := p.memberRoom(room, actor); err != nil {
		return Message{}, err
	}
	m, ok := p.Messages[id]
	if !ok || m.RoomID != room || m.Deleted() {
		return Message{}, ErrNotFound
	}
	return m, nil
}
