package sqlite

import (
	"fmt"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestNothingUnderTheLockOrForAStreamScans(t *testing.T) {
	s := openStore(t, Memory)
	both := "(room_id=? AND id>? AND id<?)"
	for _, tt := range []struct{ query, want string }{
		{idsOfRooms, "SEARCH m USING PRIMARY KEY (room_id=? AND user_id=?)"},
		{idsOfRooms, "SEARCH e USING INDEX events_of_room " + both},
		{idsOfRooms, "SEARCH b USING INDEX events_of_room (room_id=? AND id>?)"},
		{idsOfNames, "SEARCH e USING INDEX events_of_user (user_id=? AND id>? AND id<?)"},
		{idsOfNames, "SEARCH b USING INDEX events_of_user (user_id=? AND id>?)"},
		{missedMessages, "SEARCH e USING INDEX events_of_room " + both},
		{missedMentions, "SEARCH x USING INDEX messages_naming (room_id=? AND posted_id>? AND posted_id<?)"},
		{counts, "SEARCH x USING INDEX messages_of_author (author_id=? AND room_id=? AND seq>?)"},
		{counts, "SEARCH x USING INDEX messages_deleted (room_id=? AND seq>?)"},
		{eventsByID, "SEARCH events USING PRIMARY KEY (shard=? AND id=?)"},
		{expireSessions, "SEARCH sessions USING PRIMARY KEY (id=?)"},
		{expireSessions, "SEARCH sessions USING INDEX sessions_by_expiry (expires_at<?)"},
	} {
		plan := explainPlan(t, s, tt.query)
		if plan = strings.ReplaceAll(plan, "COVERING ", ""); !strings.Contains(plan, tt.want) {
			t.Errorf("%s\nis planned as\n%s\nwithout %s", tt.query, plan, tt.want)
		}
		for line := range strings.Lines(plan) {
			if strings.Contains(line, "SCAN") && !isList(line) {
				t.Errorf("%s\nscans: %s", tt.query, line)
			}
		}
	}
}

func explainPlan(t *testing.T, s *Store, query string) string {
	t.Helper()
	var plan []string
	err := s.read(t.Context(), func(c *conn) (err error) {
		args := make([]any, parameters(query))
		for i := range args {
			args[i] = "[]"
		}
		plan, err = list(t.Context(), c, func(r row) (detail string, err error) {
			var id, parent, unused int
			err = r.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "explain query plan "+query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

// parameters is the highest number of a parameter.
func parameters(query string) (n int) {
	for strings.Contains(query, fmt.Sprintf("$%d", n+1)) {
		n++
	}
	return n
}

func TestAnEventThatLeavesAHoleIsRefused(t *testing.T) {
	s := openStore(t, Memory)
	for _, id := range []int64{0, 2, 100} {
		err := s.Update(t.Context(), &chat.Needs{}, func(state *chat.State) *chat.Rows {
			return &chat.Rows{Events: []chat.Event{{ID: id, Epoch: state.Head.Epoch, At: state.Now, Kind: chat.ReadMoved}}}
		})
		if err == nil || chat.KindOf(err) != "" {
			t.Errorf("event %d as the first one: %v", id, err)
		}
	}
}
