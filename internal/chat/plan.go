package chat

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// A change is one thing somebody wants done. The Writer collects changes into a batch: their needs
// are read together, and they are applied in order, each seeing what those before it did.
type change interface {
	// needs adds what apply reads.
	needs(n *Needs)

	// apply checks first and only then alters the plan: if it returns an error, it must have altered
	// nothing, since the rest of the batch goes on. Results are kept in the change itself. It may be
	// called again, on another plan: when a batch failed, each of its changes is tried alone.
	apply(p *plan) error
}

// plan is the state under the log lock with what the batch has done to it so far.
type plan struct {
	*State
	began  int64 // the head that was read
	events []Event

	freed    map[string]User     // who had a name until this batch: rows are written in any order, so nobody else has it yet
	users    map[UserID]struct{} // altered rows, by key
	rooms    map[RoomID]struct{}
	members  map[MemberKey]struct{}
	messages map[MessageID]struct{}
	sessions map[SessionID]struct{}
	blocks   map[BlockKey]struct{}

	reactions     []ReactionKey // to be stored, in this order
	unreactions   map[ReactionKey]struct{}
	notifications map[NotificationID]struct{}
	allRead       map[UserID]AllRead
	invitations   map[InvitationID]struct{}
	pictures      map[AvatarID]Picture
	replaced      map[AvatarID]struct{}
}

func newPlan(s *State) *plan {
	return &plan{
		State:    s,
		began:    s.Head.ID,
		freed:    map[string]User{},
		users:    map[UserID]struct{}{},
		rooms:    map[RoomID]struct{}{},
		members:  map[MemberKey]struct{}{},
		messages: map[MessageID]struct{}{},
		sessions: map[SessionID]struct{}{},
		blocks:   map[BlockKey]struct{}{},

		unreactions:   map[ReactionKey]struct{}{},
		notifications: map[NotificationID]struct{}{},
		allRead:       map[UserID]AllRead{},
		invitations:   map[InvitationID]struct{}{},
		pictures:      map[AvatarID]Picture{},
		replaced:      map[AvatarID]struct{}{},
	}
}

func (p *plan) putUser(u User) {
	if before, ok := p.Users[u.ID]; ok && before.NameKey != u.NameKey {
		p.freed[before.NameKey] = before
	}
	p.Users[u.ID] = u
	p.users[u.ID] = struct{}{}
	p.Vacant = false
}

func (p *plan) putRoom(r Room) {
	p.Rooms[r.ID] = r
	p.rooms[r.ID] = struct{}{}
}

func (p *plan) putMember(m Member) {
	p.Members[m.Key()] = m
	p.members[m.Key()] = struct{}{}
}

func (p *plan) removeMember(k MemberKey) {
	delete(p.Members, k)
	p.members[k] = struct{}{}
}

func (p *plan) putMessage(m Message) {
	p.Messages[m.ID] = m
	p.messages[m.ID] = struct{}{}
}

func (p *plan) putSession(s Session) {
	p.Sessions[s.ID] = s
	p.sessions[s.ID] = struct{}{}
}

func (p *plan) removeSession(id SessionID) {
	delete(p.Sessions, id)
	p.sessions[id] = struct{}{}
}

func (p *plan) putNotification(n Notification) {
	p.Notifications[n.ID] = n
	p.notifications[n.ID] = struct{}{}
}

func (p *plan) dropNotification(id NotificationID) {
	delete(p.Notifications, id)
	p.notifications[id] = struct{}{}
}

func (p *plan) putInvitation(i Invitation) {
	p.Invitations[i.ID] = i
	p.invitations[i.ID] = struct{}{}
}

// replacePicture keeps somebody's new picture, and lets go of the one they had. Whether others have the same, the
// store finds out.
func (p *plan) replacePicture(old AvatarID, picture Picture) {
	if picture.ID != "" {
		p.pictures[picture.ID] = picture
	}
	if old != "" {
		p.replaced[old] = struct{}{}
	}
}

func (p *plan) putBlock(k BlockKey, blocked bool) {
	if blocked {
		p.Blocks[k] = struct{}{}
	} else {
		delete(p.Blocks, k)
	}
	p.blocks[k] = struct{}{}
}

// putReaction has a reaction stored after all others, or removed.
func (p *plan) putReaction(k ReactionKey, on bool) {
	p.unreactions[k] = struct{}{}
	p.reactions = slices.DeleteFunc(p.reactions, func(known ReactionKey) bool { return known == k })
	if on {
		p.reactions = append(p.reactions, k)
	}
}

// emit appends an event to the log: it gets the next id and, with a room, the room's next revision.
func (p *plan) emit(e Event) Event {
	p.Head.ID++
	e.ID, e.Epoch, e.At = p.Head.ID, p.Head.Epoch, p.Now
	if room, ok := p.Rooms[e.RoomID]; ok {
		room.Rev++
		p.Rooms[room.ID] = room
		e.RoomRev = room.Rev
	}
	p.events = append(p.events, e)
	return e
}

// next is the id that the next emitted event will get.
func (p *plan) next() int64 { return p.Head.ID + 1 }

// userNamed finds who has a name key, of those that were loaded.
func (p *plan) userNamed(key string) (User, bool) {
	for _, u := range p.Users {
		if u.NameKey == key {
			return u, true
		}
	}
	u, ok := p.freed[key]
	return u, ok
}

// loadedRooms and loadedSessions are somebody's, of those that the batch has read, in an order that does not
// depend on chance.
func (p *plan) loadedRooms(user UserID) []Member {
	return sortedOf(p.Members, func(m Member) bool { return m.UserID == user }, func(m Member) string { return string(m.RoomID) })
}

func (p *plan) loadedMembers(room RoomID) []Member {
	return sortedOf(p.Members, func(m Member) bool { return m.RoomID == room }, func(m Member) string { return string(m.UserID) })
}

func (p *plan) loadedSessions(user UserID) []Session {
	return sortedOf(p.Sessions, func(s Session) bool { return s.UserID == user }, func(s Session) string { return string(s.ID) })
}

func sortedOf[K comparable, V any](all map[K]V, which func(V) bool, by func(V) string) (some []V) {
	for _, v := range all {
		if which(v) {
			some = append(some, v)
		}
	}
	slices.SortFunc(some, func(a, b V) int { return strings.Compare(by(a), by(b)) })
	return some
}

// rows is what the plan comes to, nil if nothing was altered. The events are told with the state at
// the end of the batch, like events read from the log.
func (p *plan) rows() *Rows {
	r := &Rows{Events: p.events}
	r.Users, _ = altered(p.users, p.Users)
	r.Rooms, _ = altered(p.rooms, p.Rooms)
	r.Members, r.Left = altered(p.members, p.Members)
	r.Messages, _ = altered(p.messages, p.Messages)
	r.Sessions, r.Ended = altered(p.sessions, p.Sessions)
	r.Notifications, r.Dropped = altered(p.notifications, p.Notifications)
	r.Invitations, _ = altered(p.invitations, p.Invitations)
	r.Blocks, r.Unblocks = split(p.blocks, func(k BlockKey) bool { _, blocked := p.Blocks[k]; return blocked })
	r.Reactions, r.Unreactions = p.reactions, slices.Collect(maps.Keys(p.unreactions))
	r.Pictures, r.Replaced = slices.Collect(maps.Values(p.pictures)), slices.Collect(maps.Keys(p.replaced))
	r.AllRead = slices.Collect(maps.Values(p.allRead))
	if len(p.events)+len(p.users)+len(p.rooms)+len(p.members)+len(p.messages)+len(p.sessions)+len(p.invitations) == 0 {
		return nil
	}
	for i := range r.Events {
		r.Events[i].Told = p.told(r.Events[i])
	}
	return r
}

// told is what an event tells, at the end of the batch.
func (p *plan) told(e Event) Told {
	t := Told{
		Actor:   p.Users[e.ActorID].Person(),
		User:    p.Users[e.UserID].Person(),
		Room:    p.Rooms[cmp.Or(e.RoomID, e.Ref.Room)],
		Subject: p.Users[e.Ref.User].Person(),
		Member:  p.Members[MemberKey{e.Ref.Room, e.UserID}],
	}
	if m, ok := p.Messages[e.MessageID]; ok {
		m = p.messageNow(m)
		t.Message = &m
	}
	if n, ok := p.Notifications[e.Ref.Notification]; ok {
		n.Actor = p.personNow(n.Actor)
		t.Notification = &n
	}
	return t
}

// messageNow is a message with its people as they are at the end of the batch, which may have renamed them.
func (p *plan) messageNow(m Message) Message {
	m.Author = p.personNow(m.Author)
	m.Reactions = slices.Clone(m.Reactions)
	for i, r := range m.Reactions {
		m.Reactions[i].People = slices.Clone(r.People)
		for j, who := range r.People {
			m.Reactions[i].People[j] = p.personNow(who)
		}
	}
	return m
}

func (p *plan) personNow(who Person) Person {
	if _, altered := p.users[who.ID]; altered {
		return p.Users[who.ID].Person()
	}
	return who
}

// unread counts what a member has not read, with what the batch has posted and deleted so far.
func (p *plan) unread(m Member) int {
	n := p.Counts[Count{m.Key(), m.ReadSeq}]
	for id := range p.messages {
		message := p.Messages[id]
		if message.RoomID != m.RoomID || message.Seq <= m.ReadSeq || message.Author.ID == m.UserID {
			continue
		}
		switch posted := message.PostedID > p.began; {
		case posted && !message.Deleted():
			n++
		case !posted && message.Deleted() && message.ChangedID > p.began:
			n--
		}
	}
	return n
}

// altered splits the marked keys into the rows that exist and the keys that are gone.
func altered[K comparable, V any](marked map[K]struct{}, state map[K]V) (put []V, gone []K) {
	for k := range maps.Keys(marked) {
		if v, ok := state[k]; ok {
			put = append(put, v)
		} else {
			gone = append(gone, k)
		}
	}
	return slices.Clip(put), gone
}

// split is altered for rows that are nothing but their key.
func split[K comparable](marked map[K]struct{}, exists func(K) bool) (put, gone []K) {
	for k := range maps.Keys(marked) {
		if exists(k) {
			put = append(put, k)
		} else {
			gone = append(gone, k)
		}
	}
	return slices.Clip(put), gone
}

func (p *plan) hasReaction(k ReactionKey) bool {
	return slices.ContainsFunc(p.Messages[k.MessageID].Reaction(k.Emoji).People, func(who Person) bool { return who.ID == k.UserID })
}
