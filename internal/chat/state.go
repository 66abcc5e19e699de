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
	Messages   []MessageID // with their authors, mentions and reactions
	Sessions   []SessionID
	SessionsOf []UserID // every session of these users
	RoomsOf    []UserID // every membership of these users, with its room
	MembersOf  []RoomID // memberships of these rooms, with their users; of a room at most MembersMost
	Watchers   []RoomID // those of them with LevelEverything, with their users; of a room at most WatchersMost
	BlocksBy   []UserID // whom these have blocked
	BlocksOf   []UserID // who has blocked these

	Notifications      []NotificationID
	NotificationsAbout []MessageID // every notification about these messages, with its user
	UnreadIn           []MemberKey // the unread notifications of a user about a room
	Counts             []Count
	Invitations        [][]byte // by the SHA-256 of their secret
}

// MembersMost is how many members of a room are read under the log lock: one more than can be named as a whole,
// which says that there are more.
const MembersMost = MentionMost + 1

// Count asks how many messages of the room by others, not deleted, lie above the number, which is not negative.
type Count struct {
	MemberKey
	Above int64
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
	Blocks   map[BlockKey]struct{}
	Counts   map[Count]int

	Notifications map[NotificationID]Notification
	Invitations   map[InvitationID]Invitation
}

// NewState is an empty state with its maps made.
func NewState() *State {
	return &State{
		Users:    map[UserID]User{},
		Rooms:    map[RoomID]Room{},
		Members:  map[MemberKey]Member{},
		Messages: map[MessageID]Message{},
		Sessions: map[SessionID]Session{},
		Blocks:   map[BlockKey]struct{}{},
		Counts:   map[Count]int{},

		Notifications: map[NotificationID]Notification{},
		Invitations:   map[InvitationID]Invitation{},
	}
}

// Rows is what an Update writes: every row whole, each key at most once. Room.Rev and Room.Seq are
// not columns: they follow from the newest event and the newest message of the room.
type Rows struct {
	Users    []User
	Pictures []Picture  // the same again is fine: their ids say what is in them
	Replaced []AvatarID // pictures to remove if nobody uses them once Users are written
	Rooms    []Room
	Members  []Member
	Left     []MemberKey // memberships to remove
	Messages []Message
	Sessions []Session
	Ended    []SessionID // sessions to remove
	Blocks   []BlockKey
	Unblocks []BlockKey // blocks to remove

	Unreactions   []ReactionKey // to remove, before Reactions: one in both moves to the end
	Reactions     []ReactionKey // in the order in which they came; those that are stored already stay as they are
	Notifications []Notification
	Dropped       []NotificationID // notifications to remove
	AllRead       []AllRead
	Invitations   []Invitation

	Events []Event // ids continue State.Head
}

// AllRead marks a person's notifications as read that were made up to an event.
type AllRead struct {
	UserID UserID
	Upto   int64
	At     time.Time
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
