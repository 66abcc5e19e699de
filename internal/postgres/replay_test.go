package postgres

import (
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

func posted(t *testing.T, s *Store, room chat.RoomID) chat.Message {
	t.Helper()
	needs, decide := posting(1, room)
	update(t, s, needs, decide)
	return loaded(t, s, needs.Messages[0])
}

func loaded(t *testing.T, s *Store, id chat.MessageID) (m chat.Message) {
	t.Helper()
	update(t, s, chat.Needs{Messages: []chat.MessageID{id}}, func(state *chat.State) *chat.Rows {
		m = state.Messages[id]
		return nil
	})
	return m
}

func replay(t *testing.T, s *Store, q chat.ReplayQuery) chat.Replay {
	t.Helper()
	r, err := s.Replay(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheMissedAreCountedUnlessThatCostsTooMuch(t *testing.T) {
	url := database(t)
	s := open(t, url)
	needs, decide := posting(20, "general")
	update(t, s, needs, func(state *chat.State) *chat.Rows {
		rows := decide(state)
		for _, user := range []chat.UserID{"ada", "grace"} {
			rows.Members = append(rows.Members, chat.Member{RoomID: "general", UserID: user, JoinedID: 6, JoinedAt: state.Now})
		}
		return rows
	})
	query := func(user chat.UserID) chat.ReplayQuery {
		return chat.ReplayQuery{
			After: chat.Position{Epoch: head(t, s).Epoch}, Until: head(t, s).ID, User: user,
			Rooms: []chat.Membership{{RoomID: "general", Since: 6}}, PerRoom: 1 << 20, Total: 10,
		}
	}
	for user, want := range map[chat.UserID]int{"grace": 15, "ada": 0} {
		if r := replay(t, s, query(user)); r.Reset != chat.ResetTooMuch || r.Missed != want {
			t.Errorf("%s: reset %q, %d missed; want too_much, %d", user, r.Reset, r.Missed, want)
		}
	}
	if _, err := connect(t, url).Exec(t.Context(), `insert into events select 1, i, 1, now(), 'message', 'general', null, 'm', 'ada', i
		from generate_series(21, 11000) i`); err != nil {
		t.Fatal(err)
	}
	if r := replay(t, s, query("grace")); r.Reset != chat.ResetTooMuch || r.Missed != 0 {
		t.Errorf("reset %q, %d missed; want too_much, 0 for unknown", r.Reset, r.Missed)
	}
}

func TestTrimmingGoesOnInBoundedSteps(t *testing.T) {
	url := database(t)
	s := open(t, url)
	needs, decide := posting(trimMost+10, "general")
	update(t, s, needs, decide)
	before := head(t, s)
	if _, err := connect(t, url).Exec(t.Context(), `update events set at = at - interval '2 hours'`); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{trimMost, 10, 0} {
		if n, err := s.Trim(t.Context(), time.Hour); err != nil || n != want {
			t.Errorf("trimmed %d, %v; want %d", n, err, want)
		}
	}
	if after := head(t, s); after != before {
		t.Errorf("the head of the emptied log went from %v to %v", before, after)
	}
	if m := posted(t, s, "general"); m.RoomRev != trimMost+11 || m.PostedID != before.ID+1 {
		t.Errorf("the next message has revision %d and event %d; want %d and %d", m.RoomRev, m.PostedID, trimMost+11, before.ID+1)
	}
}
