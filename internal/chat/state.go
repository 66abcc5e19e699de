package chat

import (
	"fmt"
	"time"
)

// Needs names the state an Update reads. Duplicates are allowed.
type Needs struct {
	Users      []UserID
	Names      []string // users by name key
	Rooms      []RoomID
	Members    []MemberKey
	Messages   []MessageID // with their authors
	Sessions   []SessionID
	SessionsOf []UserID // every session of these users
}

// roomFor adds a room with what decides what the actor may do there.
func (n *Needs) roomFor(actor UserID, room RoomID) {
	n.Users = append(n.Users, actor)
	n.Rooms = append(n.Rooms, room)
	n.Members = append(n.Members, MemberKey{room, actor})
}

// State is what an Update read under the log lock. What does not exist is absent.
type State struct {
	Now      time.Time // the database's clock, in whole milliseconds, UTC; never before the newest event
	Head     Position  // the newest event is Head.ID; the epoch is that of events to append
	Vacant   bool      // nobody has signed up yet
	Users    map[UserID]User
	Rooms    map[RoomID]Room // with Rev and Seq
	Members  map[MemberKey]Member
	Messages map[MessageID]Message
	Sessions map[SessionID]Session
}

// NewState is an empty state with its maps made.
func NewState() *State {
	return &State{
		Users:    map[UserID]User{},
		Rooms:    map[RoomID]Room{},
		Members:  map[MemberKey]Member{},
		Messages: map[MessageID]Message{},
		Sessions: map[SessionID]Session{},
	}
}

// Rows is what an Update writes: every row whole, each key at most once. Room.Rev and Room.Seq are
// not columns: they follow from the newest event and the newest message of the room.
type Rows struct {
	Users    []User
	Rooms    []Room
	Members  []Member
	Left     []MemberKey // memberships to remove
	Messages []Message
	Sessions []Session
	Ended    []SessionID // sessions to remove
	Events   []Event     // ids continue State.Head
}

// Continue checks that the events follow the head without a hole: everything else rests on that.
func (r *Rows) Continue(head Position) error {
	for _, e := range r.Events {
		head.ID++
		if e.Position() != head {
			return fmt.Errorf("event %v does not continue the log: it should be %v", e.Position(), head)
		}
	}
	return nil
}
