package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
)

// write measures durable messages per second: posted by one person who waits for each, and by 64 at once, whose
// messages are committed in groups.
func (b *bench) write(ctx context.Context) error { return b.onBoth(ctx, measureWriting) }

func measureWriting(ctx context.Context, p *place) error {
	user, err := p.somebody(ctx)
	if err != nil {
		return err
	}
	rates := map[int]float64{}
	for _, posters := range []int{1, 64} {
		rate, err := p.rate(ctx, p.chat, user, posters)
		if err != nil {
			return err
		}
		rates[posters] = rate
		fmt.Printf("%-9s %3d posters  %9.0f durable messages/s\n", p.name, posters, rate)
	}
	fmt.Printf("%-9s ratio        %9.1f (at least 5)\n\n", p.name, rates[64]/rates[1])
	return nil
}

// ordinary is a message as people write them.
const ordinary = "A message of an ordinary length, as people write them."

func (b *bench) rate(ctx context.Context, c *chat.Chat, user chat.UserID, posters int) (float64, error) {
	var posted atomic.Int64
	var failed atomic.Pointer[error]
	begin := time.Now()
	end := begin.Add(time.Duration(b.seconds) * time.Second)
	var wg sync.WaitGroup
	for range posters {
		wg.Go(func() {
			for time.Now().Before(end) {
				if _, _, err := c.Post(ctx, user, chat.General, chat.Draft{Body: ordinary}); err != nil {
					failed.Store(&err)
					return
				}
				posted.Add(1)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(posted.Load()) / time.Since(begin).Seconds(), nil
}
