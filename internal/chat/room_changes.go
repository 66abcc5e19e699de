package chat

// createRoom makes a room with its creator as the first member.
type createRoom struct {
	actor UserID
	room  Room // ID, Name and Private given; the rest is the result
}

func (c *createRoom) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.Rooms = append(n.Rooms, c.room.ID)
}

func (c *createRoom) apply(p *plan) error {
	actor, err := p.active(c.actor)
	if err != nil {
		return err
	}
	if actor.Role == Guest {
		return &Error{Kind: Forbidden, Message: "Guests take part in the rooms that they are added to."}
	}
	if _, taken := p.Rooms[c.room.ID]; taken {
		return &Error{Kind: Conflict, Message: "This room id is taken. Please try again."}
	}
	room := Room{ID: c.room.ID, Name: c.room.Name, Private: c.room.Private, CreatorID: c.actor, CreatedAt: p.Now}
	p.putRoom(room)
	p.enter(room.ID, c.actor, c.actor) // first, so that the creator is told of the room
	p.emit(Event{Kind: RoomCreated, RoomID: room.ID, UserID: room.audience(), ActorID: c.actor})
	c.room = p.Rooms[room.ID]
	return nil
}

// alterRoom renames or archives a room: its creator may, and an administrator who sees it.
type alterRoom struct {
	actor   UserID
	room    RoomID
	name    string // "" keeps it
	archive bool
}

func (c *alterRoom) needs(n *Needs) { n.roomFor(c.actor, c.room) }

func (c *alterRoom) apply(p *plan) error {
	room, err := p.visibleRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	if !room.AlterableBy(p.Users[c.actor].Person()) {
		return &Error{Kind: Forbidden, Message: "Only the creator of a room or an administrator can change it."}
	}
	if room.Direct {
		return errDirectRoom
	}
	if c.archive && room.ID == General {
		return invalid("room", "Everybody's first room cannot be archived.")
	}
	kind := RoomRenamed
	switch {
	case c.archive && !room.Archived():
		room.ArchivedAt, kind = p.Now, RoomArchived
	case c.name != "" && c.name != room.Name:
		room.Name = c.name
	default:
		return nil
	}
	p.putRoom(room)
	p.emit(Event{Kind: kind, RoomID: room.ID, UserID: room.audience(), ActorID: c.actor})
	return nil
}

// audience are those who see the room in their list, members or not; "" if only its members do.
func (r Room) audience() UserID {
	if r.Private {
		return ""
	}
	return Insiders
}

// AlterableBy says whether a person who sees the room may rename and archive it.
func (r Room) AlterableBy(who Person) bool {
	return who.Role == Administrator || (r.CreatorID == who.ID && who.ID != "")
}
