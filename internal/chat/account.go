package chat

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

// Entry is a fresh session: Secret is what the browser or the program keeps, and is stored nowhere.
type Entry struct {
	User    User
	Session Session
	Secret  string
}

// SignupOpen says whether anybody can sign up.
func (c *Chat) SignupOpen() bool { return c.signup == SignupOpen }

// Vacant says whether nobody has signed up yet: then anybody can. Nothing happens before the first one comes.
func (c *Chat) Vacant(ctx context.Context) (bool, error) {
	head, err := c.store.Head(ctx)
	return err == nil && head.ID == 0, err
}

// SignUp makes an account and signs it in, with the secret of an invitation, or "". Errors: Invalid (name,
// password), Forbidden when closed or the invitation is not valid.
func (c *Chat) SignUp(ctx context.Context, name, password, label, invitation string) (Entry, error) {
	name, err := cleanUserName(name)
	if err != nil {
		return Entry{}, err
	}
	if err := checkPassword("password", password); err != nil {
		return Entry{}, err
	}
	invited, err := c.Invited(ctx, invitation)
	if err != nil {
		return Entry{}, err
	}
	hash, err := c.passwords.hash(ctx, password)
	if err != nil {
		return Entry{}, err
	}
	user := User{ID: UserID(NewID()), Name: name, NameKey: NameKey(name), PasswordHash: hash}
	session, secret := newSession(user.ID, BrowserSession, label)
	change := &signUp{user: user, session: session, closed: !c.SignupOpen(), invitation: invited}
	if err := c.writer.Do(ctx, change); err != nil {
		return Entry{}, err
	}
	return Entry{change.user, change.session, secret}, nil
}

// LogIn opens a session. A wrong name and a wrong password get the same answer in the same time.
func (c *Chat) LogIn(ctx context.Context, name, password, label string) (Entry, error) {
	user, err := c.account(ctx, name)
	if err != nil && KindOf(err) != NotFound {
		return Entry{}, err
	}
	if len(password) > 4*MaxPassword { // it cannot be right, and must not cost more than one that could
		password = ""
	}
	ok, err := c.passwords.verify(ctx, password, user.PasswordHash)
	if err != nil {
		return Entry{}, err
	}
	if !ok {
		return Entry{}, errLogin
	}
	session, secret := newSession(user.ID, BrowserSession, label)
	change := &openSession{session: session, hash: user.PasswordHash}
	if err := c.writer.Do(ctx, change); err != nil {
		return Entry{}, err
	}
	return Entry{user, change.session, secret}, nil
}

// account finds a user by a name as somebody typed it.
func (c *Chat) account(ctx context.Context, name string) (User, error) {
	if !storable(name) {
		return User{}, ErrNotFound
	}
	return c.store.Account(ctx, NameKey(name))
}

// ChangePassword ends every session of the user and opens a new one. Invalid if current is wrong.
func (c *Chat) ChangePassword(ctx context.Context, viewer User, current, password, label string) (Entry, error) {
	ok, err := c.passwords.verify(ctx, current, viewer.PasswordHash)
	if err != nil {
		return Entry{}, err
	}
	if !ok {
		return Entry{}, invalid("current", "This is not your current password.")
	}
	if err := checkPassword("password", password); err != nil {
		return Entry{}, err
	}
	hash, err := c.passwords.hash(ctx, password)
	if err != nil {
		return Entry{}, err
	}
	session, secret := newSession(viewer.ID, BrowserSession, label)
	change := &changePassword{actor: viewer.ID, old: viewer.PasswordHash, hash: hash, session: session}
	if err := c.writer.Do(ctx, change); err != nil {
		return Entry{}, err
	}
	return Entry{viewer, change.session, secret}, nil
}

// touchEvery is how often a session in use is written down as seen.
const touchEvery = time.Hour

// touches remembers which sessions this server has just let slide, so that a clock that is ahead of the
// database's does not make every request a write.
type touches struct {
	mu   sync.Mutex
	last map[SessionID]time.Time
}

func (t *touches) due(id SessionID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.last[id]) < touchEvery {
		return false
	}
	if t.last == nil || len(t.last) > 10_000 { // forgetting costs a write each
		t.last = map[SessionID]time.Time{}
	}
	t.last[id] = time.Now()
	return true
}

// Authenticate finds the session of a secret and lets it slide. Unauthenticated without one.
func (c *Chat) Authenticate(ctx context.Context, secret string) (Session, User, error) {
	if secret == "" {
		return Session{}, User{}, errSignedOut
	}
	session, user, err := c.store.Session(ctx, hashSecret(secret))
	if KindOf(err) == NotFound {
		return Session{}, User{}, errSignedOut
	}
	if err != nil {
		return Session{}, User{}, err
	}
	if session.Kind == BrowserSession && time.Since(session.SeenAt) > touchEvery && c.touches.due(session.ID) {
		_ = c.writer.Do(ctx, &touchSession{session.ID}) // if it fails, the session slides with a later request
	}
	return session, user, nil
}

// Opening reads what the stream of a secret's session starts from. Unauthenticated without one.
func (c *Chat) Opening(ctx context.Context, secret string) (Opening, error) {
	if secret == "" {
		return Opening{}, errSignedOut
	}
	o, err := c.store.Opening(ctx, hashSecret(secret))
	if KindOf(err) == NotFound {
		return Opening{}, errSignedOut
	}
	return o, err
}

// NewToken makes a bearer token for the programs of whoever is signed in with this session.
func (c *Chat) NewToken(ctx context.Context, viewer Session, label string) (Entry, error) {
	label, err := cleanName("label", "The name of the token", label)
	if err != nil {
		return Entry{}, err
	}
	session, secret := newSession(viewer.UserID, TokenSession, label)
	change := &openSession{session: session, from: viewer.ID}
	if err := c.writer.Do(ctx, change); err != nil {
		return Entry{}, err
	}
	return Entry{Session: change.session, Secret: secret}, nil
}

// Sessions lists the viewer's sessions and tokens.
func (c *Chat) Sessions(ctx context.Context, viewer UserID) ([]Session, error) {
	return c.store.Sessions(ctx, viewer)
}

// Revoke ends one of the viewer's sessions or tokens and its streams: signing out is revoking one's own.
func (c *Chat) Revoke(ctx context.Context, viewer UserID, id SessionID) error {
	return c.writer.Do(ctx, &revokeSession{actor: viewer, id: id})
}

// newSession makes a session with a secret of 256 bits.
func newSession(user UserID, kind SessionKind, label string) (Session, string) {
	var b [32]byte
	rand.Read(b[:])
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	return Session{
		ID: SessionID(NewID()), UserID: user, Kind: kind,
		Label: label, TokenHash: hashSecret(secret),
	}, secret
}

func hashSecret(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
