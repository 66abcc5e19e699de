package postgres

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

func TestWhoWaitedForTheLockSeesWhatWasCommittedMeanwhile(t *testing.T) {
	url := database(t)
	a, b := open(t, url), open(t, url)
	looker := connect(t, url)
	needs, decide := posting(1, "general")
	update(t, a, needs, decide) // so that both have their statements prepared
	needs, decide = posting(1, "general")
	update(t, b, needs, decide)

	old, err := connect(t, url).Begin(t.Context()) // a long snapshot, as of pg_dump, holds nobody up
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec(t.Context(), `set transaction isolation level repeatable read`); err != nil {
		t.Fatal(err)
	}
	var before int64
	if err := old.QueryRow(t.Context(), `select count(*) from events`).Scan(&before); err != nil {
		t.Fatal(err)
	}

	var second chan error
	var seen chat.State
	first, decideFirst := posting(1, "general")
	update(t, a, first, func(state *chat.State) *chat.Rows {
		second = make(chan error, 1)
		go func() {
			again := first // the same message id: b must find it
			second <- b.Update(context.WithoutCancel(t.Context()), &again, func(state *chat.State) *chat.Rows {
				seen = *state
				return nil
			})
		}()
		await(t, "the second writer to wait for the lock", func() bool {
			return value[int](t, looker, `select count(*) from pg_locks l join pg_database d on d.oid = l.database
				where locktype = 'advisory' and not granted and d.datname = current_database()`) == 1
		})
		return decideFirst(state)
	})
	if err := <-second; err != nil {
		t.Fatal(err)
	}
	if _, found := seen.Messages[first.Messages[0]]; !found || seen.Head != head(t, a) || seen.Rooms["general"].Seq != 3 {
		t.Errorf("the second writer saw the past: message found: %v, head %v, seq %d", found, seen.Head, seen.Rooms["general"].Seq)
	}
	var still int64
	if err := old.QueryRow(t.Context(), `select count(*) from events`).Scan(&still); err != nil || still != before {
		t.Errorf("the long snapshot sees %d events, %v; it must still see %d, or this proves nothing", still, err, before)
	}
}

func TestMixedWritersNeverDeadlockAndLeaveNoHole(t *testing.T) {
	url := database(t)
	stores := []*Store{open(t, url), open(t, url), open(t, url)}
	rooms := []chat.RoomID{"r0", "r1", "r2", "r3"}
	update(t, stores[0], chat.Needs{}, func(state *chat.State) *chat.Rows {
		rows := &chat.Rows{}
		for _, id := range rooms {
			rows.Rooms = append(rows.Rooms, chat.Room{ID: id, Name: string(id), CreatedAt: state.Now})
		}
		return rows
	})
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for range 40 {
				if err := mixed(t.Context(), stores[w%3], rooms); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	for _, s := range stores { // a session that ends hands in its statistics
		_ = s.Close()
	}
	outside := connect(t, url)
	if n := value[int64](t, outside, `select deadlocks from pg_stat_database where datname = current_database()`); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
	if holes := value[int64](t, outside, `select coalesce(max(id) - (select floor from log_floor) - count(*), 0) from events`); holes != 0 {
		t.Errorf("%d holes in the log", holes)
	}
	for _, room := range rooms {
		if off := value[int64](t, outside, `select count(*) - max(seq) from messages where room_id = $1`, room); off != 0 {
			t.Errorf("the messages of %s are not dense: off by %d", room, off)
		}
	}
}

// mixed does one of the things that write, at random.
func mixed(ctx context.Context, s *Store, rooms []chat.RoomID) error {
	room := rooms[rand.N(len(rooms))]
	key := chat.MemberKey{RoomID: room, UserID: chat.UserID(fmt.Sprint("user", rand.N(5)))}
	switch rand.N(10) {
	case 0:
		_, err := s.Trim(ctx, time.Millisecond)
		return err
	case 1:
		return s.Fork(ctx, chat.Position{Epoch: 1, ID: 1 << 40})
	case 2:
		_, err := s.Secret(ctx, "a secret", []byte("fresh"))
		return err
	case 3, 4:
		return s.Update(ctx, &chat.Needs{Rooms: rooms, Members: []chat.MemberKey{key}}, func(state *chat.State) *chat.Rows {
			rows := &chat.Rows{Rooms: []chat.Room{state.Rooms[room]}}
			if _, member := state.Members[key]; member {
				rows.Left = []chat.MemberKey{key}
			} else {
				rows.Members = []chat.Member{{RoomID: key.RoomID, UserID: key.UserID, JoinedAt: state.Now}}
			}
			return rows
		})
	}
	needs, decide := posting(1+rand.N(5), room)
	return s.Update(ctx, &needs, decide)
}

func TestNothingIsWrittenWhenNothingIsDecided(t *testing.T) {
	s := open(t, database(t))
	update(t, s, chat.Needs{}, func(*chat.State) *chat.Rows { return nil })
	update(t, s, chat.Needs{}, nothing)
	if got := head(t, s).ID; got != 1 {
		t.Errorf("the head is %d, want 1", got)
	}
}

func TestAnIdThatCannotBeStoredDoesNotAbortTheBatch(t *testing.T) {
	s := open(t, database(t))
	needs, decide := posting(1, "general")
	needs.Rooms = append(needs.Rooms, "\x00", "\xff")
	needs.Users = append(needs.Users, "a\x00b")
	needs.Members = append(needs.Members, chat.MemberKey{RoomID: "general", UserID: "\xff"})
	update(t, s, needs, decide)
	if _, err := s.Page(t.Context(), "ada", chat.PageQuery{Room: "\x00"}); chat.KindOf(err) != chat.NotFound {
		t.Errorf("a room that cannot exist: %v, want not_found", err)
	}
}

func TestEventsThatDoNotContinueTheLogAreRefused(t *testing.T) {
	s := open(t, database(t))
	for name, spoil := range map[string]func(*chat.Event){
		"a hole":        func(e *chat.Event) { e.ID++ },
		"another epoch": func(e *chat.Event) { e.Epoch++ },
	} {
		err := s.Update(t.Context(), &chat.Needs{}, func(state *chat.State) *chat.Rows {
			rows := nothing(state)
			spoil(&rows.Events[0])
			return rows
		})
		if err == nil || chat.KindOf(err) != "" {
			t.Errorf("%s: %v, want an error without a kind", name, err)
		}
	}
	update(t, s, chat.Needs{}, nothing)
}

func TestTimeNeverRunsBackwardsInTheLog(t *testing.T) {
	url := database(t)
	s := open(t, url)
	update(t, s, chat.Needs{}, nothing)
	if _, err := connect(t, url).Exec(t.Context(), `update events set at = at + interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	update(t, s, chat.Needs{}, func(state *chat.State) *chat.Rows {
		if now := value[time.Time](t, connect(t, url), `select at from events where id = $1`, state.Head.ID); !state.Now.Equal(now) {
			t.Errorf("now is %v although the newest event is of %v", state.Now, now)
		}
		if state.Now.Location() != time.UTC || state.Now.Truncate(time.Millisecond) != state.Now {
			t.Errorf("now is %v, want whole milliseconds of UTC", state.Now)
		}
		return nil
	})
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
