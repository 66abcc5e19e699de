package web

import (
	"context"
	"log/slog"
	"regexp"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// interrupted is a store where something happens right after a list was read.
type interrupted struct {
	chat.Store
	then func()
}

func (s *interrupted) Notifications(ctx context.Context, viewer chat.UserID, f chat.NotificationFilter, before int64) (chat.NotificationPage, error) {
	defer s.then()
	return s.Store.Notifications(ctx, viewer, f, before)
}

func (s *interrupted) People(ctx context.Context, viewer chat.UserID, q chat.PeopleQuery) ([]chat.User, error) {
	defer s.then()
	return s.Store.People(ctx, viewer, q)
}

func (s *interrupted) Sessions(ctx context.Context, viewer chat.UserID) ([]chat.Session, error) {
	defer s.then()
	return s.Store.Sessions(ctx, viewer)
}

func TestTheCursorOfAPageIsNotAheadOfWhatItLists(t *testing.T) {
	memory, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	store := &interrupted{memory, func() {}}
	writer := chat.NewWriter(store, func(chat.Batch) {}, slog.New(slog.DiscardHandler))
	go writer.Run(t.Context())
	var cursors *chat.Cursors
	s := newSite(t, func(c *Config) {
		c.Chat = chat.New(store, writer, chat.Config{})
		cursors = c.Cursors
	})
	ada := s.signUp("Ada")
	for _, path := range []string{"/notifications", "/people", "/settings"} {
		var listed chat.Position
		store.then = func() {
			store.then = func() {}
			if listed, err = store.Head(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.chat.Notify(t.Context(), ada.id, "Ada", "in between"); err != nil {
				t.Error(err)
			}
		}
		page := ada.get(path).want(t, 200)
		found := regexp.MustCompile(`name="cursor" content="([^"]+)"`).FindStringSubmatch(page.body)
		if found == nil || listed.ID == 0 {
			t.Fatalf("%s: no cursor, or nothing happened: this proves nothing", path)
		}
		if at, ok := cursors.Decode(found[1]); !ok || at.ID > listed.ID {
			t.Errorf("%s lists what was there at %v, and its cursor is %v", path, listed, at)
		}
	}
}
