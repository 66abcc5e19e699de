package postgres

import (
	"testing"

	"example.com/chat/internal/chat"
)

func TestAnotherDatabaseIsAnotherEpoch(t *testing.T) {
	url := database(t)
	s := open(t, url)
	update(t, s, chat.Needs{}, nothing)
	before := head(t, s)
	if before.Epoch == 0 {
		t.Fatal("the epoch is 0")
	}
	if again := head(t, open(t, url)); again != before {
		t.Errorf("opening it again went from %v to %v", before, again)
	}

	// What a restored dump, another cluster or another timeline look like:
	if _, err := connect(t, url).Exec(t.Context(), `update log_epochs set identity = 'elsewhere'`); err != nil {
		t.Fatal(err)
	}
	after := head(t, open(t, url))
	if after.Epoch == before.Epoch || after.Epoch == 0 || after.ID != before.ID {
		t.Errorf("went from %v to %v; want another epoch and the same id", before, after)
	}
	update(t, s, chat.Needs{}, nothing) // a connection of before: it continues in the new epoch
	if got, want := head(t, s), (chat.Position{Epoch: after.Epoch, ID: 2}); got != want {
		t.Errorf("the head is %v, want %v", got, want)
	}
}

func TestOnlyAHeadBelowWhatWasSeenForks(t *testing.T) {
	s := open(t, database(t))
	for range 3 {
		update(t, s, chat.Needs{}, nothing)
	}
	before := head(t, s)
	for _, seen := range []chat.Position{before, {Epoch: before.Epoch, ID: 1}, {Epoch: before.Epoch + 1, ID: 99}} {
		if err := s.Fork(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
		if got := head(t, s); got != before {
			t.Errorf("having seen %v it went from %v to %v", seen, before, got)
		}
	}
	seen := chat.Position{Epoch: before.Epoch, ID: 99}
	for range 2 { // the second server that noticed changes nothing more
		if err := s.Fork(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
	}
	after := head(t, s)
	if after.Epoch == before.Epoch || after.ID != before.ID {
		t.Errorf("went from %v to %v", before, after)
	}
}
