package chat

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// MaxDirect is how many people a direct room has at most.
const MaxDirect = 10

// directPrefix begins the ids of direct rooms.
const directPrefix = "dm-"

// IsDirect says whether the id is that of a direct room.
func (id RoomID) IsDirect() bool { return strings.HasPrefix(string(id), directPrefix) }

// directRoom is the id of the room of these people, whose list it sorts: the same people have the same room.
func directRoom(people []UserID) RoomID {
	slices.Sort(people)
	hash := sha256.New()
	for _, user := range people {
		hash.Write([]byte(user + "\n"))
	}
	return RoomID(directPrefix + hex.EncodeToString(hash.Sum(nil)[:10]))
}

// openDirect finds the direct room of some people, or makes it.
type openDirect struct {
	actor  UserID
	people []UserID // sorted, the actor among them
	room   Room     // the result
}

func (c *openDirect) needs(n *Needs) {
	for _, user := range c.people {
		n.roomFor(user, directRoom(c.people))
	}
	n.BlocksOf = append(n.BlocksOf, c.actor)
	n.BlocksBy = append(n.BlocksBy, c.actor)
}

func (c *openDirect) apply(p *plan) error {
	if _, err := p.active(c.actor); err != nil {
		return err
	}
	id := directRoom(c.people)
	if room, ok := p.Rooms[id]; ok {
		c.room = room
		return nil
	}
	for _, user := range c.people {
		switch _, ok := p.Users[user]; {
		case !ok:
			return errNobody
		case user != c.actor && p.unwelcome(c.actor, user) && len(c.people) > 2:
			return errUnwelcomeAmong
		case user != c.actor && p.unwelcome(c.actor, user):
			return errUnwelcome
		}
	}
	p.putRoom(Room{ID: id, Private: true, Direct: true, CreatorID: c.actor, CreatedAt: p.Now})
	for _, user := range c.people {
		p.enter(id, user, c.actor)
	}
	p.emit(Event{Kind: RoomCreated, RoomID: id, ActorID: c.actor})
	c.room = p.Rooms[id]
	return nil
}

// block says whether the actor wants to hear from somebody.
type block struct {
	actor, user UserID
	on          bool
}

func (c *block) needs(n *Needs) {
	n.Users = append(n.Users, c.actor, c.user)
	n.BlocksBy = append(n.BlocksBy, c.actor)
}

func (c *block) apply(p *plan) error {
	if _, err := p.active(c.actor); err != nil {
		return err
	}
	if _, ok := p.Users[c.user]; !ok {
		return errNobody
	}
	if c.user == c.actor {
		return invalid("user", "You cannot block yourself.")
	}
	key := BlockKey{c.actor, c.user}
	if _, blocked := p.Blocks[key]; blocked != c.on {
		p.putBlock(key, c.on)
		p.emit(Event{Kind: BlockChanged, UserID: c.actor, ActorID: c.actor, Ref: Ref{User: c.user}})
	}
	return nil
}
