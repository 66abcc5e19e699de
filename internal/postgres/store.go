// Package postgres is chat.Store on Postgres, for installations with several servers.
//
// Everything is written on one connection a server, the appender, whose transactions take the log
// lock before anything else (update.go). Reads have a pool of their own, and what belongs together is
// read in one snapshot and, as far as possible, one round trip.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"example.com/chat/internal/chat"
	"example.com/chat/migrations"
)

// timeout bounds every call, waiting for a connection included: a database that is cut off is noticed
// by silence alone.
const timeout = 5 * time.Second

// migrateTimeout is how long a server waits at its start for another one's migrations.
const migrateTimeout = 5 * time.Minute

// Store is a chat.Store on one Postgres database.
type Store struct {
	readers  *pgxpool.Pool
	appender *pgxpool.Pool // of one connection
}

var _ chat.Store = (*Store)(nil)

// Options is what an installation decides.
type Options struct {
	AllowUnsafe bool         // start although the server may forget what it has acknowledged
	Log         *slog.Logger // nil: slog.Default()
}

// Open connects to the database at a URL (postgres://user:password@host:port/name; search_path,
// pool_max_conns, sslmode and the like may be given as parameters), brings its schema up to date and
// begins a new epoch if it is not the database it was. Its errors are one line and say what to do.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("postgres: the database URL cannot be understood; it must be like postgres://user:password@host:5432/name")
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = timeout
	}
	if err := examine(ctx, cfg.ConnConfig, o); err != nil {
		return nil, err
	}
	if err := migrate(ctx, cfg.ConnConfig); err != nil {
		return nil, err
	}
	s := &Store{}
	if s.readers, err = pgxpool.NewWithConfig(ctx, readersConfig(cfg, url, o.Log)); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if s.appender, err = pgxpool.NewWithConfig(ctx, appenderConfig(cfg, o.Log)); err != nil {
		s.readers.Close()
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if err := s.appender.Ping(ctx); err != nil { // the first connection settles the epoch
		_ = s.Close()
		return nil, refusal(cfg.ConnConfig, err)
	}
	return s, nil
}

func migrate(ctx context.Context, cfg *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	db := stdlib.OpenDB(*cfg)
	defer func() { _ = db.Close() }()
	return migrations.Up(ctx, db, migrations.Postgres)
}

// Close waits for the calls under way and closes the connections.
func (s *Store) Close() error {
	s.appender.Close()
	s.readers.Close()
	return nil
}

// read sends a batch of queries in one round trip and hands the answers to their callbacks. Queries
// that must see the same state are put between beginSnapshot and commit.
func (s *Store) read(ctx context.Context, operation string, batch *pgx.Batch) error {
	return s.reading(ctx, operation, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.SendBatch(ctx, batch).Close()
	})
}

// reading runs what needs more than one round trip. Whoever asks may give up while waiting for a
// connection, but then the query is let finish within its time: to interrupt it is to close the connection,
// and a new one costs far more than the answer.
func (s *Store) reading(ctx context.Context, operation string, do func(context.Context, *pgx.Conn) error) error {
	waiting, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	conn, err := s.readers.Acquire(waiting)
	if err != nil {
		return away(operation, err)
	}
	defer conn.Release()
	end, _ := waiting.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), end)
	defer cancel()
	err = do(ctx, conn.Conn())
	if conn.Conn().PgConn().TxStatus() != 'I' { // released like this it would be closed
		_, _ = conn.Exec(ctx, "rollback")
	}
	if absent(err) {
		return chat.ErrNotFound
	}
	return explain(operation, conn.Conn(), err)
}

const (
	beginSnapshot = "begin isolation level repeatable read, read only"
	commit        = "commit"
)
