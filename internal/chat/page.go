package chat

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	PageSize = 50 // messages in a page of history

	// MembersShown is how many members a page names of a large room, beside the viewer: any of them, but always the
	// same.
	MembersShown = 200

	// MovesMost is how many of those who came and went between the messages of a page are shown: the newest.
	MovesMost = 100
)

// PageQuery asks for a page. Without a Room it is the list of rooms only. At most one of Before and
// Around is set; without either the newest messages are meant.
type PageQuery struct {
	Room   RoomID
	Before Anchor // the messages before this one
	Around Anchor // this one in the middle
	Limit  int    // messages, PageSize if 0
}

// Anchor names a message of the room by its id or its number; the zero Anchor names none. An id
// that is not in the room is NotFound; a number need not exist.
type Anchor struct {
	ID  MessageID
	Seq int64
}

// Page is what a page shows, all of one snapshot.
type Page struct {
	Head        Position
	Viewer      Person     // the zero one if there is no such user
	Rooms       []RoomLine // what the viewer can see: public rooms and their own, by name; General first
	Room        Room       // of PageQuery.Room; NotFound if private and not joined
	Member      *Member    // the viewer's membership of it; nil: not joined, and then nothing below is set
	Members     []Person   // by name, MembersShown of them
	MemberCount int
	Messages    []Message // by Seq, deleted ones included (their body is empty)
	Older       bool      // there are messages before these
	Newer       bool      // there are messages after these
	Moves       []Move    // who came and went between these, in order; none in a direct room

	// Seen is, of a direct room, up to which message its members let each other see that they have read. Who
	// shows nothing is not in it.
	Seen map[UserID]int64

	Bell    int      // the viewer's unread notifications
	Blocked []UserID // whom the viewer does not want to hear from, sorted
}

// Move is somebody who joined a room or left it, as it stands between the messages. It is read from the log and
// forgotten with it.
type Move struct {
	Kind    Kind // UserJoined or UserLeft
	User    Person
	Actor   Person // who added or removed them, or they themselves
	Seq     int64  // of the message that was the newest then; 0 for none
	RoomRev int64
	At      time.Time
}

// MoveBounds are the messages between which the moves of a page lie that has those from first to last: 0, which is
// no message's number, where there is no bound.
func (p Page) MoveBounds(first, last int64) (after, before int64) {
	if p.Older {
		after = first
	}
	if p.Newer {
		before = last + 1
	}
	return after, before
}

// RoomLine is a line of the list of rooms.
type RoomLine struct {
	Room    Room
	Joined  bool
	ReadSeq int64
	Unread  int // messages by others, not deleted, above ReadSeq; 0 unless joined

	Mentions   int       // of these, those that name the viewer or answer them
	Level      Level     // the viewer's
	MutedUntil time.Time // the viewer's
	People     []Person  // of a direct room, the viewer too, by name
}

// Called is what the viewer calls the room: of a direct one, who else is in it.
func (l RoomLine) Called(viewer UserID) string {
	if !l.Room.Direct {
		return l.Room.Name
	}
	var names []string
	for _, p := range l.People {
		if p.ID != viewer {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return "Yourself"
	}
	return strings.Join(names, ", ")
}

// SortRoomLines sorts by what the viewer calls the rooms, General first and direct rooms last. No database is
// asked: the order must not depend on the collation of the machine that it runs on.
func SortRoomLines(lines []RoomLine, viewer UserID) {
	slices.SortFunc(lines, func(a, b RoomLine) int {
		switch {
		case a.Room.ID == b.Room.ID:
			return 0
		case a.Room.ID == General:
			return -1
		case b.Room.ID == General:
			return 1
		case a.Room.Direct != b.Room.Direct:
			if b.Room.Direct {
				return -1
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(NameKey(a.Called(viewer)), NameKey(b.Called(viewer))),
			cmp.Compare(a.Room.ID, b.Room.ID))
	})
}
