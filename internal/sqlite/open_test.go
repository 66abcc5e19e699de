package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/chat/chattest"
)

func TestADatabaseThatCannotBeOpenedIsExplainedInOneLine(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is a letter, not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{"", "no file is named"},
		{filepath.Join(folder, "missing", "chat.db"), "folder " + filepath.Join(folder, "missing") + " does not exist"},
		{folder, "is a folder"},
		{"/proc/chat.db", "does not permit it"},
		{text, "is not a SQLite database"},
	} {
		s, err := Open(t.Context(), tt.path)
		if err == nil {
			t.Errorf("%q was opened", tt.path)
			_ = s.Close()
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %q, want a line with %q", tt.path, err, tt.want)
		}
	}
}

func TestAnyFileNameWillDo(t *testing.T) {
	for _, name := range []string{"a b.db", "what?.db", "100%41.db", "#1.db", "ümläut 💬.db", ":memory:x"} {
		path := filepath.Join(t.TempDir(), name)
		chattest.Cast(t, openStore(t, path))
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyTheOwnerCanReadTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	store, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestServersMayStartTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	var all sync.WaitGroup
	epochs := make([]uint32, 4)
	for i := range epochs {
		all.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			head, err := s.Head(t.Context())
			if err != nil {
				t.Error(err)
			}
			epochs[i] = head.Epoch
		})
	}
	all.Wait()
	for _, epoch := range epochs {
		if epoch == 0 || epoch != epochs[0] {
			t.Fatalf("the epochs are %v", epochs)
		}
	}
}

func TestADatabaseKeepsEverythingOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	before := stop(t, path, true)
	if after := stop(t, path, false); after != before {
		t.Errorf("the head was %v and is %v", before, after)
	}
}

func TestAnOlderCopyPutBackBeginsANewEpoch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	backup := stop(t, path, true)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newer := stop(t, path, true)
	if newer.Epoch != backup.Epoch || newer.ID <= backup.ID {
		t.Fatalf("the head was %v and is %v: this proves nothing", backup, newer)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	restored := stop(t, path, false)
	if restored.ID != backup.ID || restored.Epoch == backup.Epoch {
		t.Errorf("the backup was of %v, people have seen %v, and the head is %v", backup, newer, restored)
	}
	if again := stop(t, path, false); again != restored {
		t.Errorf("after another start the head is %v, not %v", again, restored)
	}
}

func TestAnOlderCopyOfAnOlderEpochPutBackBeginsANewEpoch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	backup := stop(t, path, true)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, path, true)
	epochs := map[uint32]bool{backup.Epoch: true}
	for range 3 { // the same copy each time: what people saw in between was of another epoch
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		restored := stop(t, path, true)
		if epochs[restored.Epoch] {
			t.Fatalf("the copy goes on in epoch %08x, which people have seen more of", restored.Epoch)
		}
		epochs[restored.Epoch] = true
	}
}

func TestANewEpochIsRecordedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	recorded := func(what string, want chat.Position) {
		t.Helper()
		if got, err := newHeadFile(path + ".head").load(); err != nil || got != want {
			t.Errorf("%s: recorded is %v, %v; the head is %v", what, got, err, want)
		}
	}
	s := openStore(t, path)
	first, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	recorded("the first epoch", first)
	if err := s.Fork(t.Context(), chat.Position{Epoch: first.Epoch, ID: first.ID + 1}); err != nil {
		t.Fatal(err)
	}
	forked, err := s.Head(t.Context())
	if err != nil || forked.Epoch == first.Epoch {
		t.Fatalf("the epoch is still that of %v, %v: this proves nothing", forked, err)
	}
	recorded("the fork", forked)
	if again := stop(t, path, false); again != forked { // as after a crash: nothing was closed
		t.Errorf("opened again right after the fork the head is %v, not %v", again, forked)
	}
}

// stop opens a database, appends some events if there shall be more, closes it and gives its head.
func stop(t *testing.T, path string, more bool) chat.Position {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if more {
		err = s.Update(t.Context(), &chat.Needs{}, func(state *chat.State) *chat.Rows {
			return &chat.Rows{Events: []chat.Event{{
				ID: state.Head.ID + 1, Epoch: state.Head.Epoch, At: state.Now, Kind: chat.ReadMoved, UserID: "ada",
			}}}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return head
}

func TestTheRecordedHeadNeverFalls(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db.head")
	for _, step := range []struct{ moved, recorded chat.Position }{
		{chat.Position{Epoch: 1, ID: 10}, chat.Position{Epoch: 1, ID: 10}},
		{chat.Position{Epoch: 1, ID: 5}, chat.Position{Epoch: 1, ID: 10}},
		{chat.Position{Epoch: 2, ID: 3}, chat.Position{Epoch: 2, ID: 3}},
	} {
		f := newHeadFile(path) // another process each time
		f.moved(step.moved)
		if err := f.record(); err != nil {
			t.Fatal(err)
		}
		if got, err := f.load(); err != nil || got != step.recorded {
			t.Errorf("after %v is recorded %v, %v; want %v", step.moved, got, err, step.recorded)
		}
	}
}

func TestABeginThatIsInterruptedTooLateLeavesNoTransaction(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	for _, p := range []*pool{s.readers, s.writer} {
		for range p.size {
			err := p.within(t.Context(), func(c *conn, ctx context.Context) error {
				if err := c.begin(ctx); err != nil {
					t.Fatal(err)
				}
				return context.Canceled
			}, func(*conn) (bool, error) {
				t.Error("it went on without a transaction")
				return false, nil
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		for range p.size {
			if err := p.snapshot(t.Context(), func(*conn) error { return nil }); err != nil {
				t.Errorf("a read on a connection whose begin was interrupted: %v", err)
			}
		}
	}
}

func TestAClosedStoreIsUnavailable(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "chat.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := s.Head(t.Context())
	if chat.KindOf(err) != chat.Unavailable {
		t.Errorf("a read: %v", err)
	}
	err = s.Update(t.Context(), &chat.Needs{}, func(*chat.State) *chat.Rows { return nil })
	if chat.KindOf(err) != chat.Unavailable {
		t.Errorf("an update: %v", err)
	}
}

func TestWhoWaitsForTheLockCanGiveUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	first, second := openStore(t, path), openStore(t, path)
	err := first.Update(t.Context(), &chat.Needs{}, func(*chat.State) *chat.Rows {
		for _, s := range []*Store{first, second} {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			began := time.Now()
			err := s.Update(ctx, &chat.Needs{}, func(*chat.State) *chat.Rows { return nil })
			if chat.KindOf(err) != chat.Unavailable {
				t.Errorf("an update while another one is under way: %v", err)
			}
			if waited := time.Since(began); waited > 3*time.Second {
				t.Errorf("gave up only after %v", waited)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
