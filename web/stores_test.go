package web

import (
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/postgres/postgrestest"
	"example.com/chat/internal/sqlite"
)

// stores open an empty database of each kind.
var stores = map[string]func(t *testing.T) chat.Store{
	"SQLite": func(t *testing.T) chat.Store {
		store, err := sqlite.Open(t.Context(), ":memory:")
		return closing(t, store, err)
	},
	"Postgres": func(t *testing.T) chat.Store {
		store, err := postgres.Open(t.Context(), postgrestest.URL(t), postgres.Options{})
		return closing(t, store, err)
	},
}

func closing(t *testing.T, store chat.Store, err error) chat.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}
