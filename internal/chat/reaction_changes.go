package chat

import "slices"

// MaxReactions is how many different emojis a message can have.
const MaxReactions = 20

// react puts an emoji under a message, or takes one's own away. Doing it again is fine.
type react struct {
	actor   UserID
	room    RoomID // of the message
	author  UserID // of the message
	id      MessageID
	emoji   string
	on      bool
	message Message // the result
}

func (c *react) needs(n *Needs) {
	n.roomFor(c.actor, c.room)
	n.roomFor(c.author, c.room)
	n.Messages = append(n.Messages, c.id)
	n.BlocksOf = append(n.BlocksOf, c.actor)
	n.BlocksBy = append(n.BlocksBy, c.actor)
	if c.room.IsDirect() {
		n.MembersOf = append(n.MembersOf, c.room)
	}
	n.NotificationsAbout = append(n.NotificationsAbout, c.id)
}

func (c *react) apply(p *plan) error {
	m, err := p.changeable(c.room, c.id, c.actor)
	if err != nil {
		return err
	}
	if err := p.mayWrite(p.Rooms[c.room], c.actor); err != nil && c.on {
		return err
	}
	c.message = m
	key := ReactionKey{c.id, c.emoji, c.actor}
	if p.hasReaction(key) == c.on {
		return nil
	}
	if c.on && len(m.Reaction(c.emoji).People) == 0 && len(m.Reactions) >= MaxReactions {
		return invalid("emoji", "This message has as many different reactions as it can have.")
	}
	e := p.emit(Event{Kind: Reacted, RoomID: c.room, MessageID: c.id, ActorID: c.actor, Ref: Ref{Emoji: c.emoji}})
	p.putReaction(key, c.on)
	if people := m.Reaction(c.emoji).People; !c.on && people[0].ID == c.actor {
		for _, who := range people[1:] { // with whom it begins anew
			p.putReaction(ReactionKey{c.id, c.emoji, who.ID}, true)
		}
	}
	m.Reactions = toggle(m.Reactions, c.emoji, p.Users[c.actor].Person(), c.on)
	m.RoomRev = e.RoomRev
	p.putMessage(m)
	c.message = m
	c.tell(p, m)
	return nil
}

// tell notifies the author of somebody's first reaction to the message, and takes that back when their last one
// is gone.
func (c *react) tell(p *plan, m Message) {
	author, isMember := p.Members[MemberKey{c.room, c.author}]
	switch n := m.reactionsOf(c.actor); {
	case c.on && n > 1 || !c.on && n > 0:
	case !c.on:
		p.dropThose(func(n Notification) bool {
			return n.Kind == NotifyReaction && n.MessageID == c.id && n.Actor.ID == c.actor
		})
	case isMember && author.Notified(p.Rooms[c.room], p.Now) != LevelNothing:
		p.notify(c.author, Notification{Kind: NotifyReaction, RoomID: c.room, MessageID: c.id, Seq: m.Seq, Actor: p.Users[c.actor].Person()})
	}
}

// reactionsOf is how many emojis somebody has put under the message.
func (m Message) reactionsOf(user UserID) (n int) {
	for _, r := range m.Reactions {
		if slices.ContainsFunc(r.People, func(p Person) bool { return p.ID == user }) {
			n++
		}
	}
	return n
}

// toggle gives the reactions with somebody's added or taken away. An emoji that is left by who began it begins
// anew with the others. The list that came is not altered.
func toggle(reactions []Reaction, emoji string, who Person, on bool) []Reaction {
	reactions = slices.Clone(reactions)
	i := slices.IndexFunc(reactions, func(r Reaction) bool { return r.Emoji == emoji })
	if on {
		if i < 0 {
			return append(reactions, Reaction{emoji, []Person{who}})
		}
		reactions[i].People = append(slices.Clip(reactions[i].People), who)
		return reactions
	}
	left := Reaction{emoji, slices.DeleteFunc(slices.Clone(reactions[i].People), func(p Person) bool { return p.ID == who.ID })}
	switch {
	case len(left.People) == 0:
		return slices.Delete(reactions, i, i+1)
	case reactions[i].People[0].ID == who.ID:
		return append(slices.Delete(reactions, i, i+1), left)
	}
	reactions[i] = left
	return reactions
}
