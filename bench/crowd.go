package main

import (
	"context"
	"fmt"

	"example.com/chat/internal/chat"
)

// crowd measures what a message costs in rooms of many members, by whom it notifies.
func (b *bench) crowd(ctx context.Context) error { return b.onBoth(ctx, measureCrowds) }

func measureCrowds(ctx context.Context, p *place) error {
	author, err := p.somebody(ctx)
	if err != nil {
		return err
	}
	for _, members := range p.crowds {
		if err := p.measureCrowd(ctx, author, members); err != nil {
			return err
		}
	}
	return nil
}

func (p *place) measureCrowd(ctx context.Context, author chat.UserID, members int) error {
	room, err := p.chat.CreateRoom(ctx, author, fmt.Sprint("of ", members), true)
	if err != nil {
		return err
	}
	people, err := p.populate(ctx, room.ID, members-1)
	if err != nil {
		return err
	}
	post := func(what, body string) error {
		refused := ""
		took, err := medianOf(31, func(int) error {
			_, _, err := p.chat.Post(ctx, author, room.ID, chat.Draft{Body: body})
			if chat.KindOf(err) == chat.Invalid {
				refused, err = ", refused", nil
			}
			return err
		})
		if err == nil {
			fmt.Printf("%-9s %6d members  %-40s %8.2f ms\n", p.name, members, what+refused, milliseconds(took))
		}
		return err
	}
	if err := post("a message", ordinary); err != nil {
		return err
	}
	if err := post("a message to @room", ordinary+" @room"); err != nil {
		return err
	}
	watchers, err := p.watch(ctx, room.ID, people)
	if err != nil {
		return err
	}
	if err := post(fmt.Sprintf("a message of which %d are notified", watchers), ordinary); err != nil {
		return err
	}
	fmt.Println()
	return nil
}

// populate gives a room so many members, in a few commits: signing up takes its time, on purpose.
func (p *place) populate(ctx context.Context, room chat.RoomID, members int) (people []chat.UserID, err error) {
	for len(people) < members && err == nil {
		needs := &chat.Needs{Rooms: []chat.RoomID{room}}
		err = p.store.Update(ctx, needs, func(s *chat.State) *chat.Rows {
			rows, rev := &chat.Rows{}, s.Rooms[room].Rev
			for range min(1000, members-len(people)) {
				s.Head.ID++
				rev++
				name := chat.NewID()
				u := chat.User{ID: chat.UserID(chat.NewID()), Name: name, NameKey: chat.NameKey(name), Role: chat.Ordinary, CreatedAt: s.Now}
				people = append(people, u.ID)
				rows.Users = append(rows.Users, u)
				rows.Members = append(rows.Members, chat.Member{RoomID: room, UserID: u.ID, JoinedID: s.Head.ID, JoinedAt: s.Now})
				rows.Events = append(rows.Events, chat.Event{ID: s.Head.ID, Epoch: s.Head.Epoch, At: s.Now, Kind: chat.UserJoined,
					RoomID: room, UserID: u.ID, ActorID: u.ID, RoomRev: rev})
			}
			return rows
		})
	}
	return people, err
}

// watch has people notified of everything, as many as may be, and says how many these are.
func (p *place) watch(ctx context.Context, room chat.RoomID, people []chat.UserID) (watchers int, err error) {
	for _, user := range people {
		if err = p.chat.SetLevel(ctx, user, room, chat.LevelEverything); err != nil {
			break
		}
		watchers++
	}
	if chat.KindOf(err) == chat.Invalid {
		err = nil
	}
	return watchers, err
}
