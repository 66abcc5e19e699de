package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/chat/internal/chat"
)

// found is what an index is asked for: to walk all of it would be a scan too.
var found = map[string][]string{
	"expire":         {"Index Cond: (expires_at <="},
	"people":         {"Index Cond: ((name_key >="},
	"read all":       {"Index Cond: (user_id ="},
	"load watchers":  {"watchers_of_room"},
	"load unread in": {"notifications_unread"},
	"load counts":    {"messages_of_author", "messages_deleted"},
	"lines":          {"messages_of_author", "messages_deleted"},
	"page messages":  {"messages_room_id_seq_key"},
	"recall all":     {"Index Cond: ((user_id ="},
	"overdue pushes": {"Index Cond: (due_at <="},
	"forget pushes":  {"Index Cond: (created_at <="},

	"missed mentions": {"messages_naming"},
}

func TestNothingUnderTheLockOrForAStreamOrAPageScans(t *testing.T) {
	for _, statistics := range []string{"unknown", "known"} {
		t.Run("statistics "+statistics, func(t *testing.T) {
			url := database(t)
			s := open(t, url)
			outside := connect(t, url)
			if _, err := outside.Exec(t.Context(), `alter table events set (autovacuum_enabled = off)`); err != nil {
				t.Fatal(err)
			}
			if _, err := outside.Exec(t.Context(), fill); err != nil {
				t.Fatal(err)
			}
			if statistics == "known" {
				if _, err := outside.Exec(t.Context(), `analyze`); err != nil {
					t.Fatal(err)
				}
			}
			for name, q := range queries {
				plan := explained(t, q.pool(s), q.sql, q.args)
				for _, table := range []string{"events", "messages", "sessions", "members", "users", "reactions", "notifications", "blocks", "invitations", "pictures", "pushes", "push_subscriptions"} {
					if strings.Contains(plan, "Seq Scan on "+table) {
						t.Errorf("%s scans:\n%s", name, plan)
					}
				}
				for _, cond := range found[name] {
					if !strings.Contains(plan, cond) {
						t.Errorf("%s does not find what it asks for by %q:\n%s", name, cond, plan)
					}
				}
				if strings.Contains(plan, "JIT") {
					t.Errorf("%s is compiled:\n%s", name, plan)
				}
			}
		})
	}
}

// explained is the plan that the connections of a pool use.
func explained(t *testing.T, pool *pgxpool.Pool, sql string, args []any) string {
	t.Helper()
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	rows, err := conn.Query(t.Context(), "explain "+sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestWhatAReplayReadsDependsOnTheRoomsAndNotOnTheLog(t *testing.T) {
	url := database(t)
	s := open(t, url)
	outside := connect(t, with(t, url, "synchronous_commit", "on")) // what is not flushed yet vacuum does not mark as visible
	for _, sql := range []string{fill, `vacuum analyze`} {
		if _, err := outside.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var rooms []string
	var since []int64
	for i := range 200 {
		rooms, since = append(rooms, fmt.Sprint("r", i+1)), append(since, 1)
	}
	conn, err := s.readers.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	buffers := func(after int64) int {
		return readBuffers(t, conn.Conn(), "explain (analyze, buffers) "+roomHitsSQL, rooms, since, "u500", after, int64(1<<40), 51)
	}
	if n := value[int](t, outside, `select count(*) from members where user_id = 'u500' and joined_id = 1`); n != len(rooms) {
		t.Fatalf("the reader is in %d rooms: this proves nothing", n)
	}
	if level, far := buffers(39_990), buffers(0); level > 1000 || far > 2000 {
		t.Errorf("level with the log it reads %d buffers, 40,000 events behind %d; want at most 1,000 and 2,000", level, far)
	}
}

func TestWhatTheListOfRoomsReadsDoesNotDependOnHowMuchIsUnread(t *testing.T) {
	url := database(t)
	s := open(t, url)
	outside := connect(t, with(t, url, "synchronous_commit", "on"))
	// Dense numbers, as messages have them, 200 in each room, a few of them deleted.
	const dense = `update messages set seq = -((substr(id, 2)::int - 1) / 200 + 1);
		update messages set seq = -seq, deleted_at = case when seq % 50 = 0 then now() end`
	for _, sql := range []string{fill, dense, `vacuum analyze`} {
		if _, err := outside.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := s.readers.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	measure := func(want int) int {
		unread := 0
		page, err := s.Page(t.Context(), "u500", chat.PageQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Rooms {
			unread += line.Unread
		}
		if unread != want {
			t.Fatalf("%d messages are unread, want %d: this proves nothing", unread, want)
		}
		return readBuffers(t, conn.Conn(), "explain (analyze, buffers) "+linesSQL, "u500")
	}
	away := measure(40_000 - 800 - 76) // without the deleted, and those of one's own that are not
	if _, err := outside.Exec(t.Context(), `update members set read_seq = 200 where user_id = 'u500'`); err != nil {
		t.Fatal(err)
	}
	if level := measure(0); away > level*5/4 {
		t.Errorf("with all unread it reads %d buffers, with none %d", away, level)
	}
}

func readBuffers(t *testing.T, conn *pgx.Conn, sql string, args ...any) (n int) {
	t.Helper()
	rows, err := conn.Query(context.Background(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		var hit, read int
		if _, after, found := strings.Cut(line, "Buffers: shared "); found {
			if _, err := fmt.Sscanf(after, "hit=%d read=%d", &hit, &read); err != nil && hit == 0 {
				t.Fatalf("%q: %v", line, err)
			}
			return hit + read // of the topmost node: it counts those below
		}
	}
	t.Fatalf("no buffers in:\n%s", strings.Join(lines, "\n"))
	return 0
}

func TestNamesAreInTheOrderOfBytesWhateverTheDatabaseIs(t *testing.T) {
	url := database(t)
	open(t, url)
	if got := value[string](t, connect(t, url), `select c.collname from pg_attribute a join pg_collation c on c.oid = a.attcollation
		where a.attrelid = to_regclass('users') and a.attname = 'name_key'`); got != "C" {
		t.Errorf("the collation of name_key is %s", got)
	}
}
