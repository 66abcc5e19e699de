package chat

import (
	"cmp"
	"time"
)

// signUp makes an account with its first session. Everybody who signs up joins General, except guests; the
// first of all is the administrator.
type signUp struct {
	user       User // ID, Name, NameKey and PasswordHash given; the rest is the result
	session    Session
	closed     bool       // only the first may, and who is invited
	invitation Invitation // as it was read; the zero Invitation: none
}

func (c *signUp) needs(n *Needs) {
	n.Users = append(n.Users, c.user.ID)
	n.Names = append(n.Names, c.user.NameKey)
	n.Rooms = append(n.Rooms, General)
	n.Members = append(n.Members, MemberKey{General, c.user.ID})
	if c.invitation.ID != "" {
		n.Invitations = append(n.Invitations, c.invitation.SecretHash)
		n.roomFor(c.invitation.CreatorID, c.invitation.RoomID)
	}
}

func (c *signUp) apply(p *plan) error {
	invitation, err := p.invited(c.invitation)
	if err != nil {
		return err
	}
	if room, ok := p.Rooms[invitation.RoomID]; invitation.Role == Guest && (!ok || room.Archived()) {
		return errInvited // there is nothing left that a guest could see
	}
	if c.closed && !p.Vacant && invitation.ID == "" {
		return errClosed
	}
	if _, taken := p.Users[c.user.ID]; taken {
		return &Error{Kind: Conflict, Message: "That did not work. Please try again."}
	}
	if _, taken := p.userNamed(c.user.NameKey); taken {
		return &Error{Kind: Invalid, Field: "name", Message: "This name is taken. Please choose another one."}
	}
	c.user.Role = cmp.Or(invitation.Role, Ordinary)
	if p.Vacant {
		c.user.Role = Administrator
	}
	c.user.CreatedAt = p.Now
	p.putUser(c.user)
	if c.user.Role != Guest {
		p.enter(General, c.user.ID, c.user.ID)
	}
	if room, ok := p.Rooms[invitation.RoomID]; ok && !room.Archived() && (room.ID != General || c.user.Role == Guest) {
		p.enter(room.ID, c.user.ID, invitation.CreatorID)
	}
	p.emit(Event{Kind: UserChanged, UserID: Insiders, ActorID: c.user.ID, Ref: Ref{User: c.user.ID}})
	if invitation.ID != "" {
		invitation.Left--
		p.changeInvitation(invitation, c.user.ID)
	}
	p.beginSession(&c.session)
	return nil
}

// invited is the invitation as it is now; the zero Invitation if none was read. It holds as long as who made it
// could make it again.
func (p *plan) invited(i Invitation) (Invitation, error) {
	if i.ID == "" {
		return i, nil
	}
	now, ok := p.Invitations[i.ID]
	if !ok || now.Left <= 0 || !p.Now.Before(now.ExpiresAt) {
		return Invitation{}, errInvited
	}
	if p.mayInvite(now.CreatorID, now.RoomID) != nil {
		return Invitation{}, errInvited
	}
	return now, nil
}

// beginSession stores a new session; its times come from the database's clock.
func (p *plan) beginSession(s *Session) {
	s.CreatedAt, s.SeenAt = p.Now, p.Now
	s.ExpiresAt = p.Now.Add(SessionIdle)
	if s.Kind == TokenSession {
		s.ExpiresAt = p.Now.Add(tokenLife)
	}
	p.putSession(*s)
	p.emit(Event{Kind: SessionBegun, UserID: s.UserID, ActorID: s.UserID, Ref: Ref{Session: s.ID}})
}

// tokenLife is how long a program's token lives unless it is revoked: ten years, practically for ever.
const tokenLife = 10 * 365 * 24 * time.Hour

// openSession signs in: with a password, whose hash must still be the one that was verified, or from a
// session, which must still be there.
type openSession struct {
	session Session
	hash    string
	from    SessionID
}

func (c *openSession) needs(n *Needs) {
	n.Users = append(n.Users, c.session.UserID)
	n.Sessions = append(n.Sessions, c.from)
}

func (c *openSession) apply(p *plan) error {
	user, ok := p.Users[c.session.UserID]
	if c.from != "" {
		_, ok = p.Sessions[c.from]
	} else if ok && user.PasswordHash != c.hash {
		return errLogin
	}
	if !ok {
		return errSignedOut
	}
	if user.Disabled() {
		return errDisabled
	}
	p.beginSession(&c.session)
	return nil
}

// touchSession lets a session slide.
type touchSession struct {
	id SessionID
}

func (c *touchSession) needs(n *Needs) { n.Sessions = append(n.Sessions, c.id) }

func (c *touchSession) apply(p *plan) error {
	s, ok := p.Sessions[c.id]
	if !ok || s.Kind != BrowserSession {
		return nil
	}
	s.SeenAt = p.Now
	s.ExpiresAt = p.Now.Add(SessionIdle)
	if last := s.CreatedAt.Add(SessionMax); s.ExpiresAt.After(last) {
		s.ExpiresAt = last
	}
	p.putSession(s)
	return nil
}

// revokeSession ends one of the actor's sessions, and its streams wherever they are.
type revokeSession struct {
	actor UserID
	id    SessionID
}

func (c *revokeSession) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.Sessions = append(n.Sessions, c.id)
}

func (c *revokeSession) apply(p *plan) error {
	s, ok := p.Sessions[c.id]
	if !ok || s.UserID != c.actor {
		return ErrNotFound
	}
	p.endSession(s)
	return nil
}

func (p *plan) endSession(s Session) {
	p.removeSession(s.ID)
	p.emit(Event{Kind: SessionRevoked, UserID: s.UserID, ActorID: s.UserID, Ref: Ref{Session: s.ID}})
}

// changePassword stores a new hash, ends all of the user's sessions (programs' tokens too) and begins
// a new one.
type changePassword struct {
	actor   UserID
	old     string // the hash that was verified
	hash    string
	session Session
}

func (c *changePassword) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.SessionsOf = append(n.SessionsOf, c.actor)
}

func (c *changePassword) apply(p *plan) error {
	u, err := p.active(c.actor)
	if err != nil {
		return err
	}
	if u.PasswordHash != c.old {
		return &Error{Kind: Conflict, Field: "current", Message: "The password has just been changed elsewhere."}
	}
	for _, s := range p.loadedSessions(c.actor) {
		p.endSession(s)
	}
	u.PasswordHash = c.hash
	p.putUser(u)
	p.beginSession(&c.session)
	return nil
}
