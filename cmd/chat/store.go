package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/redis"
	"example.com/chat/internal/sqlite"
	"example.com/chat/internal/sse"
)

// migrate brings the database up to date, which opening it does, and stops.
func migrate(ctx context.Context, cfg config, log *slog.Logger, stdout io.Writer) error {
	store, err := openStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	say(stdout, "the database is up to date\n")
	return store.Close()
}

// openStore opens the database and brings it up to date.
func openStore(ctx context.Context, cfg config, log *slog.Logger) (chat.Store, error) {
	if path, ok := strings.CutPrefix(cfg.database, "sqlite:"); ok {
		store, err := sqlite.Open(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("CHAT_DATABASE_URL: %w", oneLine(err))
		}
		return store, nil
	}
	store, err := postgres.Open(ctx, cfg.database, postgres.Options{AllowUnsafe: cfg.unsafe, Log: log})
	if err != nil {
		return nil, fmt.Errorf("CHAT_DATABASE_URL: %w", oneLine(err))
	}
	return store, nil
}

// openBus connects to the other servers, if there are any.
func (n *node) openBus(ctx context.Context) error {
	if n.cfg.redisURL == "" {
		n.bus = sse.NewLocal()
		return nil
	}
	key, err := n.secret(ctx, "bus")
	if err != nil {
		return err
	}
	bus, err := redis.Open(ctx, n.cfg.redisURL, redis.Config{Prefix: "chat:", Key: key, Log: n.log})
	if err != nil {
		return fmt.Errorf("CHAT_REDIS_URL: %w", oneLine(err))
	}
	n.bus = bus
	return nil
}

// oneLine is the error with its text on one line.
func oneLine(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}
