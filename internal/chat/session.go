package chat

import "time"

// How long a session lives: SessionIdle after it was last seen, SessionMax after it was made.
const (
	SessionIdle = 30 * 24 * time.Hour
	SessionMax  = 90 * 24 * time.Hour
)

// SessionKind tells a browser's cookie from a program's bearer token.
type SessionKind string

// The kinds of sessions. A token does not slide: it lives until it is revoked.
const (
	BrowserSession SessionKind = "browser"
	TokenSession   SessionKind = "token"
)

// Session is a signed-in browser or a program's token. The secret itself is never stored, only its
// SHA-256.
type Session struct {
	ID        SessionID
	UserID    UserID
	Kind      SessionKind
	Label     string // the browser's User-Agent, or the name given to the token
	TokenHash []byte // SHA-256 of the secret, unique
	CreatedAt time.Time
	SeenAt    time.Time // coarse: moved at most once an hour
	ExpiresAt time.Time
}
