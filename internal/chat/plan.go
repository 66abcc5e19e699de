package chat

import (
	"maps"
	"slices"
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
	events []Event

	users    map[UserID]struct{} // altered rows, by key
	rooms    map[RoomID]struct{}
	members  map[MemberKey]struct{}
	messages map[MessageID]struct{}
	sessions map[SessionID]struct{}
}

func newPlan(s *State) *plan {
	return &plan{
		State:    s,
		users:    map[UserID]struct{}{},
		rooms:    map[RoomID]struct{}{},
		members:  map[MemberKey]struct{}{},
		messages: map[MessageID]struct{}{},
		sessions: map[SessionID]struct{}{},
	}
}

func (p *plan) putUser(u User) {
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

// userNamed finds a loaded user by name key.
func (p *plan) userNamed(key string) (User, bool) {
	for _, u := range p.Users {
		if u.NameKey == key {
			return u, true
		}
	}
	return User{}, false
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
	if len(p.events)+len(p.users)+len(p.rooms)+len(p.members)+len(p.messages)+len(p.sessions) == 0 {
		return nil
	}
	for i := range r.Events {
		r.Events[i].Told = p.told(r.Events[i])
	}
	return r
}

func (p *plan) told(e Event) Told {
	t := Told{
		Actor: p.Users[e.ActorID].Person(),
		User:  p.Users[e.UserID].Person(),
		Room:  p.Rooms[e.RoomID],
	}
	if m, ok := p.Messages[e.MessageID]; ok {
		t.Message = &m
	}
	return t
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
