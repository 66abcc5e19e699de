package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/sqlite"
)

// place is a chat on a store of its own.
type place struct {
	*bench
	name  string // of the store
	store chat.Store
	chat  *chat.Chat
}

// onBoth measures the same on both stores.
func (b *bench) onBoth(ctx context.Context, measure func(context.Context, *place) error) error {
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
	if err := b.on(ctx, "SQLite", lite, measure); err != nil {
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
	return b.on(ctx, "Postgres", pg, measure)
}

func (b *bench) on(ctx context.Context, name string, store chat.Store, measure func(context.Context, *place) error) error {
	writer := chat.NewWriter(store, func(chat.Batch) {}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go writer.Run(ctx)
	return measure(ctx, &place{b, name, store, chat.New(store, writer, chat.Config{})})
}

// somebody signs up under a name that nobody has yet.
func (p *place) somebody(ctx context.Context) (chat.UserID, error) {
	entry, err := p.chat.SignUp(ctx, "bench "+chat.NewID()[:10], "correct horse", "", "")
	return entry.User.ID, err
}
