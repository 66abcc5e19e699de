// Package sqlite keeps the chat in one SQLite file: nothing to set up, one server. It implements
// chat.Store, whose comments say what is promised.
//
// There is one connection that writes; its BEGIN IMMEDIATE is the log lock, also against a second
// process on the same file. Reads have connections of their own and see a snapshot (WAL).
package sqlite

import (
	"cmp"
	"context"
	"time"

	"example.com/chat/internal/chat"
)

// Store is a chat.Store on a SQLite file. Open makes one.
type Store struct {
	writer  *pool // of one connection
	readers *pool // in memory: the writer
	heads   *headFile
}

var _ chat.Store = (*Store)(nil)

// read runs f on one snapshot.
func (s *Store) read(ctx context.Context, f func(*conn) error) error {
	return classify(s.readers.snapshot(ctx, f))
}

// write runs f under the log lock and commits what it did.
func (s *Store) write(ctx context.Context, f func(*conn) error) error {
	return classify(s.writer.transaction(ctx, f))
}

// Close waits for the calls under way, then gives the file back.
func (s *Store) Close() error {
	err := s.writer.close()
	if s.readers != s.writer {
		err = cmp.Or(s.readers.close(), err)
	}
	return cmp.Or(s.heads.close(), err)
}

// now is the machine's clock as times are stored.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
