package chat

import (
	"cmp"
	"maps"
	"slices"
)

// announce notifies those whom a message concerns. Of a message that was edited, before is what it was: only
// whom it names newly is notified, and of one message nobody twice.
func (p *plan) announce(m Message, before *Message) {
	room, known := p.Rooms[m.RoomID], p.notifiedOf(m.ID)
	for _, member := range p.loadedMembers(m.RoomID) {
		kind := p.concern(m, room, member)
		if kind == "" || known[member.UserID] || before != nil && (kind != NotifyMention || before.names(member.UserID)) {
			continue
		}
		p.notify(member.UserID, Notification{Kind: kind, RoomID: m.RoomID, MessageID: m.ID, Seq: m.Seq, Actor: m.Author})
	}
}

// notifiedOf is who has a notification of a message, read or not, of those that the batch has read.
func (p *plan) notifiedOf(id MessageID) map[UserID]bool {
	known := map[UserID]bool{}
	for _, note := range p.Notifications {
		if note.MessageID == id {
			known[note.UserID] = true
		}
	}
	return known
}

// concern is why a member is to be notified of a message, "" if not.
func (p *plan) concern(m Message, room Room, member Member) NotificationKind {
	level := member.Notified(room, p.Now)
	switch {
	case member.UserID == m.Author.ID || level == LevelNothing:
		return ""
	case m.names(member.UserID):
		return NotifyMention
	case m.ReplyTo != "" && p.Messages[m.ReplyTo].Author.ID == member.UserID:
		return NotifyReply
	case level != LevelEverything:
		return ""
	case room.Direct:
		return NotifyDirect
	}
	return NotifyMessage
}

// names says whether the message's text names the person, or everybody.
func (m Message) names(user UserID) bool { return m.Everybody || slices.Contains(m.Mentions, user) }

// notify stores a notification, unless its reader has closed the account or does not want to hear from the
// actor.
func (p *plan) notify(to UserID, n Notification) {
	u, ok := p.Users[to]
	_, blocked := p.Blocks[BlockKey{to, n.Actor.ID}]
	if !ok || u.Disabled() || blocked || to == n.Actor.ID {
		return
	}
	n.ID, n.UserID, n.CreatedAt, n.EventID = NotificationID(NewID()), to, p.Now, p.next()
	p.putNotification(n)
	u.Unread++
	p.putUser(u)
	p.emit(Event{Kind: Notified, UserID: to, ActorID: n.Actor.ID, Ref: Ref{
		Notification: n.ID, Unread: u.Unread, Quiet: u.Prefs.Quiet(p.Now),
	}})
}

// ToldEach is how many notifications that are read, or gone, at once are told one by one. Of more only the new
// number of unread ones is told.
const ToldEach = 50

// readThose marks notifications of one person as read, and tells so.
func (p *plan) readThose(user UserID, which func(Notification) bool) {
	read := p.markThose(user, which)
	p.fewerUnread(user, read, len(read))
}

// leaveThose marks those as read that are nowhere to be seen any more, and tells their number only.
func (p *plan) leaveThose(user UserID, room RoomID) {
	left := p.markThose(user, func(n Notification) bool { return n.RoomID == room })
	if u, ok := p.Users[user]; ok && len(left) > 0 {
		p.tellUnread(u, len(left))
	}
}

func (p *plan) markThose(user UserID, which func(Notification) bool) (read []Notification) {
	for id, note := range maps.Clone(p.Notifications) {
		if note.UserID == user && !note.Read() && which(note) {
			note.ReadAt = p.Now
			p.Notifications[id] = note
			p.notifications[id] = struct{}{}
			read = append(read, note)
		}
	}
	return read
}

// dropThose removes notifications that have nothing to tell any more, and tells so.
func (p *plan) dropThose(which func(Notification) bool) {
	gone, unread := map[UserID][]Notification{}, map[UserID]int{}
	for id, note := range maps.Clone(p.Notifications) {
		if !which(note) {
			continue
		}
		p.dropNotification(id)
		gone[note.UserID] = append(gone[note.UserID], note)
		if !note.Read() {
			unread[note.UserID]++
		}
	}
	for _, user := range slices.Sorted(maps.Keys(gone)) {
		p.fewerUnread(user, gone[user], unread[user])
	}
}

// fewerUnread tells somebody of notifications that were read or are gone, of which so many had been unread.
func (p *plan) fewerUnread(user UserID, changed []Notification, unread int) {
	u, ok := p.Users[user]
	if !ok || len(changed) == 0 {
		return
	}
	if len(changed) > ToldEach {
		p.tellUnread(u, unread)
		return
	}
	u.Unread = max(0, u.Unread-unread)
	p.putUser(u)
	slices.SortFunc(changed, func(a, b Notification) int { return cmp.Compare(a.EventID, b.EventID) })
	for _, note := range changed {
		p.emit(Event{Kind: Notified, UserID: user, ActorID: user, Ref: Ref{Notification: note.ID, Unread: u.Unread}})
	}
}

// tellUnread takes off a number from what somebody has not read, and tells them the new one.
func (p *plan) tellUnread(u User, fewer int) {
	u.Unread = max(0, u.Unread-fewer)
	p.putUser(u)
	p.emit(Event{Kind: NotifiedRead, UserID: u.ID, ActorID: u.ID, Ref: Ref{Unread: u.Unread}})
}

// readNotification marks one of the actor's notifications as read. Doing it again is fine.
type readNotification struct {
	actor UserID
	id    NotificationID
}

func (c *readNotification) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.Notifications = append(n.Notifications, c.id)
}

func (c *readNotification) apply(p *plan) error {
	u, err := p.active(c.actor)
	if err != nil {
		return err
	}
	note, ok := p.Notifications[c.id]
	if !ok || note.UserID != c.actor {
		return ErrNotFound
	}
	if note.Read() {
		return nil
	}
	note.ReadAt = p.Now
	p.putNotification(note)
	u.Unread = max(0, u.Unread-1)
	p.putUser(u)
	p.emit(Event{Kind: Notified, UserID: c.actor, ActorID: c.actor, Ref: Ref{Notification: c.id, Unread: u.Unread}})
	return nil
}

// readNotifications marks all of the actor's notifications as read.
type readNotifications struct {
	actor UserID
}

func (c *readNotifications) needs(n *Needs) { n.Users = append(n.Users, c.actor) }

func (c *readNotifications) apply(p *plan) error {
	u, err := p.active(c.actor)
	if err != nil || u.Unread == 0 {
		return err
	}
	p.allRead[c.actor] = AllRead{UserID: c.actor, Upto: p.Head.ID, At: p.Now}
	for id, note := range p.Notifications {
		if note.UserID == c.actor && !note.Read() {
			note.ReadAt = p.Now
			p.Notifications[id] = note
		}
	}
	u.Unread = 0
	p.putUser(u)
	p.emit(Event{Kind: NotifiedRead, UserID: c.actor, ActorID: c.actor})
	return nil
}

// note has a program tell a person something: an administrator's anybody, others' themselves.
type note struct {
	actor UserID // "": the operator, who has the database
	user  UserID
	text  string
}

func (c *note) needs(n *Needs) {
	n.Users = append(n.Users, c.actor, c.user)
	n.BlocksOf = append(n.BlocksOf, c.actor)
}

func (c *note) apply(p *plan) error {
	to, ok := p.Users[c.user]
	if !ok || to.Disabled() {
		return errNobody
	}
	var from Person // nobody, for what one's own programs say: nobody is notified of what they do themselves
	if c.actor != "" && c.actor != c.user {
		actor, err := p.active(c.actor)
		if err != nil {
			return err
		}
		if actor.Role != Administrator {
			return &Error{Kind: Forbidden, Message: "Only an administrator may notify somebody else."}
		}
		from = actor.Person()
	}
	p.notify(to.ID, Notification{Kind: NotifyNote, Text: c.text, Actor: from})
	return nil
}
