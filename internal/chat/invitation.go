package chat

import "time"

// InvitationID is opaque, made by NewID.
type InvitationID string

// Invitation lets people sign up who know its secret. The secret itself is never stored, only its SHA-256.
type Invitation struct {
	ID         InvitationID
	SecretHash []byte
	CreatorID  UserID
	Role       Role   // what those who come by it will be
	RoomID     RoomID // that they are added to beside, or as guests instead of, General; "" for none
	CreatedAt  time.Time
	ExpiresAt  time.Time
	Left       int // how many may still come
}

// BlockKey names somebody's wish not to hear from somebody else.
type BlockKey struct {
	UserID  UserID // who blocks
	Blocked UserID
}
