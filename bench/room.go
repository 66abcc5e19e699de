package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// room measures how long a room takes to open, by how many messages are in it, and how long the list of 200 rooms.
func (b *bench) room(ctx context.Context) error {
	dir, err := os.MkdirTemp("/var/tmp", "chat-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(ctx, filepath.Join(dir, "chat.db"))
	if err != nil {
		return err
	}
	defer store.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	writer := chat.NewWriter(store, func(chat.Batch) {}, slog.New(slog.DiscardHandler))
	go writer.Run(ctx)
	return (&openings{b, chat.New(store, writer, chat.Config{})}).measure(ctx)
}

// openings is a chat whose rooms are opened.
type openings struct {
	*bench
	chat *chat.Chat
}

func (o *openings) measure(ctx context.Context) error {
	ada, err := o.chat.SignUp(ctx, "Ada", "correct horse", "", "")
	if err != nil {
		return err
	}
	grace, err := o.chat.SignUp(ctx, "Grace", "correct horse", "", "")
	if err != nil {
		return err
	}
	took := map[int]time.Duration{}
	for _, messages := range []int{100, o.history} {
		room, err := o.chat.CreateRoom(ctx, ada.User.ID, fmt.Sprint("of ", messages), false)
		if err != nil {
			return err
		}
		if err := o.fill(ctx, ada.User.ID, room.ID, messages); err != nil {
			return err
		}
		if err := o.chat.Join(ctx, grace.User.ID, room.ID); err != nil {
			return err
		}
		if took[messages], err = o.median(ctx, grace.User.ID, chat.PageQuery{Room: room.ID}); err != nil {
			return err
		}
		fmt.Printf("a room of %7d messages opens in %6.2f ms\n", messages, milliseconds(took[messages]))
	}
	fmt.Printf("ratio %28.2f (at most 1.5)\n", float64(took[o.history])/float64(took[100]))
	return o.list(ctx, grace.User.ID)
}

// list measures the list of rooms, with what is unread in each.
func (o *openings) list(ctx context.Context, user chat.UserID) error {
	for i := range 200 {
		if _, err := o.chat.CreateRoom(ctx, user, fmt.Sprint("room ", i), false); err != nil {
			return err
		}
	}
	took, err := o.median(ctx, user, chat.PageQuery{})
	if err != nil {
		return err
	}
	fmt.Printf("a list of 200 rooms with what is unread is read in %.2f ms\n\n", milliseconds(took))
	return nil
}

func (o *openings) fill(ctx context.Context, user chat.UserID, room chat.RoomID, messages int) error {
	var left atomic.Int64
	left.Store(int64(messages))
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, _, err := o.chat.Post(ctx, user, room, chat.Draft{Body: ordinary}); err != nil {
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
func (o *openings) median(ctx context.Context, user chat.UserID, q chat.PageQuery) (time.Duration, error) {
	var times []time.Duration
	for range 301 {
		begin := time.Now()
		if _, err := o.chat.Page(ctx, user, q); err != nil {
			return 0, err
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
