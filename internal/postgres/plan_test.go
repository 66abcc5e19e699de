package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/chat/internal/chat"
)

// queries are all that run under the log lock or for a stream that reconnects, with likely arguments.
var queries = map[string]struct {
	pool func(*Store) *pgxpool.Pool
	sql  string
	args []any
}{
	"head":          {appender, headSQL, []any{chat.Shard}},
	"clock":         {appender, clockSQL, []any{chat.Shard}},
	"epoch":         {readers, epochSQL, []any{chat.Shard}},
	"load users":    {appender, loadUsersSQL, []any{[]string{"u1", "u2"}, []string{"u3"}}},
	"load rooms":    {appender, loadRoomsSQL, []any{[]string{"r1", "r2"}}},
	"load members":  {appender, loadMembersSQL, []any{[]string{"r1", "r2"}, []string{"u1", "u2"}}},
	"load messages": {appender, loadMessagesSQL, []any{[]string{"m1", "m2"}}},
	"load sessions": {appender, loadSessionsSQL, []any{[]string{"s1"}, []string{"u1"}}},
	"expire":        {appender, expireSQL, []any{expireMost}},
	"cut":           {appender, cutSQL, []any{chat.Shard, trimMost, time.Hour}},
	"keep rev":      {appender, keepRevSQL, []any{chat.Shard, int64(trimMost)}},
	"forget":        {appender, forgetSQL, []any{chat.Shard, int64(trimMost)}},
	"session":       {readers, sessionSQL, []any{[]byte("hash")}},
	"memberships":   {readers, membershipsSQL, []any{[]byte("hash")}},
	"room hits":     {readers, roomHitsSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, "u1", int64(100), int64(1 << 40), 51}},
	"user hits":     {readers, userHitsSQL, []any{"u1", int64(100), int64(1 << 40), 501}},
	"missed":        {readers, missedSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, "u1", int64(100), int64(1 << 40), chat.MissedMost}},
	"events by id":  {readers, eventsByIDSQL, []any{chat.Shard, []int64{1, 2, 3}}},
	"events after":  {readers, eventsAfterSQL, []any{chat.Shard, int64(100), 500}},
}

func appender(s *Store) *pgxpool.Pool { return s.appender }
func readers(s *Store) *pgxpool.Pool  { return s.readers }

// fill makes a log of some length in one go.
const fill = `
	insert into users select 'u' || i, 'U' || i, 'u' || i, 'member', '', now() from generate_series(1, 500) i;
	insert into rooms select 'r' || i, 'R' || i, false, 'u1', now() from generate_series(1, 200) i;
	insert into members select 'r' || (i % 200 + 1), 'u' || (i % 499 + 1), 1, 0, now() from generate_series(1, 5000) i on conflict do nothing;
	insert into members select 'r' || i, 'u500', 1, 0, now() from generate_series(1, 200) i;
	insert into sessions select 's' || i, 'u' || (i % 500 + 1), 'browser', '', decode(md5(i::text), 'hex'), now(), now(), now() from generate_series(1, 2000) i;
	insert into messages select 'm' || i, 'r' || (i % 200 + 1), 'u' || (i % 500 + 1), i, i, 'hello', now(), null, null, i, i from generate_series(1, 40000) i;
	insert into events select 1, i, 1, now(), 'message', 'r' || (i % 200 + 1), case when i % 50 = 0 then 'u' || (i % 500 + 1) end,
		'm' || i, 'u1', i from generate_series(1, 40000) i;
	update log_epochs set start_id = 0;`

func TestNothingUnderTheLockOrForAStreamScans(t *testing.T) {
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
				for _, table := range []string{"events", "messages", "sessions", "members"} {
					if strings.Contains(plan, "Seq Scan on "+table) {
						t.Errorf("%s scans:\n%s", name, plan)
					}
				}
				if name == "expire" && !strings.Contains(plan, "Index Cond: (expires_at <=") {
					t.Errorf("what has expired is not found by its index:\n%s", plan)
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
