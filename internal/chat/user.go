package chat

import "time"

// UserID, RoomID, MessageID and SessionID are opaque; MessageID is a lower-case UUID made by the
// composer, the others are short random strings made by NewID.
type (
	UserID    string
	RoomID    string
	MessageID string
	SessionID string
)

// Role says what a user may do beyond taking part.
type Role string

// The roles. The first user of an installation is its administrator.
const (
	Administrator Role = "administrator"
	Ordinary      Role = "member"
	Guest         Role = "guest" // sees only the rooms they were added to
)

// Audiences stand in an event's UserID for everybody who belongs to them. No user has such an id.
const (
	Insiders       UserID = "@insiders" // everybody but guests: who may know of everybody
	Administrators UserID = "@administrators"
)

// Audiences are all that there are.
func Audiences() []UserID { return []UserID{Insiders, Administrators} }

// BelongsTo says whether events for an audience are for somebody of this role.
func (r Role) BelongsTo(audience UserID) bool {
	return r == Administrator || r == Ordinary && audience == Insiders
}

// User is an account.
type User struct {
	ID           UserID
	Name         string // as typed, trimmed, NFC
	NameKey      string // NameKey(Name): unique
	Role         Role
	PasswordHash string // argon2id, in PHC string format
	CreatedAt    time.Time
	Status       string    // what they say of themselves
	Avatar       AvatarID  // of their picture; "": their initials are drawn
	DisabledAt   time.Time // since when they cannot sign in, by their own wish or by a ban; zero: they can
	Unread       int       // notifications that they have not read: the number on the bell
	Prefs        Prefs
}

// AvatarID names a picture: the SHA-256 of its bytes, in hexadecimal.
type AvatarID string

// Disabled says whether the account is closed.
func (u User) Disabled() bool { return !u.DisabledAt.IsZero() }

// Prefs is what somebody prefers, kept as JSON: nothing is ever looked up by it.
type Prefs struct {
	QuietFrom string `json:"quiet_from,omitempty"` // no alerts from … to, as HH:MM in Zone; both or neither
	QuietTo   string `json:"quiet_to,omitempty"`
	Zone      string `json:"zone,omitempty"`     // IANA name, such as Europe/Berlin
	Receipts  bool   `json:"receipts,omitempty"` // others may see what they have read
}

// Person is what others see of a user.
type Person struct {
	ID     UserID   `json:"id"`
	Name   string   `json:"name"`
	Role   Role     `json:"role,omitempty"`
	Avatar AvatarID `json:"avatar,omitempty"`
	Status string   `json:"status,omitempty"`
}

// Person is the public part of the account.
func (u User) Person() Person { return Person{u.ID, u.Name, u.Role, u.Avatar, u.Status} }
