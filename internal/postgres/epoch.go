package postgres

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// identitySQL tells this history from any other that the tables could have been carried into: a
// restored cluster has another system identifier or a new timeline, a promoted standby a new timeline, a
// restored dump another oid. (pg_control_checkpoint would tell the timeline too, but late.)
const identitySQL = `select system_identifier || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
	|| '/' || to_regclass('events')::oid from pg_control_system()`

const epochSQL = `select identity from log_epochs where shard = $1 order by n desc limit 1`

// settle compares the database with the one that the newest epoch was begun in, and begins another
// epoch if it is not the same. Every new connection does it, so nobody appends to a history that has
// forked without saying so.
func settle(ctx context.Context, conn *pgx.Conn, log *slog.Logger) error {
	if identity, known, err := identify(ctx, conn); err != nil || identity == known {
		return err
	}
	tx, err := lockLog(ctx, conn)
	if err != nil {
		return fmt.Errorf("begin epoch: %w", err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	identity, known, err := identify(ctx, conn)
	if err != nil || identity == known { // another server was first
		return err
	}
	if err := beginEpoch(ctx, tx, identity); err != nil {
		return err
	}
	if known != "" {
		log.Warn("a new epoch of the log begins: this is not the database it was", "was", known, "is", identity)
	}
	return tx.Commit(ctx)
}

// identify gives the database's identity and the one that the newest epoch was begun in, "" for none.
func identify(ctx context.Context, conn *pgx.Conn) (identity, known string, err error) {
	batch := &pgx.Batch{}
	batch.Queue(identitySQL).QueryRow(func(row pgx.Row) error { return row.Scan(&identity) })
	batch.Queue(epochSQL, chat.Shard).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&known}, func() error { return nil })
		return err
	})
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return "", "", fmt.Errorf("identify the database: %w", err)
	}
	return identity, known, nil
}

// lockLog begins a transaction that holds the log lock. For the seldom writers; Update sends the same
// statements ahead of its own.
func lockLog(ctx context.Context, conn *pgx.Conn) (pgx.Tx, error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, lockSQL, chat.Shard); err != nil {
		_ = tx.Rollback(ctx)
		return nil, err
	}
	return tx, nil
}

// beginEpoch adds an epoch with a number drawn at random: two forks of a history must not agree on
// the next one. The caller holds the log lock.
func beginEpoch(ctx context.Context, tx pgx.Tx, identity string) error {
	_, err := tx.Exec(ctx, `
		insert into log_epochs (shard, epoch, start_id, identity, at)
		select $1, $2, head.id, $3, clock_timestamp()
		from (`+headSQL+`) head`, chat.Shard, int64(randomEpoch()), identity)
	if err != nil {
		return fmt.Errorf("begin epoch: %w", err)
	}
	return nil
}

func randomEpoch() uint32 {
	var b [4]byte
	for {
		rand.Read(b[:])
		if epoch := binary.BigEndian.Uint32(b[:]); epoch != 0 {
			return epoch
		}
	}
}

// Fork begins a new epoch if the head is still of seen's epoch and below it.
func (s *Store) Fork(ctx context.Context, seen chat.Position) error {
	return s.exclusive(ctx, "fork", func(ctx context.Context, conn *pgx.Conn) error {
		tx, err := lockLog(ctx, conn)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(ctx) }()
		head, _, err := scanHead(tx.QueryRow(ctx, headSQL, chat.Shard))
		if err != nil {
			return err
		}
		if head.Epoch != seen.Epoch || head.ID >= seen.ID {
			return nil
		}
		identity, _, err := identify(ctx, conn)
		if err != nil {
			return err
		}
		if err := beginEpoch(ctx, tx, identity); err != nil {
			return err
		}
		return tx.Commit(ctx)
	})
}
