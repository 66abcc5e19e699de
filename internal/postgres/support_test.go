package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

var databases atomic.Int64

// database makes an empty database of its own for a test, and gives its URL.
func database(t testing.TB) string {
	t.Helper()
	server := os.Getenv("CHAT_TEST_POSTGRES_URL")
	if server == "" {
		t.Fatal("set CHAT_TEST_POSTGRES_URL or run: make test")
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("chat_test_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), databases.Add(1))
	admin := connect(t, server)
	if _, err := admin.Exec(t.Context(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := connect(t, server).Exec(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

// connect is a plain connection, for looking at the tables from outside.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// open opens the store of a database; the server of the tests may be an unsafe one.
func open(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, Options{AllowUnsafe: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// value reads one value from outside.
func value[T any](t testing.TB, conn *pgx.Conn, sql string, args ...any) (v T) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func update(t testing.TB, s *Store, needs chat.Needs, decide func(*chat.State) *chat.Rows) {
	t.Helper()
	if err := s.Update(t.Context(), &needs, decide); err != nil {
		t.Fatal(err)
	}
}

func head(t testing.TB, s *Store) chat.Position {
	t.Helper()
	p, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// nothing is an event that concerns only a user, for tests that need no more than an event.
func nothing(state *chat.State) *chat.Rows {
	return &chat.Rows{Events: []chat.Event{{
		ID: state.Head.ID + 1, Epoch: state.Head.Epoch, At: state.Now, Kind: chat.ReadMoved, UserID: "ada", ActorID: "ada",
	}}}
}

// posting is n messages of Ada in a room, as the domain would post them.
func posting(n int, room chat.RoomID) (chat.Needs, func(*chat.State) *chat.Rows) {
	needs := chat.Needs{Users: []chat.UserID{"ada"}, Rooms: []chat.RoomID{room}, Members: []chat.MemberKey{{RoomID: room, UserID: "ada"}}}
	ids := make([]chat.MessageID, n)
	for i := range ids {
		ids[i] = chat.NewMessageID()
	}
	needs.Messages = ids
	return needs, func(state *chat.State) *chat.Rows {
		rows := &chat.Rows{}
		r := state.Rooms[room]
		for i, id := range ids {
			r.Seq++
			r.Rev++
			event := chat.Event{
				ID: state.Head.ID + 1 + int64(i), Epoch: state.Head.Epoch, At: state.Now, Kind: chat.MessagePosted,
				RoomID: room, MessageID: id, ActorID: "ada", RoomRev: r.Rev,
			}
			rows.Events = append(rows.Events, event)
			rows.Messages = append(rows.Messages, chat.Message{
				ID: id, RoomID: room, Author: chat.Person{ID: "ada"}, Seq: r.Seq, RoomRev: r.Rev, Body: "hello",
				CreatedAt: state.Now, PostedID: event.ID, ChangedID: event.ID,
			})
		}
		return rows
	}
}
