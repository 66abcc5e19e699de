package sqlite

import (
	"cmp"
	"context"
	"math"
	"slices"

	"example.com/chat/internal/chat"
)

// Page implements chat.Store.
func (s *Store) Page(ctx context.Context, viewer chat.UserID, q chat.PageQuery) (p chat.Page, err error) {
	err = s.read(ctx, func(c *conn) error {
		p, err = c.page(ctx, viewer, q)
		return err
	})
	return p, err
}

func (c *conn) page(ctx context.Context, viewer chat.UserID, q chat.PageQuery) (p chat.Page, err error) {
	if p.Head, err = c.head(ctx); err != nil {
		return p, err
	}
	users := map[chat.UserID]chat.User{}
	if err = c.loadUsers(ctx, users, []chat.UserID{viewer}, nil); err != nil {
		return p, err
	}
	p.Viewer, p.Bell = users[viewer].Person(), users[viewer].Unread
	if p.Blocked, err = c.blocked(ctx, viewer); err != nil {
		return p, err
	}
	if p.Rooms, err = c.roomLines(ctx, viewer); err != nil || q.Room == "" {
		return p, err
	}
	at := slices.IndexFunc(p.Rooms, func(l chat.RoomLine) bool { return l.Room.ID == q.Room })
	if at < 0 {
		return chat.Page{}, chat.ErrNotFound
	}
	p.Room = p.Rooms[at].Room
	if !p.Rooms[at].Joined {
		return p, nil
	}
	member, err := c.member(ctx, viewer, q.Room)
	if err != nil {
		return p, err
	}
	p.Member = &member
	if p.Members, err = list(ctx, c, scanPerson, personsOf, q.Room, viewer, chat.MembersShown); err != nil {
		return p, err
	}
	if p.MemberCount, err = one(ctx, c, value[int], sizeOf, q.Room); err != nil {
		return p, err
	}
	if p.Room.Direct {
		if p.Seen, err = c.seen(ctx, q.Room); err != nil {
			return p, err
		}
	}
	return p, c.fillMessages(ctx, &p, q)
}

// fillMessages reads the messages of a page and what lies beyond both its ends.
func (c *conn) fillMessages(ctx context.Context, p *chat.Page, q chat.PageQuery) (err error) {
	limit := cmp.Or(q.Limit, chat.PageSize)
	before, err := c.anchor(ctx, q.Room, q.Before)
	if err != nil {
		return err
	}
	around, err := c.anchor(ctx, q.Room, q.Around)
	if err != nil {
		return err
	}
	if around > 0 {
		p.Messages, err = c.messagesAround(ctx, q.Room, around, limit)
	} else {
		p.Messages, err = c.messagesBefore(ctx, q.Room, cmp.Or(before, math.MaxInt64), limit)
	}
	if err != nil {
		return err
	}
	if err = c.react(ctx, p.Messages); err != nil {
		return err
	}
	low, high := cmp.Or(before, around), cmp.Or(before, around)-1 // an empty page lies between these
	if n := len(p.Messages); n > 0 {
		low, high = p.Messages[0].Seq, p.Messages[n-1].Seq
	}
	if p.Older, err = one(ctx, c, value[bool], `select exists (select 1 from messages where room_id = $1 and seq < $2)`, q.Room, low); err != nil {
		return err
	}
	if p.Newer, err = one(ctx, c, value[bool], `select exists (select 1 from messages where room_id = $1 and seq > $2)`, q.Room, high); err != nil || p.Room.Direct {
		return err
	}
	p.Moves, err = c.moves(ctx, p, low, high)
	return err
}

// anchor gives the number of an anchor, 0 for none.
func (c *conn) anchor(ctx context.Context, room chat.RoomID, a chat.Anchor) (int64, error) {
	if a.ID == "" {
		return a.Seq, nil
	}
	return one(ctx, c, value[int64], `select seq from messages where id = $1 and room_id = $2`, a.ID, room)
}

const (
	messagesOfRoom = `select ` + messageColumns + ` from ` + messageTables + ` where m.room_id = $1 `
	messagesBelow  = messagesOfRoom + `and m.seq < $2 order by m.seq desc limit $3`
	messagesFrom   = messagesOfRoom + `and m.seq >= $2 order by m.seq limit $3`
)

func (c *conn) messagesBefore(ctx context.Context, room chat.RoomID, seq int64, limit int) ([]chat.Message, error) {
	messages, err := list(ctx, c, scanMessage, messagesBelow, room, seq, limit)
	slices.Reverse(messages)
	return messages, err
}

// messagesAround puts message seq in the middle; near one end, more of the other side fill the page.
func (c *conn) messagesAround(ctx context.Context, room chat.RoomID, seq int64, limit int) ([]chat.Message, error) {
	older, err := c.messagesBefore(ctx, room, seq, limit)
	if err != nil {
		return nil, err
	}
	newer, err := list(ctx, c, scanMessage, messagesFrom, room, seq, limit)
	if err != nil {
		return nil, err
	}
	nOlder := min(len(older), max(limit/2, limit-len(newer)))
	nNewer := min(len(newer), limit-nOlder)
	return append(older[len(older)-nOlder:], newer[:nNewer]...), nil
}
