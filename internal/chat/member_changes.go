package chat

import (
	"fmt"
	"time"
)

// enter makes a user a member from the next event on. The join itself is the first event they see.
func (p *plan) enter(room RoomID, user, actor UserID) {
	p.putMember(Member{
		RoomID: room, UserID: user,
		JoinedID: p.next(), JoinedAt: p.Now,
		ReadSeq: p.Rooms[room].Seq, // what was said before is history, not news
	})
	p.emit(Event{Kind: UserJoined, RoomID: room, UserID: user, ActorID: actor, Ref: Ref{Seq: p.Rooms[room].Seq}})
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
	n.UnreadIn = append(n.UnreadIn, MemberKey{c.room, c.user})
}

func (c *expel) apply(p *plan) error {
	room, err := p.visibleRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	if room.Direct {
		return errDirect
	}
	if c.user != c.actor && !room.AlterableBy(p.Users[c.actor].Person()) {
		return &Error{Kind: Forbidden, Message: "Only the creator of a room or an administrator can remove somebody."}
	}
	key := MemberKey{c.room, c.user}
	if _, member := p.Members[key]; member {
		p.removeMember(key)
		p.emit(Event{Kind: UserLeft, RoomID: c.room, UserID: c.user, ActorID: c.actor, Ref: Ref{Seq: room.Seq}})
		p.leaveThose(c.user, c.room)
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
	n.BlocksOf = append(n.BlocksOf, c.actor)
}

func (c *addMember) apply(p *plan) error {
	room, err := p.memberRoom(c.room, c.actor)
	switch {
	case err != nil:
		return err
	case room.Direct:
		return errDirect
	}
	if u, ok := p.Users[c.user]; !ok || u.Disabled() {
		return errNobody
	}
	if _, already := p.Members[MemberKey{c.room, c.user}]; !already {
		p.enter(c.room, c.user, c.actor)
		p.notify(c.user, Notification{Kind: NotifyInvitation, RoomID: c.room, Actor: p.Users[c.actor].Person()})
	}
	return nil
}

// markRead moves the actor's read position forward, never back, and not past the newest message.
type markRead struct {
	actor    UserID
	room     RoomID
	seq      int64 // below 0: everything
	receipts bool  // the installation has them
}

func (c *markRead) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.UnreadIn = append(n.UnreadIn, MemberKey{c.room, c.actor})
	if c.seq >= 0 { // when everything is read, nothing is left to be counted
		n.Counts = append(n.Counts, Count{MemberKey{c.room, c.actor}, c.seq})
	}
}

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
	if c.receipts && room.Direct && p.Users[c.actor].Prefs.Receipts {
		m = p.showSeen(m, max(seq, m.SeenSeq))
	}
	if seq > m.ReadSeq {
		p.readUpTo(m, seq)
	}
	p.readThose(c.actor, func(n Notification) bool { return n.RoomID == c.room && n.Seq <= seq })
	return nil
}

func (p *plan) readUpTo(m Member, seq int64) {
	m.ReadSeq = seq
	p.putMember(m)
	p.emit(Event{Kind: ReadMoved, UserID: m.UserID, ActorID: m.UserID, Ref: Ref{Room: m.RoomID, Seq: seq, RoomRev: p.Rooms[m.RoomID].Rev, Unread: p.unread(m)}})
}

// markUnread moves the actor's read position back, to before a message.
type markUnread struct {
	actor UserID
	room  RoomID
	seq   int64 // of the message
}

func (c *markUnread) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.Counts = append(n.Counts, Count{MemberKey{c.room, c.actor}, c.seq - 1})
}

func (c *markUnread) apply(p *plan) error {
	if _, err := p.visibleRoom(c.room, c.actor); err != nil {
		return err
	}
	m, ok := p.Members[MemberKey{c.room, c.actor}]
	if !ok {
		return errNotMember
	}
	if seq := c.seq - 1; seq >= 0 && seq < m.ReadSeq {
		p.readUpTo(m, seq)
	}
	return nil
}

// setLevel says what the actor is notified of in a room.
type setLevel struct {
	actor UserID
	room  RoomID
	level *Level     // nil: as it is
	muted *time.Time // nil: as it is; the zero time: not muted
}

func (c *setLevel) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	if c.watches() {
		n.Watchers = append(n.Watchers, c.room)
	}
}

// watches says whether the actor wants to be notified of everything.
func (c *setLevel) watches() bool { return c.level != nil && *c.level == LevelEverything }

func (c *setLevel) apply(p *plan) error {
	room, err := p.visibleRoom(c.room, c.actor)
	if err != nil {
		return err
	}
	m, ok := p.Members[MemberKey{c.room, c.actor}]
	if !ok {
		return errNotMember
	}
	before := m
	if c.watches() && m.Level != LevelEverything && !room.Direct && p.watchers(c.room) >= WatchersMost {
		return errWatched
	}
	if c.level != nil {
		m.Level = *c.level
	}
	if c.muted != nil {
		m.MutedUntil = *c.muted
	}
	if m != before {
		p.putMember(m)
		p.emit(Event{Kind: LevelChanged, UserID: c.actor, ActorID: c.actor, Ref: Ref{Room: c.room}})
	}
	return nil
}

var errWatched = invalid("level", fmt.Sprintf("%d people are notified of everything in this room already, and more cannot be. Choose mentions.", WatchersMost))

// watchers is how many are notified of everything in a room, of those whom the batch has read.
func (p *plan) watchers(room RoomID) (n int) {
	for _, m := range p.Members {
		if m.RoomID == room && m.Level == LevelEverything {
			n++
		}
	}
	return n
}
