package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/redis"
	"example.com/chat/internal/sqlite"
	"example.com/chat/internal/sse"
)

// migrate brings the database up to date, which opening it does, and stops.
func migrate(ctx context.Context, c call) error {
	store, err := openStore(ctx, c.cfg, c.log)
	if err != nil {
		return err
	}
	say(c.stdout, "the database is up to date\n")
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
func openBus(ctx context.Context, cfg config, store chat.Store, log *slog.Logger) (sse.Bus, error) {
	if cfg.redisURL == "" {
		return sse.NewLocal(), nil
	}
	key, err := secret(ctx, store, "bus")
	if err != nil {
		return nil, err
	}
	bus, err := redis.Open(ctx, cfg.redisURL, redis.Config{Prefix: "chat:", Key: key, Log: log})
	if err != nil {
		return nil, fmt.Errorf("CHAT_REDIS_URL: %w", oneLine(err))
	}
	return bus, nil
}

// joinBus connects a program that is no server to the servers. It says nothing of a Redis that is away:
// whoever publishes is told.
func joinBus(ctx context.Context, cfg config, log *slog.Logger) (sse.Bus, error) {
	if err := databaseExists(cfg); err != nil {
		return nil, err
	}
	store, err := openStore(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = store.Close() }()
	return openBus(ctx, cfg, store, slog.New(slog.DiscardHandler))
}

// databaseExists is for programs that are no server: opening would make a database that no server has.
func databaseExists(cfg config) error {
	path, ok := strings.CutPrefix(cfg.database, "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("CHAT_DATABASE_URL: there is no database at %s: set this as the servers have it, or name a running one with -server URL", path)
	}
	return nil
}

// secret is a secret that all servers of the installation share.
func secret(ctx context.Context, store chat.Store, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	secret, err := store.Secret(ctx, name, fresh)
	if err != nil {
		return nil, fmt.Errorf("read the secret %q: %w", name, err)
	}
	return secret, nil
}

// oneLine is the error with its text on one line.
func oneLine(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}
