package chat

import "time"

// changeProfile alters what others see of the actor.
type changeProfile struct {
	actor   UserID
	name    string // "" keeps it
	nameKey string
	status  *string  // nil keeps it
	picture *Picture // nil keeps it
	user    User     // the result
}

func (c *changeProfile) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.RoomsOf = append(n.RoomsOf, c.actor)
	if c.nameKey != "" {
		n.Names = append(n.Names, c.nameKey)
	}
}

func (c *changeProfile) apply(p *plan) error {
	u, err := p.active(c.actor)
	if err != nil {
		return err
	}
	if other, taken := p.userNamed(c.nameKey); taken && c.name != "" && other.ID != c.actor {
		return &Error{Kind: Invalid, Field: "name", Message: "This name is taken. Please choose another one."}
	}
	before := u
	if c.name != "" {
		u.Name, u.NameKey = c.name, c.nameKey
	}
	if c.status != nil {
		u.Status = *c.status
	}
	if c.picture != nil {
		u.Avatar = c.picture.ID
	}
	if u.Avatar != before.Avatar {
		p.replacePicture(before.Avatar, *c.picture)
	}
	if u != before {
		p.putUser(u)
		p.tellOf(u.ID, c.actor)
	}
	c.user = u
	return nil
}

// tellOf tells everybody who may know of somebody that they have changed, and themselves. The batch must have read
// their rooms, from which guests know them.
func (p *plan) tellOf(user, actor UserID) {
	for _, m := range p.loadedRooms(user) {
		p.emit(Event{Kind: UserChanged, RoomID: m.RoomID, ActorID: actor, Ref: Ref{User: user}})
	}
	for _, audience := range []UserID{Insiders, user} {
		p.emit(Event{Kind: UserChanged, UserID: audience, ActorID: actor, Ref: Ref{User: user}})
	}
}

// changePrefs alters what the actor prefers.
type changePrefs struct {
	actor    UserID
	prefs    Prefs
	receipts bool // the installation has them; else what is preferred of them is not touched
}

func (c *changePrefs) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	if c.receipts && !c.prefs.Receipts {
		n.RoomsOf = append(n.RoomsOf, c.actor)
	}
}

func (c *changePrefs) apply(p *plan) error {
	u, err := p.active(c.actor)
	if err != nil {
		return err
	}
	prefs := c.prefs
	if !c.receipts {
		prefs.Receipts = u.Prefs.Receipts
	}
	if u.Prefs == prefs {
		return nil
	}
	if u.Prefs.Receipts && !prefs.Receipts {
		p.hideSeen(u.ID)
	}
	u.Prefs = prefs
	p.putUser(u)
	p.emit(Event{Kind: UserChanged, UserID: u.ID, ActorID: u.ID, Ref: Ref{User: u.ID}})
	return nil
}

// setRole gives somebody another role: an administrator may, and not to themselves, so that there is always one.
type setRole struct {
	actor, user UserID
	role        Role
}

func (c *setRole) needs(n *Needs) {
	n.Users = append(n.Users, c.actor, c.user)
	n.RoomsOf = append(n.RoomsOf, c.user)
}

func (c *setRole) apply(p *plan) error {
	u, err := p.administered(c.actor, c.user)
	if err != nil {
		return err
	}
	if c.actor == c.user {
		return &Error{Kind: Forbidden, Message: "You cannot change your own role: another administrator can."}
	}
	if u.Role != c.role {
		u.Role = c.role
		p.putUser(u)
		p.tellOf(u.ID, c.actor)
	}
	return nil
}

// administered is somebody whom the actor looks after as an administrator.
func (p *plan) administered(actor, user UserID) (User, error) {
	if err := p.administrator(actor); err != nil {
		return User{}, err
	}
	u, ok := p.Users[user]
	if !ok {
		return User{}, errNobody
	}
	return u, nil
}

// administrator refuses who is none.
func (p *plan) administrator(id UserID) error {
	u, err := p.active(id)
	if err == nil && u.Role != Administrator {
		err = errNotAdmin
	}
	return err
}

// disable closes an account, which ends all of its sessions, or opens it again: an administrator may ban others
// and let them back, everybody else may close their own.
type disable struct {
	actor, user UserID
	on          bool
}

func (c *disable) needs(n *Needs) {
	n.Users = append(n.Users, c.actor, c.user)
	n.SessionsOf = append(n.SessionsOf, c.user)
	n.RoomsOf = append(n.RoomsOf, c.user)
}

func (c *disable) apply(p *plan) error {
	var u User
	var err error
	if c.actor == c.user && c.on {
		if u, err = p.active(c.actor); err == nil && u.Role == Administrator {
			err = &Error{Kind: Forbidden, Message: "An administrator cannot close their own account: another administrator can."}
		}
	} else {
		u, err = p.administered(c.actor, c.user)
	}
	if err != nil || u.Disabled() == c.on {
		return err
	}
	if !c.on {
		u.DisabledAt = time.Time{}
		p.putUser(u)
		p.tellOf(u.ID, c.actor)
		return nil
	}
	u.DisabledAt = p.Now
	p.putUser(u)
	for _, s := range p.loadedSessions(u.ID) {
		p.endSession(s)
	}
	p.tellOf(u.ID, c.actor)
	p.emit(Event{Kind: UserDisabled, UserID: u.ID, ActorID: c.actor, Ref: Ref{User: u.ID}})
	return nil
}
