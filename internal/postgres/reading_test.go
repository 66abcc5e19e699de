package postgres

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// frugal is a store that reads on one connection, and a check that it is still the first one.
func frugal(t *testing.T) (s *Store, sameConnection func()) {
	t.Helper()
	s = open(t, with(t, database(t), "pool_max_conns", "1"))
	head(t, s)
	before := s.readers.Stat().NewConnsCount()
	if before == 0 {
		t.Fatal("nothing was read: this proves nothing")
	}
	return s, func() {
		t.Helper()
		head(t, s)
		if n := s.readers.Stat().NewConnsCount() - before; n > 0 {
			t.Errorf("it cost %d new connections", n)
		}
	}
}

func TestWhatIsNotFoundCostsNoConnection(t *testing.T) {
	s, sameConnection := frugal(t)
	update(t, s, chat.Needs{}, func(state *chat.State) *chat.Rows {
		return &chat.Rows{Members: []chat.Member{{RoomID: chat.General, UserID: "ada", JoinedAt: state.Now}}}
	})
	for range 50 {
		for what, q := range map[string]chat.PageQuery{
			"a room":                {Room: "nowhere"},
			"a room that cannot be": {Room: "\x00"},
			"an anchor":             {Room: chat.General, Around: chat.Anchor{ID: chat.NewMessageID()}},
		} {
			if _, err := s.Page(t.Context(), "ada", q); chat.KindOf(err) != chat.NotFound {
				t.Fatalf("%s: %v, want not_found", what, err)
			}
		}
		if _, err := s.Opening(t.Context(), []byte("nobody's")); chat.KindOf(err) != chat.NotFound {
			t.Fatalf("a session: %v, want not_found", err)
		}
	}
	sameConnection()
}

func TestAReaderWhoLeavesCostsNoConnection(t *testing.T) {
	s, sameConnection := frugal(t)
	for range 10 {
		ctx, leave := context.WithCancel(t.Context())
		err := s.reading(ctx, "test", func(ctx context.Context, conn *pgx.Conn) error {
			leave()
			_, err := conn.Exec(ctx, `select 1`)
			return err
		})
		if err != nil {
			t.Errorf("a read under way: %v", err)
		}
		if _, err := s.Head(ctx); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("a read that has not begun: %v, want unavailable", err)
		}
	}
	sameConnection()
}
