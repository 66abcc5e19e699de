package chat_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// place is the application on a database of its own, with Ada (the administrator), Grace and Linus, and
// the private room #ops of Grace's.
type place struct {
	*chat.Chat
	t                 *testing.T
	store             *faulty
	ada, grace, linus chat.UserID
	ops               chat.RoomID

	mu      sync.Mutex
	batches []chat.Batch
}

// faulty is a store whose commits can be made to fail.
type faulty struct {
	chat.Store
	mu     sync.Mutex
	commit func(update func() error) error

	afterAccount func() // called once after an account was read
}

func (f *faulty) Account(ctx context.Context, nameKey string) (chat.User, error) {
	user, err := f.Store.Account(ctx, nameKey)
	if then := f.afterAccount; then != nil {
		f.afterAccount = nil
		then()
	}
	return user, err
}

func (f *faulty) Update(ctx context.Context, needs *chat.Needs, decide func(*chat.State) *chat.Rows) error {
	f.mu.Lock()
	commit := f.commit
	f.mu.Unlock()
	update := func() error { return f.Store.Update(ctx, needs, decide) }
	if commit == nil {
		return update()
	}
	return commit(update)
}

func (f *faulty) fail(commit func(update func() error) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commit = commit
}

func newPlace(t *testing.T) *place {
	t.Helper()
	store, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, store: &faulty{Store: store}}
	writer := chat.NewWriter(p.store, func(b chat.Batch) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.batches = append(p.batches, b)
	}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); writer.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = store.Close() })
	p.Chat = chat.New(p.store, writer, chat.Config{})
	p.ada, p.grace, p.linus = p.signUp("Ada"), p.signUp("Grace"), p.signUp("Linus")
	room, err := p.CreateRoom(t.Context(), p.grace, "ops", true)
	if err != nil {
		t.Fatal(err)
	}
	p.ops = room.ID
	return p
}

const password = "correct horse battery"

func (p *place) signUp(name string) chat.UserID {
	p.t.Helper()
	entry, err := p.SignUp(p.t.Context(), name, password, "")
	if err != nil {
		p.t.Fatal(err)
	}
	return entry.User.ID
}

func (p *place) post(who chat.UserID, room chat.RoomID, body string) chat.Message {
	p.t.Helper()
	m, _, err := p.Post(p.t.Context(), who, room, "", body)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// refused expects an error of a kind.
func (p *place) refused(err error, kind chat.ErrorKind) {
	p.t.Helper()
	if chat.KindOf(err) != kind {
		p.t.Errorf("got %v, want an error of kind %s", err, kind)
	}
}
