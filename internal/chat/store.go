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
	// log's floor rises: the id below which nothing is kept. Sessions that have expired go too, pushes older than
	// PushesKept, and notifications that were read longer than NotificationsKept ago, also a bounded number a call.
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

	// Message is a message of a room the viewer is a member of or, if they are an administrator, of a public room.
	Message(ctx context.Context, viewer UserID, id MessageID) (Message, error)

	// Named are the users with these name keys.
	Named(ctx context.Context, nameKeys []string) ([]User, error)

	// People are users whose name key begins with the prefix, by name, whom the viewer may know of: a guest those
	// who share a room with them, anybody else everybody. Closed accounts are left out unless the viewer is an
	// administrator. Whom the viewer has blocked they know of in any case, or they could not unblock them. Of a room
	// they are only its members, and nobody if the viewer is none.
	People(ctx context.Context, viewer UserID, q PeopleQuery) ([]User, error)

	// User is a user by id, for a viewer as in People.
	User(ctx context.Context, viewer, id UserID) (User, error)

	// Notifications is a page of the viewer's notifications below the event Before (0: the newest), at most
	// NotificationsLimit of them. Those about a room that they have left are left out.
	Notifications(ctx context.Context, viewer UserID, filter NotificationFilter, before int64) (NotificationPage, error)

	// Invitation is the one with this secret's SHA-256, whether it is still valid or not; Invitations are all
	// that still are, the newest first.
	Invitation(ctx context.Context, secretHash []byte) (Invitation, error)
	Invitations(ctx context.Context) ([]Invitation, error)

	// Picture is a picture that somebody uses.
	Picture(ctx context.Context, id AvatarID) (Picture, error)

	// KeepSubscription keeps a subscription under its endpoint, also one that was another session's. Of more than
	// SubscriptionsMost of one person the oldest go, and so do those whose sessions have ended.
	//
	// Subscriptions are those of a person's unexpired sessions, the newest first. DropSubscription forgets one;
	// one that is not there is fine.
	KeepSubscription(ctx context.Context, s Subscription) error
	Subscriptions(ctx context.Context, user UserID) ([]Subscription, error)
	DropSubscription(ctx context.Context, endpoint string) error

	// TakePushes gives what is to be done about notifications of a person, the oldest first, at most PushesMost, and
	// keeps it from everybody else for the length of the lease: whoever has taken it settles or drops it, or it is
	// to be taken again when the lease has run out. What has neither been taken before nor gone meanwhile is left
	// alone until it is as old as linger.
	//
	// Update makes the Push of each unread notification that it stores, if its person has a subscription, and marks
	// those as gone whose notifications it marks as read or drops, also while somebody has taken them.
	TakePushes(ctx context.Context, user UserID, linger, lease time.Duration) ([]Push, error)

	// SettlePushes says that browsers may be showing these: there is nothing to do until they are gone, which they
	// may be already. DropPushes says that there is nothing left to do. One that is not there is fine.
	SettlePushes(ctx context.Context, ids []NotificationID) error
	DropPushes(ctx context.Context, ids []NotificationID) error

	// OverduePushes are people for whom there has been something to do for some time, the longest first, at most
	// limit of them: whoever was to do it did not.
	OverduePushes(ctx context.Context, since time.Duration, limit int) ([]UserID, error)

	// Secret returns the installation's secret of that name; the first caller's fresh one is kept
	// (also when two servers start at once).
	Secret(ctx context.Context, name string, fresh []byte) ([]byte, error)

	// Close gives back what the store holds. Calls under way end first; later ones are errors. Closing again is fine.
	Close() error
}

// Opening is what a stream starts from.
type Opening struct {
	Now     time.Time // the database's clock, in whole milliseconds, UTC: the one that ends sessions
	Session Session
	User    User
	Members []Member // the user's memberships
	Head    Position
}
