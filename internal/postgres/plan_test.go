package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// queries are all that run under the log lock or for a stream that reconnects, with likely arguments.
var queries = map[string]struct {
	sql  string
	args []any
}{
	"head":          {headSQL, []any{chat.Shard}},
	"clock":         {clockSQL, []any{chat.Shard}},
	"epoch":         {epochSQL, []any{chat.Shard}},
	"load users":    {loadUsersSQL, []any{[]string{"u1", "u2"}, []string{"u3"}}},
	"load rooms":    {loadRoomsSQL, []any{[]string{"r1", "r2"}}},
	"load members":  {loadMembersSQL, []any{[]string{"r1", "r2"}, []string{"u1", "u2"}}},
	"load messages": {loadMessagesSQL, []any{[]string{"m1", "m2"}}},
	"load sessions": {loadSessionsSQL, []any{[]string{"s1"}, []string{"u1"}}},
	"room hits":     {roomHitsSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, int64(100), int64(1 << 40), 51}},
	"user hits":     {userHitsSQL, []any{"u1", int64(100), int64(1 << 40), 501}},
	"missed":        {missedSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, int64(100), int64(1 << 40), "u1", missedMost}},
	"events by id":  {eventsByIDSQL, []any{chat.Shard, []int64{1, 2, 3}}},
	"events after":  {eventsAfterSQL, []any{chat.Shard, int64(100), 500}},
}

// fill makes a log of some length in one go.
const fill = `
	insert into users select 'u' || i, 'U' || i, 'u' || i, 'member', '', now() from generate_series(1, 500) i;
	insert into rooms select 'r' || i, 'R' || i, false, 'u1', now() from generate_series(1, 200) i;
	insert into members select 'r' || (i % 200 + 1), 'u' || (i % 499 + 1), 1, 0, now() from generate_series(1, 5000) i on conflict do nothing;
	insert into sessions select 's' || i, 'u' || (i % 500 + 1), 'browser', '', decode(md5(i::text), 'hex'), now(), now(), now() from generate_series(1, 2000) i;
	insert into messages select 'm' || i, 'r' || (i % 200 + 1), 'u' || (i % 500 + 1), i, i, 'hello', now(), null, null, i, i from generate_series(1, 40000) i;
	insert into events select 1, i, 1, now(), 'message', 'r' || (i % 200 + 1), case when i % 50 = 0 then 'u' || (i % 500 + 1) end,
		'm' || i, 'u1', i from generate_series(1, 40000) i;
	update log_epochs set start_id = 0;`

func TestNothingScansTheLog(t *testing.T) {
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
				plan := explained(t, s, q.sql, q.args)
				if strings.Contains(plan, "Seq Scan on events") || strings.Contains(plan, "Seq Scan on messages") {
					t.Errorf("%s scans:\n%s", name, plan)
				}
				if strings.Contains(plan, "JIT") {
					t.Errorf("%s is compiled:\n%s", name, plan)
				}
			}
		})
	}
}

// explained is the plan that the appender uses for what it runs, and the readers for the rest.
func explained(t *testing.T, s *Store, sql string, args []any) string {
	t.Helper()
	pool := s.readers
	if strings.Contains(sql, "any($1)") || sql == clockSQL || sql == loadMembersSQL {
		pool = s.appender
	}
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
		rooms, since = append(rooms, fmt.Sprint("r", i+1)), append(since, 0)
	}
	conn, err := s.readers.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	buffers := func(after int64) int {
		return readBuffers(t, conn.Conn(), "explain (analyze, buffers) "+roomHitsSQL, rooms, since, after, int64(1<<40), 51)
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
