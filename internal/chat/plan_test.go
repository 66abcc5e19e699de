package chat

import (
	"context"
	"errors"
	"log/slog"
	"testing"
)

// failOnce is a store whose first Update decides and then fails with an error of no kind.
type failOnce struct {
	Store
	calls int
	state func() *State
	rows  []*Rows
}

func (s *failOnce) Update(_ context.Context, n *Needs, decide func(*State) *Rows) error {
	rows := decide(s.state())
	if s.calls++; s.calls == 1 {
		return errors.New("one row cannot be stored")
	}
	s.rows = append(s.rows, rows)
	return nil
}

func TestAChangeTriedAgainIsTheSame(t *testing.T) {
	store := &failOnce{state: func() *State {
		st := NewState()
		st.Users["ada"] = User{ID: "ada"}
		return st
	}}
	w := NewWriter(store, func(Batch) {}, slog.New(slog.DiscardHandler))
	one := &waiting{ctx: t.Context(), change: &createRoom{actor: "ada", room: Room{ID: "r1", Name: "one"}}, answer: make(chan error, 1)}
	two := &waiting{ctx: t.Context(), change: &createRoom{actor: "ada", room: Room{ID: "r2", Name: "two"}}, answer: make(chan error, 1)}
	w.commit([]*waiting{one, two})
	if rev := store.rows[0].Events[0].RoomRev; rev != 1 {
		t.Errorf("the first event of a new room has revision %d", rev)
	}
}
