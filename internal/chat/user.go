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
)

// User is an account.
type User struct {
	ID           UserID
	Name         string // as typed, trimmed, NFC
	NameKey      string // NameKey(Name): unique
	Role         Role
	PasswordHash string // argon2id, in PHC string format
	CreatedAt    time.Time
}

// Person is what others see of a user.
type Person struct {
	ID   UserID `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role,omitempty"`
}

// Person is the public part of the account.
func (u User) Person() Person { return Person{u.ID, u.Name, u.Role} }
