package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	codes "modernc.org/sqlite/lib"

	"example.com/chat/internal/chat"
	"example.com/chat/migrations"
)

// Memory is the path of a private database in memory, gone when it is closed.
const Memory = ":memory:"

// readConns is how many snapshots can be read at the same time.
const readConns = 4

// Open opens the database in a file, which is made if there is none, and brings it up to date. Beside
// it lie SQLite's own -wal and -shm and a small .head (see headFile). An error is one plain line.
func Open(ctx context.Context, path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("no file is named")
	}
	s, err := open(ctx, path)
	if err != nil {
		return nil, explain(path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (s *Store, err error) {
	s = &Store{}
	if path != Memory {
		create(path)
	}
	if s.writer, err = newPool(path, 1, "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(FAST)"); err != nil {
		return nil, err
	}
	s.readers = s.writer
	if path != Memory {
		s.heads = newHeadFile(path + ".head")
		if s.readers, err = newPool(path, readConns, "busy_timeout(5000)", "query_only(1)"); err != nil {
			return nil, err
		}
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.heads.start()
	return s, nil
}

// create makes the file before SQLite does, for its owner's eyes only: it holds what people say in private.
// SQLite gives the files beside it the same mode, and if the file cannot be made, says why.
func create(path string) {
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		_ = f.Close()
	}
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.writer.connect(ctx, fmt.Sprintf("pragma busy_timeout = %d", lockNap.Milliseconds())); err != nil {
		return err
	}
	if s.readers != s.writer {
		if err := s.readers.connect(ctx); err != nil {
			return err
		}
	}
	return s.writer.transaction(ctx, func(c *conn) error { return s.beginEpoch(ctx, c) })
}

// migrate brings the schema up to date. While another server opens or closes the same file, SQLite may say at once
// that it is busy instead of waiting.
func (s *Store) migrate(ctx context.Context) error {
	for patience := time.Now().Add(lockWait); ; {
		err := migrations.Up(ctx, s.writer.db, migrations.SQLite)
		if code(err) != codes.SQLITE_BUSY || time.Now().After(patience) || ctx.Err() != nil {
			return err
		}
	}
}

// beginEpoch begins the first epoch, or a new one if the log is not the one that was recorded, or has
// less: an older copy of the file has been put back.
func (s *Store) beginEpoch(ctx context.Context, c *conn) error {
	recorded, err := s.heads.load() // under the log lock, see fork
	if err != nil {
		return err
	}
	head, err := c.head(ctx)
	if err != nil {
		return err
	}
	if head.Epoch == 0 || recorded.Epoch != 0 && (head.Epoch != recorded.Epoch || head.ID < recorded.ID) {
		return s.fork(ctx, c, head)
	}
	return nil
}

// fork begins a new epoch at the head. It is recorded at once, and under the log lock: whoever opens the
// database next must not take it for another history than was recorded, and begin yet another epoch. If
// the commit fails they do, which is no harm.
func (s *Store) fork(ctx context.Context, c *conn, head chat.Position) error {
	head.Epoch = newEpoch(head.Epoch)
	if err := c.exec(ctx, `insert into log_epochs (shard, epoch, start_id, identity, at) values ($1, $2, $3, '', $4)`,
		chat.Shard, head.Epoch, head.ID, millis(now())); err != nil {
		return err
	}
	return s.heads.begin(head)
}

// newEpoch is a random number that is neither zero nor the old one.
func newEpoch(old uint32) uint32 {
	for {
		var b [4]byte
		rand.Read(b[:])
		if n := binary.BigEndian.Uint32(b[:]); n != 0 && n != old {
			return n
		}
	}
}
