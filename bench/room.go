package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
)

// room measures how long a room takes to open, by how many messages are in it, and how long the list of 200 rooms, by
// how much in them was not read.
func (b *bench) room(ctx context.Context) error { return b.onBoth(ctx, measureRooms) }

func measureRooms(ctx context.Context, p *place) error {
	var people [3]chat.UserID
	for i := range people {
		var err error
		if people[i], err = p.somebody(ctx); err != nil {
			return err
		}
	}
	author, reader, away := people[0], people[1], people[2]
	took := map[int]time.Duration{}
	for _, messages := range []int{100, p.history} {
		room, err := p.chat.CreateRoom(ctx, author, fmt.Sprint("of ", messages), false)
		if err != nil {
			return err
		}
		if err := p.chat.Join(ctx, away, room.ID); err != nil { // and does not look
			return err
		}
		if err := p.fill(ctx, author, room.ID, messages); err != nil {
			return err
		}
		if err := p.chat.Join(ctx, reader, room.ID); err != nil {
			return err
		}
		if took[messages], err = p.median(ctx, reader, chat.PageQuery{Room: room.ID}); err != nil {
			return err
		}
		fmt.Printf("%-9s a room of %7d messages opens in %6.2f ms\n", p.name, messages, milliseconds(took[messages]))
	}
	fmt.Printf("%-9s ratio %28.2f (at most 1.5)\n", p.name, float64(took[p.history])/float64(took[100]))
	return p.lists(ctx, reader, away)
}

// lists measures the list of rooms, with what is unread in each: for who has read all, and for who was away.
func (p *place) lists(ctx context.Context, reader, away chat.UserID) error {
	took := map[chat.UserID]time.Duration{}
	for i := range 200 {
		room, err := p.chat.CreateRoom(ctx, reader, fmt.Sprint("room ", i), false)
		if err != nil {
			return err
		}
		if err := p.chat.Join(ctx, away, room.ID); err != nil {
			return err
		}
	}
	for _, user := range []chat.UserID{reader, away} {
		var err error
		if took[user], err = p.median(ctx, user, chat.PageQuery{}); err != nil {
			return err
		}
	}
	fmt.Printf("%-9s a list of 200 rooms is read in %6.2f ms, with %d unread messages in %6.2f ms\n", p.name,
		milliseconds(took[reader]), p.history+100, milliseconds(took[away]))
	fmt.Printf("%-9s ratio %28.2f (at most 1.5)\n\n", p.name, float64(took[away])/float64(took[reader]))
	return nil
}

func (p *place) fill(ctx context.Context, user chat.UserID, room chat.RoomID, messages int) error {
	var left atomic.Int64
	left.Store(int64(messages))
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, _, err := p.chat.Post(ctx, user, room, chat.Draft{Body: ordinary}); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// median is that of reading a page many times.
func (p *place) median(ctx context.Context, user chat.UserID, q chat.PageQuery) (time.Duration, error) {
	return medianOf(301, func(int) error {
		_, err := p.chat.Page(ctx, user, q)
		return err
	})
}

// medianOf is the median of how long something takes, done n times.
func medianOf(n int, do func(i int) error) (time.Duration, error) {
	var times []time.Duration
	for i := range n {
		begin := time.Now()
		if err := do(i); err != nil {
			return 0, err
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
