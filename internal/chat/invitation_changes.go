package chat

import "time"

// invite makes an invitation: an administrator may.
type invite struct {
	actor      UserID
	invitation Invitation // ID, SecretHash, Role, RoomID and Left given; the rest is the result
	life       time.Duration
}

func (c *invite) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	if c.invitation.RoomID != "" {
		n.roomFor(c.actor, c.invitation.RoomID)
	}
}

func (c *invite) apply(p *plan) error {
	if err := p.mayInvite(c.actor, c.invitation.RoomID); err != nil {
		return err
	}
	if p.Rooms[c.invitation.RoomID].Archived() {
		return invalid("room", "This room is archived.")
	}
	c.invitation.CreatorID, c.invitation.CreatedAt = c.actor, p.Now
	c.invitation.ExpiresAt = p.Now.Add(c.life)
	p.changeInvitation(c.invitation, c.actor)
	return nil
}

// changeInvitation stores an invitation, and tells all administrators: they see all of them.
func (p *plan) changeInvitation(i Invitation, actor UserID) {
	p.putInvitation(i)
	p.emit(Event{Kind: InvitationChanged, UserID: Administrators, ActorID: actor, Ref: Ref{Invitation: i.ID, Left: i.Left}})
}

// mayInvite refuses an invitation of somebody who is no administrator, or to a room that they do not see.
func (p *plan) mayInvite(creator UserID, room RoomID) error {
	if err := p.administrator(creator); err != nil || room == "" {
		return err
	}
	if r, err := p.visibleRoom(room, creator); err != nil || r.Direct {
		return invalid("room", "There is no such room.")
	}
	return nil
}

// uninvite makes an invitation void.
type uninvite struct {
	actor      UserID
	invitation Invitation // as it was read
}

func (c *uninvite) needs(n *Needs) {
	n.Users = append(n.Users, c.actor)
	n.Invitations = append(n.Invitations, c.invitation.SecretHash)
}

func (c *uninvite) apply(p *plan) error {
	if err := p.administrator(c.actor); err != nil {
		return err
	}
	if i, ok := p.Invitations[c.invitation.ID]; ok && i.Left > 0 {
		i.Left = 0
		p.changeInvitation(i, c.actor)
	}
	return nil
}
