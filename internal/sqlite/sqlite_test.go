package sqlite

import (
	"path/filepath"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/chat/chattest"
)

func TestAFileIsAStore(t *testing.T) {
	paths := map[chat.Store]string{}
	open := func(t *testing.T) chat.Store {
		path := filepath.Join(t.TempDir(), "chat.db")
		store := openStore(t, path)
		paths[store] = path
		return store
	}
	chattest.RunStore(t, open, func(t *testing.T, first chat.Store) chat.Store { return openStore(t, paths[first]) })
}

func TestMemoryIsAStore(t *testing.T) {
	open := func(t *testing.T) chat.Store { return openStore(t, Memory) }
	chattest.RunStore(t, open, func(_ *testing.T, first chat.Store) chat.Store { return first })
}

func openStore(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
