package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// found is what an index is asked for: to walk all of it would be a scan too.
var found = map[string]string{
	"expire":         "Index Cond: (expires_at <=",
	"people":         "Index Cond: ((name_key >=",
	"read all":       "Index Cond: (user_id =",
	"load watchers":  "watchers_of_room",
	"load unread in": "notifications_unread",
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
				for _, table := range []string{"events", "messages", "sessions", "members", "users", "reactions", "notifications", "blocks", "invitations"} {
					if strings.Contains(plan, "Seq Scan on "+table) {
						t.Errorf("%s scans:\n%s", name, plan)
					}
				}
				if cond := found[name]; !strings.Contains(plan, cond) {
					t.Errorf("%s does not find what it asks for by %q:\n%s", name, cond, plan)
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
