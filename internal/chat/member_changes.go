package chat

// enter makes a user a member from the next event on. The join itself is the first event they see.
func (p *plan) enter(room RoomID, user, actor UserID) {
	p.putMember(Member{
		RoomID: room, UserID: user,
		JoinedID: p.next(), JoinedAt: p.Now,
		ReadSeq: p.Rooms[room].Seq, // what was said before is history, not news
	})
	p.emit(Event{Kind: UserJoined, RoomID: room, UserID: user, ActorID: actor})
}

// join makes the actor a member of a public room.
type join struct {
	actor UserID
	room  RoomID
}

func (c *join) needs(n *Needs) { n.roomFor(c.actor, c.room) }

func (c *join) apply(p *plan) error {
	if _, err := p.visibleRoom(c.room, c.actor); err != nil {
		return err
	}
	if _, already := p.Members[MemberKey{c.room, c.actor}]; !already {
		p.enter(c.room, c.actor, c.actor)
	}
	return nil
}

// expel ends a membership: one's own, or as the creator of the room, or an administrator who sees it,
// somebody else's. It is fine if there is none.
type expel struct {
	actor, user UserID
	room        RoomID
}

func (c *expel) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.roomFor(c.user, c.room)
}

func (c *expel) apply(p *plan) error {
	room, err := p.visibleRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	if c.user != c.actor && !room.AlterableBy(p.Users[c.actor].Person()) {
		return &Error{Kind: Forbidden, Message: "Only the creator of a room or an administrator can remove somebody."}
	}
	key := MemberKey{c.room, c.user}
	if _, member := p.Members[key]; member {
		p.removeMember(key)
		p.emit(Event{Kind: UserLeft, RoomID: c.room, UserID: c.user, ActorID: c.actor})
	}
	return nil
}

// addMember makes somebody else a member: any member of the room may.
type addMember struct {
	actor, user UserID
	room        RoomID
}

func (c *addMember) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.roomFor(c.user, c.room)
}

func (c *addMember) apply(p *plan) error {
	if _, err := p.memberRoom(c.room, c.actor); err != nil {
		return err
	}
	if _, ok := p.Users[c.user]; !ok {
		return errNobody
	}
	if _, already := p.Members[MemberKey{c.room, c.user}]; !already {
		p.enter(c.room, c.user, c.actor)
	}
	return nil
}

// markRead moves the actor's read position forward, never back, and not past the newest message.
type markRead struct {
	actor UserID
	room  RoomID
	seq   int64 // below 0: everything
}

func (c *markRead) needs(n *Needs) { n.roomFor(c.actor, c.room) }

func (c *markRead) apply(p *plan) error {
	room, err := p.visibleRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	m, ok := p.Members[MemberKey{c.room, c.actor}]
	if !ok {
		return errNotMember
	}
	seq := c.seq
	if seq < 0 || seq > room.Seq {
		seq = room.Seq
	}
	if seq <= m.ReadSeq {
		return nil
	}
	m.ReadSeq = seq
	p.putMember(m)
	p.emit(Event{Kind: ReadMoved, UserID: c.actor, ActorID: c.actor, Ref: Ref{Room: c.room, Seq: seq}})
	return nil
}
