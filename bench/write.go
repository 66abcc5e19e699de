package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/sqlite"
)

// write measures durable messages per second: posted by one person who waits for each, and by 64 at once, whose
// messages are committed in groups.
func (b *bench) write(ctx context.Context) error {
	dir, err := os.MkdirTemp("/var/tmp", "chat-bench-") // on a disk: memory has nothing to flush
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lite, err := sqlite.Open(ctx, filepath.Join(dir, "chat.db"))
	if err != nil {
		return err
	}
	defer lite.Close()
	if err := b.writeTo(ctx, "SQLite", lite); err != nil {
		return err
	}
	url := os.Getenv("CHAT_BENCH_POSTGRES_URL")
	if url == "" {
		return fmt.Errorf("CHAT_BENCH_POSTGRES_URL is not set; run: make bench")
	}
	pg, err := postgres.Open(ctx, url, postgres.Options{})
	if err != nil {
		return err
	}
	defer pg.Close()
	return b.writeTo(ctx, "Postgres", pg)
}

func (b *bench) writeTo(ctx context.Context, name string, store chat.Store) error {
	writer := chat.NewWriter(store, func(chat.Batch) {}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go writer.Run(ctx)
	c := chat.New(store, writer, chat.Config{})
	entry, err := c.SignUp(ctx, fmt.Sprint("bench ", time.Now().UnixNano()), "correct horse", "", "")
	if err != nil {
		return err
	}
	rates := map[int]float64{}
	for _, posters := range []int{1, 64} {
		rate, err := b.rate(ctx, c, entry.User.ID, posters)
		if err != nil {
			return err
		}
		rates[posters] = rate
		fmt.Printf("%-9s %3d posters  %9.0f durable messages/s\n", name, posters, rate)
	}
	fmt.Printf("%-9s ratio        %9.1f (at least 5)\n\n", name, rates[64]/rates[1])
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
