package chat

import (
	"slices"
)

// Membership is a room whose events a stream carries from event Since on, that of the join.
type Membership struct {
	RoomID RoomID
	Since  int64
}

// ReplayQuery asks for the events after a position that concern a user: those whose UserID is User or one of the
// Audiences, and those of a room in Rooms with an id of its Since or above. A room is read only while the snapshot has
// that membership, the user's with JoinedID = Since, and an audience only while the user's role there belongs to it:
// what is told is the state of the snapshot, which may be newer than Until, and what is written after somebody has left
// is not for them.
//
// Opening a stream is bounded: PerRoom and Total are set, and the answer covers everything up to
// Until. Reading on after falling behind is paged: only Limit is set, and the answer ends at Upto.
type ReplayQuery struct {
	After Position
	Until int64 // events above this are not read: the rooms below are known as of here
	User  UserID
	Rooms []Membership

	Audiences []UserID // that the user belongs to

	Limit   int // events read a page
	PerRoom int // a room with more events than this is Stale, its events left out
	Total   int // more events than this in all (stale rooms not counted) are a Reset
}

// Replay is the answer to a ReplayQuery. It tells the state, not the history: of the events about one
// message (posted, edited, deleted) only the newest is given, with the message as it is now, and so of
// those about one emoji under it, about one person and about one notification. (What changed again after
// Until may be given more than once, the same each time.)
type Replay struct {
	Events []Event  // by id
	Upto   Position // the answer is complete up to here; Until when nothing is left below it
	Head   Position // the snapshot's head
	Stale  []RoomID // sorted
	Reset  Reset    // "" normally; else Events and Stale are empty
	Missed int      // with a Reset: messages by others posted in Rooms after the position, 0 if unknown

	Mentions int // with a Reset: of all these, those that name the user or everybody, 0 if unknown
}

// Reset says why a reader cannot be brought level event by event.
type Reset string

// The reasons for a reset.
const (
	ResetMalformed Reset = "malformed" // not a cursor
	ResetEpoch     Reset = "epoch"     // of another history
	ResetAhead     Reset = "ahead"     // above the head
	ResetRetention Reset = "retention" // below the floor
	ResetTooMuch   Reset = "too_much"  // more than Total events
)

// What both stores must decide alike is decided here, on what they have read: a store only knows how
// to find things.

// Found is what a store finds for a ReplayQuery before it reads any event, all of one snapshot: where
// the log stands, and of each key the ids of its events that the query asks for, the lowest ones if there are too many.
type Found struct {
	Head  Position
	Floor int64
	Role  Role // of the user
	Rooms map[RoomID][]int64
	Names map[UserID][]int64
}

// Names are what an event's UserID is that concerns the user, whatever the room.
func (q ReplayQuery) Names() []UserID { return append([]UserID{q.User}, q.Audiences...) }

// Bounds is how many ids a store finds of each room and of each of the user's names at most. It is one more than can
// be told, which says that there are more.
func (q ReplayQuery) Bounds() (perRoom, ofUser int) {
	if q.Limit > 0 {
		return q.Limit + 1, q.Limit + 1
	}
	return q.PerRoom + 1, q.Total + 1
}

// Foreign says why a position cannot be continued from, "" if it can. A store need not look for any ids
// if it cannot.
func (f Found) Foreign(after Position) Reset {
	switch {
	case after.Epoch != f.Head.Epoch:
		return ResetEpoch
	case after.ID > f.Head.ID:
		return ResetAhead
	case after.ID < f.Floor:
		return ResetRetention
	}
	return ""
}

// Answer decides what the found comes to, and gives the ids of the events to be read, in order. To be
// filled in are Events, passed through Newest, and Missed and Mentions if the answer is ResetTooMuch.
func (q ReplayQuery) Answer(f Found) (r Replay, ids []int64) {
	r = Replay{Head: f.Head, Upto: f.Head, Reset: f.Foreign(q.After)}
	if r.Reset != "" {
		return r, nil
	}
	var stale []RoomID
	if q.Limit == 0 {
		stale = f.stale(q.PerRoom)
	}
	ids = f.ids(q.User, stale)
	if q.Limit == 0 && len(ids) > q.Total {
		r.Reset = ResetTooMuch
		return r, nil
	}
	r.Stale = stale
	r.Upto.ID = max(q.After.ID, min(q.Until, f.Head.ID))
	if q.Limit > 0 && len(ids) > q.Limit {
		ids = ids[:q.Limit]
		r.Upto.ID = ids[q.Limit-1]
	}
	return r, ids
}

// stale names the rooms with more than perRoom events.
func (f Found) stale(perRoom int) (rooms []RoomID) {
	for room, ids := range f.Rooms {
		if len(ids) > perRoom {
			rooms = append(rooms, room)
		}
	}
	slices.Sort(rooms)
	return rooms
}

// ids are those of the user, of the audiences that they belong to and of the rooms that are not stale. What concerns
// several is one event.
func (f Found) ids(user UserID, stale []RoomID) (all []int64) {
	for name, ids := range f.Names {
		if name == user || f.Role.BelongsTo(name) {
			all = append(all, ids...)
		}
	}
	for room, ids := range f.Rooms {
		if !slices.Contains(stale, room) {
			all = append(all, ids...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Newest keeps, of the events about one subject, only the newest one: it is told as it is now. A message that
// was changed again after Until keeps the last event before that, since nothing else in this answer
// would tell of it. The events come by id, and their list is used for the answer.
func (q ReplayQuery) Newest(events []Event) []Event {
	last := map[string]int64{}
	for _, e := range events {
		last[e.Subject()] = e.ID
	}
	return slices.DeleteFunc(events, func(e Event) bool {
		subject := e.Subject()
		if subject == "" {
			return false
		}
		if m := e.Told.Message; m != nil && e.Kind != Reacted {
			return m.ChangedID != e.ID && (m.ChangedID <= q.Until || last[subject] != e.ID)
		}
		return last[subject] != e.ID
	})
}

// MissedMost is how many events a store looks at to count what was missed, and how many messages that name anybody:
// counting more would cost more than the replay it stands for, so then the number is unknown.
const MissedMost = 10_000
