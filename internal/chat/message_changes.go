package chat

// post stores a message. Posting the same id again, by the same author into the same room, gives the
// first result; anybody else learns nothing but that the id is taken.
type post struct {
	actor UserID
	room  RoomID
	id    MessageID
	body  string

	message Message // the result
	again   bool    // it had been stored before
}

func (c *post) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
}

func (c *post) apply(p *plan) error {
	known, exists := p.Messages[c.id]
	if exists && known.Author.ID == c.actor && known.RoomID == c.room {
		c.message, c.again = known, true
		return nil
	}
	room, err := p.memberRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	if exists {
		return &Error{Kind: Conflict, Field: "id", Message: "This message id is taken. Send the message again with a new one."}
	}
	c.again = false
	room.Seq++
	p.Rooms[room.ID] = room
	e := p.emit(Event{Kind: MessagePosted, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
	c.message = Message{
		ID: c.id, RoomID: c.room, Author: p.Users[c.actor].Person(),
		Seq: room.Seq, RoomRev: e.RoomRev, Body: c.body,
		CreatedAt: e.At, PostedID: e.ID, ChangedID: e.ID,
	}
	p.putMessage(c.message)
	return nil
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

// visibleRoom is the room if the actor may know of it: public, or theirs.
func (p *plan) visibleRoom(id RoomID, actor UserID) (Room, error) {
	if _, ok := p.Users[actor]; !ok {
		return Room{}, errSignedOut
	}
	room, ok := p.Rooms[id]
	if _, member := p.Members[MemberKey{id, actor}]; !ok || (room.Private && !member) {
		return Room{}, ErrNotFound
	}
	return room, nil
}

// edit gives a message of one's own another text.
type edit struct {
	actor   UserID
	room    RoomID // of the message
	id      MessageID
	body    string
	message Message // the result
}

func (c *edit) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
}

func (c *edit) apply(p *plan) error {
	m, err := p.changeable(c.room, c.id, c.actor)
	if err != nil {
		return err
	}
	if m.Author.ID != c.actor {
		return &Error{Kind: Forbidden, Message: "Only its author can edit a message."}
	}
	if m.Body != c.body {
		e := p.emit(Event{Kind: MessageEdited, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
		m.Body, m.EditedAt, m.RoomRev, m.ChangedID = c.body, e.At, e.RoomRev, e.ID
		p.putMessage(m)
	}
	c.message = m
	return nil
}

// remove takes a message back: one's own, or as an administrator anybody's. Its text is forgotten.
type remove struct {
	actor   UserID
	room    RoomID
	id      MessageID
	message Message // the result
}

func (c *remove) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Messages = append(n.Messages, c.id)
}

func (c *remove) apply(p *plan) error {
	if m, ok := p.Messages[c.id]; ok && m.Deleted() && c.allowed(p, m) {
		c.message = m // again
		return nil
	}
	m, err := p.changeable(c.room, c.id, c.actor)
	if err != nil {
		return err
	}
	if !c.allowed(p, m) {
		return &Error{Kind: Forbidden, Message: "Only its author or an administrator can delete a message."}
	}
	e := p.emit(Event{Kind: MessageDeleted, RoomID: c.room, MessageID: c.id, ActorID: c.actor})
	m.Body, m.DeletedAt, m.RoomRev, m.ChangedID = "", e.At, e.RoomRev, e.ID
	p.putMessage(m)
	c.message = m
	return nil
}

func (c *remove) allowed(p *plan, m Message) bool {
	return m.Author.ID == c.actor || p.Users[c.actor].Role == Administrator
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
