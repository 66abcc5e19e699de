// Package migrations holds the schema of both databases as numbered SQL files, and brings a database
// up to date with them. A file, once released, is never changed: what comes later is a new file, of the
// same name for both databases.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Dialect names a database, and the folder of its files.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// Up applies what is missing, each file with its mark in one transaction. Servers that start together
// may call it at the same time.
func Up(ctx context.Context, db *sql.DB, dialect Dialect) error {
	p, err := provider(db, dialect)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if dialect == SQLite {
		err = upInRace(ctx, p)
	} else {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// upInRace does without a lock, which goose has none of for SQLite: who failed because another server
// was faster looks again.
func upInRace(ctx context.Context, p *goose.Provider) error {
	for {
		before, err := p.GetDBVersion(ctx)
		if err != nil {
			return err
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		if now, lost := p.GetDBVersion(ctx); lost != nil || now == before {
			return err
		}
	}
}

// lockWait is how often, once a second, a server asks for the lock another one migrates under.
const lockWait = 300

func provider(db *sql.DB, dialect Dialect) (*goose.Provider, error) {
	folder, err := fs.Sub(files, string(dialect))
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, db, folder, options...)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockWait))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, folder, append(options, goose.WithSessionLocker(locker))...)
}
