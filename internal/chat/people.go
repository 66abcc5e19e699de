package chat

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// PeopleMost is how many people a search gives.
const PeopleMost = 20

// PeopleQuery says whom Store.People looks for.
type PeopleQuery struct {
	Prefix string // of their name keys
	Room   RoomID // that they are members of, as the viewer is; "": any or none
	Limit  int
}

// People finds people by the beginning of their name, in a room or (if it is "") everywhere.
func (c *Chat) People(ctx context.Context, viewer UserID, room RoomID, prefix string) ([]User, error) {
	if !storable(prefix) || !storable(string(room)) {
		return nil, nil
	}
	return c.store.People(ctx, viewer, PeopleQuery{NameKey(prefix), room, PeopleMost})
}

// person finds somebody whom the viewer may know of, by id or by name.
func (c *Chat) person(ctx context.Context, viewer UserID, who string) (User, error) {
	if !storable(who) || who == "" {
		return User{}, errNobody
	}
	u, err := c.store.User(ctx, viewer, UserID(who))
	if KindOf(err) != NotFound {
		return u, err
	}
	named, err := c.store.Named(ctx, []string{NameKey(who)})
	if err != nil {
		return User{}, err
	}
	for _, n := range named {
		if u, err = c.store.User(ctx, viewer, n.ID); KindOf(err) != NotFound {
			return u, err
		}
	}
	return User{}, errNobody
}

// Profile is what somebody says of themselves. Nil fields stay as they are.
type Profile struct {
	Name    *string
	Status  *string
	Picture *Picture // the zero Picture: their initials are drawn
}

// MaxStatus is the longest status text, in characters (runes).
const MaxStatus = 100

// ChangeProfile alters what others see of the actor, everywhere at once.
func (c *Chat) ChangeProfile(ctx context.Context, actor UserID, p Profile) (User, error) {
	change := &changeProfile{actor: actor, status: p.Status, picture: p.Picture}
	if p.Name != nil {
		name, err := cleanUserName(*p.Name)
		if err != nil {
			return User{}, err
		}
		change.name, change.nameKey = name, NameKey(name)
	}
	if p.Status != nil {
		status := strings.Join(strings.Fields(*p.Status), " ")
		switch {
		case !storable(status) || strings.ContainsFunc(status, unprintable):
			return User{}, invalid("status", "The status contains a character that cannot be shown.")
		case utf8.RuneCountInString(status) > MaxStatus:
			return User{}, invalid("status", fmt.Sprintf("The status must have at most %d characters.", MaxStatus))
		}
		change.status = &status
	}
	err := c.writer.Do(ctx, change)
	return change.user, err
}

// Picture is a picture that somebody uses.
func (c *Chat) Picture(ctx context.Context, id AvatarID) (Picture, error) {
	return c.store.Picture(ctx, id)
}

// ChangePrefs alters what the actor prefers. Receipts stay as they are where the installation has none.
func (c *Chat) ChangePrefs(ctx context.Context, actor UserID, p Prefs) error {
	for field, text := range map[string]*string{"quiet_from": &p.QuietFrom, "quiet_to": &p.QuietTo} {
		clock, err := time.Parse("15:04", *text)
		if *text != "" && err != nil {
			return invalid(field, "This must be a time of day, such as 22:00.")
		}
		if *text != "" {
			*text = clock.Format("15:04") // 7:30 is 07:30: they are compared as text
		}
	}
	if (p.QuietFrom == "") != (p.QuietTo == "") {
		return invalid("quiet_to", "Quiet hours have a beginning and an end.")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "Local" { // which would be the server's own
		return invalid("zone", "This is not the name of a time zone, such as Europe/Berlin.")
	}
	return c.writer.Do(ctx, &changePrefs{actor: actor, prefs: p, receipts: c.receipts})
}

// Quiet says whether it is a quiet hour for somebody who prefers this.
func (p Prefs) Quiet(now time.Time) bool {
	if p.QuietFrom == "" {
		return false // before the zone is loaded, which reads a file
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return false
	}
	clock := now.In(zone).Format("15:04")
	if p.QuietFrom <= p.QuietTo {
		return p.QuietFrom <= clock && clock < p.QuietTo
	}
	return p.QuietFrom <= clock || clock < p.QuietTo
}

// SetRole gives somebody another role: an administrator may.
func (c *Chat) SetRole(ctx context.Context, actor, user UserID, role Role) error {
	switch role {
	case Administrator, Ordinary, Guest:
		return c.writer.Do(ctx, &setRole{actor: actor, user: user, role: role})
	}
	return invalid("role", "The role is administrator, member or guest.")
}

// Ban closes somebody's account and ends their sessions, or opens it again: an administrator may.
func (c *Chat) Ban(ctx context.Context, actor, user UserID, on bool) error {
	if actor == user {
		return &Error{Kind: Forbidden, Message: "You cannot ban yourself."}
	}
	return c.writer.Do(ctx, &disable{actor: actor, user: user, on: on})
}

// CloseAccount closes the actor's own account.
func (c *Chat) CloseAccount(ctx context.Context, actor UserID) error {
	return c.writer.Do(ctx, &disable{actor: actor, user: actor, on: true})
}

// Block says whether the actor wants to hear from somebody, named by id or name.
func (c *Chat) Block(ctx context.Context, actor UserID, who string, on bool) error {
	u, err := c.person(ctx, actor, who)
	if err != nil {
		return err
	}
	return c.writer.Do(ctx, &block{actor: actor, user: u.ID, on: on})
}

// OpenDirect finds the direct room of the actor and others, named by id or name, or makes it.
func (c *Chat) OpenDirect(ctx context.Context, actor UserID, who []string) (Room, error) {
	people := []UserID{actor}
	who = distinct(slices.Clone(who))
	if len(who) > 2*MaxDirect { // as many as there can be with each by name and by id
		return Room{}, errManyDirect
	}
	for _, name := range who {
		u, err := c.person(ctx, actor, name)
		if err != nil {
			return Room{}, err
		}
		people = append(people, u.ID)
	}
	people = distinct(people)
	switch {
	case len(people) < 2:
		return Room{}, invalid("user", "Say whom you want to write to.")
	case len(people) > MaxDirect:
		return Room{}, errManyDirect
	}
	change := &openDirect{actor: actor, people: people}
	err := c.writer.Do(ctx, change)
	return change.room, err
}

// Invite makes an invitation and gives its secret, which is stored nowhere: an administrator may.
func (c *Chat) Invite(ctx context.Context, actor UserID, role Role, room RoomID, uses int, life time.Duration) (Invitation, string, error) {
	switch {
	case c.signup == SignupClosed:
		return Invitation{}, "", errClosed
	case role != Ordinary && role != Guest:
		return Invitation{}, "", invalid("role", "One can be invited as a member or as a guest.")
	case role == Guest && room == "":
		return Invitation{}, "", invalid("room", "A guest sees only rooms that they are added to: choose one.")
	case uses < 1 || uses > 1000:
		return Invitation{}, "", invalid("uses", "An invitation is for 1 to 1000 people.")
	case life <= 0 || life > 90*24*time.Hour:
		return Invitation{}, "", invalid("expires", "An invitation ends later than now, and in 90 days at most.")
	}
	var b [20]byte
	rand.Read(b[:])
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	change := &invite{actor: actor, life: life, invitation: Invitation{
		ID: InvitationID(NewID()), SecretHash: hashSecret(secret), Role: role, RoomID: room, Left: uses,
	}}
	err := c.writer.Do(ctx, change)
	return change.invitation, secret, err
}

// Invited is the invitation with this secret, if it is valid; the zero Invitation for no secret.
func (c *Chat) Invited(ctx context.Context, secret string) (Invitation, error) {
	if secret == "" {
		return Invitation{}, nil
	}
	i, err := c.store.Invitation(ctx, hashSecret(secret))
	if KindOf(err) == NotFound || err == nil && (i.Left <= 0 || c.signup == SignupClosed || time.Now().After(i.ExpiresAt)) {
		return Invitation{}, errInvited
	}
	return i, err
}

// Invitations are those that are still valid: an administrator may see them.
func (c *Chat) Invitations(ctx context.Context, viewer User) ([]Invitation, error) {
	if viewer.Role != Administrator {
		return nil, errNotAdmin
	}
	return c.store.Invitations(ctx)
}

// Uninvite makes an invitation void: an administrator may.
func (c *Chat) Uninvite(ctx context.Context, viewer User, id InvitationID) error {
	all, err := c.Invitations(ctx, viewer)
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.ID == id {
			return c.writer.Do(ctx, &uninvite{actor: viewer.ID, invitation: i})
		}
	}
	return ErrNotFound
}
