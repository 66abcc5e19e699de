package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/chat/internal/chat"
)

// lockSQL takes the log lock until the transaction ends. The events table's own oid is part of the
// key, so that installations in other schemas of the database do not wait for this one (it is looked
// up each time: a prepared regclass would go on naming a table that was replaced), and above 2^31 it
// becomes negative, which is as good. It must be a statement of its own: the snapshot of a statement
// is taken before it waits, so one that locks and reads would read the past.
const lockSQL = `select pg_advisory_xact_lock(to_regclass('events')::oid::int, $1)`

// Update takes two round trips: begin, lock and read; then, decided, write and commit.
func (s *Store) Update(ctx context.Context, needs *chat.Needs, decide func(*chat.State) *chat.Rows) error {
	return s.exclusive(ctx, "update", func(ctx context.Context, conn *pgx.Conn) error {
		state := chat.NewState()
		batch := &pgx.Batch{}
		batch.Queue("begin")
		batch.Queue(lockSQL, chat.Shard)
		queueClock(batch, state)
		queueLoads(batch, needs, state)
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("lock and load: %w", err)
		}
		head := state.Head
		rows := decide(state)
		if rows == nil {
			_, err := conn.Exec(ctx, "rollback")
			return err
		}
		if err := rows.Continue(head); err != nil {
			return err
		}
		return write(ctx, conn, rows)
	})
}

// exclusive runs do on the appender's connection. After an error of any kind the connection is closed:
// that ends the transaction whatever state it was in, and the next call gets a fresh one.
func (s *Store) exclusive(ctx context.Context, operation string, do func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := s.appender.Acquire(ctx)
	if err != nil {
		return away(operation, err)
	}
	defer conn.Release()
	err = do(ctx, conn.Conn())
	if err != nil {
		err = explain(operation, conn.Conn(), err)
		ended, cancel := context.WithCancel(context.Background())
		cancel() // nothing is worth waiting for
		_ = conn.Conn().Close(ended)
	}
	return err
}

// write sends the rows and commits. Once the commit is under way an error may mean anything, unless
// the server has said otherwise.
func write(ctx context.Context, conn *pgx.Conn, rows *chat.Rows) error {
	committed := false
	batch := &pgx.Batch{}
	queueWrites(batch, rows)
	batch.Queue(commit).Exec(func(tag pgconn.CommandTag) error {
		committed = tag.String() == "COMMIT"
		return nil
	})
	err := conn.SendBatch(ctx, batch).Close()
	switch {
	case committed: // also if the connection broke right after
		return nil
	case err == nil:
		return errors.New("the transaction was rolled back")
	}
	return outcome(conn, err)
}
