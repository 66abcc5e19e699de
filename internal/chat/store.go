package chat

import (
	"context"
	"time"
)

// Store keeps everything durable. It has two implementations, internal/sqlite and
// internal/postgres, which pass one conformance suite (chattest.RunStore).
//
// Errors. A method that takes a viewer answers NotFound for what the viewer may not see, exactly as
// for what does not exist. A database that cannot be reached, or did not answer in time, is
// Unavailable. Everything else is an error without a Kind. All methods are safe for concurrent use.
type Store interface {
	// Update is the only way to write. In one transaction it takes the log lock, then reads the
	// state named by needs, calls decide once, and writes the rows decide returns (nil: none).
	//
	// The lock comes first and alone, so what decide sees is what every earlier commit on any server
	// left behind, and no commit can come between. decide must not block. Rows are complete and
	// replace what is stored under the same key. Event ids must continue State.Head without a hole.
	//
	// A nil error means committed and flushed. Unavailable means nothing was stored. An error of
	// Kind Unknown means that the connection broke while committing: it may have been stored.
	Update(ctx context.Context, needs *Needs, decide func(*State) *Rows) error

	// Head is the newest position of the log.
	Head(ctx context.Context) (Position, error)

	// Events reads up to limit events with ids above after, in order, each with what it tells. Epoch
	// and events are of one snapshot. Because ids commit in order there are no holes, except that
	// events below the floor (see Trim) are gone: then the first id is above after+1.
	Events(ctx context.Context, after int64, limit int) (Batch, error)

	// Replay reads what a stream missed; see ReplayQuery.
	Replay(ctx context.Context, q ReplayQuery) (Replay, error)

	// Fork begins a new epoch if the log's head is still of seen's epoch and below seen: somebody
	// has seen events that the database has lost.
	Fork(ctx context.Context, seen Position) error

	// Trim forgets events older than retention, a bounded number a call, and returns how many. The
	// log's floor rises: the id below which nothing is kept. Sessions that have expired go too.
	Trim(ctx context.Context, retention time.Duration) (int, error)

	// Account is the user with this name key, for signing in.
	Account(ctx context.Context, nameKey string) (User, error)

	// Session is the unexpired session with this token hash, and its user. NotFound without one.
	Session(ctx context.Context, tokenHash []byte) (Session, User, error)

	// Sessions lists the viewer's unexpired sessions of both kinds, newest first.
	Sessions(ctx context.Context, viewer UserID) ([]Session, error)

	// Opening reads what a stream starts from in one snapshot.
	Opening(ctx context.Context, tokenHash []byte) (Opening, error)

	// Page reads what a page shows in one snapshot, together with the position of that snapshot.
	Page(ctx context.Context, viewer UserID, q PageQuery) (Page, error)

	// Member is the viewer's membership of a room; NotFound without one.
	Member(ctx context.Context, viewer UserID, room RoomID) (Member, error)

	// Message is a message of a room the viewer is a member of.
	Message(ctx context.Context, viewer UserID, id MessageID) (Message, error)

	// Secret returns the installation's secret of that name; the first caller's fresh one is kept
	// (also when two servers start at once).
	Secret(ctx context.Context, name string, fresh []byte) ([]byte, error)

	// Close gives back what the store holds. Calls under way end first.
	Close() error
}

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

// Membership is a room whose events a stream carries from event Since on.
type Membership struct {
	RoomID RoomID
	Since  int64
}

// ReplayQuery asks for the events after a position that concern a user: those of UserID = User, and
// those of a room in Rooms with an id of its Since or above.
//
// Opening a stream is bounded: PerRoom and Total are set, and the answer covers everything up to
// Until. Reading on after falling behind is paged: only Limit is set, and the answer ends at Upto.
type ReplayQuery struct {
	After   Position
	Until   int64 // events above this are not read: the rooms below are known as of here
	User    UserID
	Rooms   []Membership
	Limit   int // events read a page
	PerRoom int // a room with more events than this is Stale, its events left out
	Total   int // more events than this in all (stale rooms not counted) are a Reset
}

// Replay is the answer to a ReplayQuery. It tells the state, not the history: of the events about one
// message (posted, edited, deleted) only the newest is given, with the message as it is now. (A
// message changed again after Until may be given more than once, the same each time.)
type Replay struct {
	Events []Event  // by id
	Upto   Position // the answer is complete up to here; Until when nothing is left below it
	Head   Position // the snapshot's head
	Stale  []RoomID // sorted
	Reset  Reset    // "" normally; else Events and Stale are empty
	Missed int      // with a Reset: messages by others posted in Rooms after the position, 0 if unknown
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

// Opening is what a stream starts from.
type Opening struct {
	Session Session
	User    User
	Members []Member // the user's memberships
	Head    Position
}

// PageSize is the number of messages in a page of history.
const PageSize = 50

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
	Head     Position
	Rooms    []RoomLine // what the viewer can see: public rooms and their own, by name; General first
	Room     Room       // of PageQuery.Room; NotFound if private and not joined
	Member   *Member    // the viewer's membership of it; nil: not joined, and then nothing below is set
	Members  []Person   // by name
	Messages []Message  // by Seq, deleted ones included (their body is empty)
	Older    bool       // there are messages before these
	Newer    bool       // there are messages after these
}

// RoomLine is a line of the list of rooms.
type RoomLine struct {
	Room    Room
	Joined  bool
	ReadSeq int64
	Unread  int // messages by others, not deleted, above ReadSeq; 0 unless joined
}
