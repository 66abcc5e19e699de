package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// shared is the database of this test run: made by the first test that needs it, dropped after the last.
var shared struct {
	sync.Once
	server, url string
	err         error
}

var schemas atomic.Int64

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.url != "" {
		if err := administer("drop database " + databaseName() + " with (force)"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func databaseName() string { return fmt.Sprint("chat_test_", os.Getpid()) }

func administer(sql string) error {
	conn, err := pgx.Connect(context.Background(), shared.server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(context.Background(), sql)
	return err
}

// database gives the URL of an empty schema, which is a database of its own as far as a store can see,
// and takes a fraction of the time to make. Nothing waits for the disk there: no test pulls the plug.
func database(t testing.TB) string {
	t.Helper()
	shared.Do(func() {
		if shared.server = os.Getenv("CHAT_TEST_POSTGRES_URL"); shared.server == "" {
			return
		}
		u, err := url.Parse(shared.server)
		if err == nil {
			err = administer("create database " + databaseName())
		}
		if shared.err = err; err == nil {
			u.Path = "/" + databaseName()
			shared.url = u.String()
		}
	})
	if shared.server == "" {
		t.Fatal("set CHAT_TEST_POSTGRES_URL or run: make test")
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	schema := fmt.Sprint("test_", schemas.Add(1))
	conn := connect(t, with(t, shared.url, "synchronous_commit", "off"))
	if _, err := conn.Exec(t.Context(), "create schema "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := conn.Exec(context.Background(), "drop schema "+schema+" cascade"); err != nil {
			t.Error(err)
		}
	})
	return with(t, with(t, shared.url, "search_path", schema), "synchronous_commit", "off")
}

// with is a URL with a parameter set.
func with(t testing.TB, base, parameter, value string) string {
	return altered(t, base, func(u *url.URL) {
		q := u.Query()
		q.Set(parameter, value)
		u.RawQuery = q.Encode()
	})
}

func altered(t testing.TB, base string, alter func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	alter(u)
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
	needs := chat.Needs{
		Users: []chat.UserID{"ada"}, Rooms: []chat.RoomID{room}, Members: []chat.MemberKey{{RoomID: room, UserID: "ada"}},
		Watchers: []chat.RoomID{room}, BlocksBy: []chat.UserID{"ada"}, BlocksOf: []chat.UserID{"ada"},
	}
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
