package chat_test

import (
	"reflect"
	"slices"
	"testing"

	"example.com/chat/internal/chat"
)

const epoch = 7

func at(id int64) chat.Position { return chat.Position{Epoch: epoch, ID: id} }

// found is a log of the events 11 to 20 with the hits of two rooms and of the reader, Ada, who was an administrator when
// she asked.
func found() chat.Found {
	return chat.Found{
		Head: at(20), Floor: 10,
		Rooms: map[chat.RoomID][]int64{"a": {12, 14, 16}, "b": {13, 20}},
		Role:  chat.Ordinary,
		Names: map[chat.UserID][]int64{"ada": {14, 19}, chat.Administrators: {11, 17}},
	}
}

func TestAReplayAnswersByWhatWasFound(t *testing.T) {
	for _, tt := range []struct {
		name  string
		query chat.ReplayQuery
		want  chat.Replay
		ids   []int64
	}{
		{"all of it, each event once", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, PerRoom: 3, Total: 6},
			chat.Replay{Upto: at(20)}, []int64{12, 13, 14, 16, 19, 20}},
		{"a room with more than PerRoom is stale, what concerns the user is told", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, PerRoom: 2, Total: 4},
			chat.Replay{Upto: at(20), Stale: []chat.RoomID{"a"}}, []int64{13, 14, 19, 20}},
		{"stale rooms are sorted", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, PerRoom: 1, Total: 6},
			chat.Replay{Upto: at(20), Stale: []chat.RoomID{"a", "b"}}, []int64{14, 19}},
		{"more than Total", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, PerRoom: 3, Total: 5},
			chat.Replay{Upto: at(20), Reset: chat.ResetTooMuch}, nil},
		{"more than Total beside a stale room", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, PerRoom: 2, Total: 3},
			chat.Replay{Upto: at(20), Reset: chat.ResetTooMuch}, nil},
		{"a page ends at its last event", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, Limit: 3},
			chat.Replay{Upto: at(14)}, []int64{12, 13, 14}},
		{"the last page ends at Until", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, Limit: 6},
			chat.Replay{Upto: at(20)}, []int64{12, 13, 14, 16, 19, 20}},
		{"the head is the end of what is known", chat.ReplayQuery{User: "ada", After: at(10), Until: 99, PerRoom: 3, Total: 6},
			chat.Replay{Upto: at(20)}, []int64{12, 13, 14, 16, 19, 20}},
		{"the floor itself will do", chat.ReplayQuery{User: "ada", After: at(10), Until: 20, Limit: 1}, chat.Replay{Upto: at(12)}, []int64{12}},
		{"below the floor", chat.ReplayQuery{After: at(9), Until: 20, Limit: 1}, chat.Replay{Upto: at(20), Reset: chat.ResetRetention}, nil},
		{"above the head", chat.ReplayQuery{After: at(21), Until: 21, Limit: 1}, chat.Replay{Upto: at(20), Reset: chat.ResetAhead}, nil},
		{"of another epoch, wherever", chat.ReplayQuery{After: chat.Position{Epoch: 8, ID: 99}, Limit: 1},
			chat.Replay{Upto: at(20), Reset: chat.ResetEpoch}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Head = at(20)
			got, ids := tt.query.Answer(found())
			if !reflect.DeepEqual(got, tt.want) || !slices.Equal(ids, tt.ids) {
				t.Errorf("got %+v and the events %v\nwant %+v and %v", got, ids, tt.want, tt.ids)
			}
		})
	}
}

func TestAPositionAboveUntilIsNotMovedBack(t *testing.T) {
	nothing := chat.Found{Head: at(20)}
	for _, q := range []chat.ReplayQuery{{After: at(15), Until: 12, Limit: 5}, {After: at(15), Until: 12, PerRoom: 5, Total: 5}} {
		if r, ids := q.Answer(nothing); r.Upto != at(15) || len(ids) > 0 {
			t.Errorf("upto %v with the events %v", r.Upto, ids)
		}
	}
}

func TestWhatIsLookedForIsOneMoreThanCanBeTold(t *testing.T) {
	if perRoom, ofUser := (chat.ReplayQuery{PerRoom: 50, Total: 500}).Bounds(); perRoom != 51 || ofUser != 501 {
		t.Errorf("an opening looks for %d of each room and %d of the user", perRoom, ofUser)
	}
	if perRoom, ofUser := (chat.ReplayQuery{Limit: 100}).Bounds(); perRoom != 101 || ofUser != 101 {
		t.Errorf("a page looks for %d of each room and %d of the user", perRoom, ofUser)
	}
}

func TestOfTheEventsAboutAMessageOnlyTheNewestIsTold(t *testing.T) {
	about := func(id int64, m *chat.Message) chat.Event {
		return chat.Event{ID: id, Kind: chat.MessageEdited, MessageID: m.ID, Told: chat.Told{Message: m}}
	}
	edited := &chat.Message{ID: "edited", ChangedID: 14}
	later := &chat.Message{ID: "changed above Until", ChangedID: 30}
	elsewhere := &chat.Message{ID: "its newest event is on the next page", ChangedID: 19}
	got := chat.ReplayQuery{Until: 20}.Newest([]chat.Event{
		about(11, edited), about(12, later), {ID: 13}, about(14, edited), about(15, later), {ID: 16}, about(17, elsewhere),
	})
	var ids []int64
	for _, e := range got {
		ids = append(ids, e.ID)
	}
	if want := []int64{13, 14, 15, 16}; !slices.Equal(ids, want) {
		t.Errorf("told are %v, want %v", ids, want)
	}
}

func TestOfTheEventsAboutAnythingElseTheNewestIsToldBySubject(t *testing.T) {
	m := &chat.Message{ID: "m", ChangedID: 11}
	posted := chat.Event{ID: 11, Kind: chat.MessagePosted, MessageID: "m", Told: chat.Told{Message: m}}
	reacted := func(id int64, emoji string) chat.Event {
		return chat.Event{ID: id, Kind: chat.Reacted, MessageID: "m", Ref: chat.Ref{Emoji: emoji}, Told: chat.Told{Message: m}}
	}
	events := []chat.Event{
		posted, reacted(12, "👍"), reacted(13, "🎉"), reacted(14, "👍"),
		{ID: 15, Kind: chat.UserChanged, RoomID: "a", Ref: chat.Ref{User: "ada"}}, {ID: 16, Kind: chat.UserChanged, RoomID: "b", Ref: chat.Ref{User: "ada"}},
		{ID: 17, Kind: chat.UserChanged, UserID: "ada", Ref: chat.Ref{User: "ada"}}, {ID: 18, Kind: chat.UserChanged, RoomID: "a", Ref: chat.Ref{User: "ada"}},
		{ID: 19, Kind: chat.Notified, UserID: "ada", Ref: chat.Ref{Notification: "n"}}, {ID: 20, Kind: chat.Notified, UserID: "ada", Ref: chat.Ref{Notification: "n"}},
		{ID: 21, Kind: chat.NotifiedRead, UserID: "ada"}, {ID: 22, Kind: chat.NotifiedRead, UserID: "ada"},
	}
	var ids []int64
	for _, e := range (chat.ReplayQuery{Until: 99}).Newest(events) {
		ids = append(ids, e.ID)
	}
	if want := []int64{11, 13, 14, 16, 17, 18, 20, 21, 22}; !slices.Equal(ids, want) {
		t.Errorf("told are %v, want %v", ids, want)
	}
}

func TestEventsContinueTheHeadOrAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events []chat.Event
		ok     bool
	}{
		{"none", nil, true},
		{"the next two", []chat.Event{{ID: 21, Epoch: epoch}, {ID: 22, Epoch: epoch}}, true},
		{"the head again", []chat.Event{{ID: 20, Epoch: epoch}}, false},
		{"a hole", []chat.Event{{ID: 21, Epoch: epoch}, {ID: 23, Epoch: epoch}}, false},
		{"another epoch", []chat.Event{{ID: 21, Epoch: epoch + 1}}, false},
	} {
		rows := &chat.Rows{Events: tt.events}
		if err := rows.Continue(at(20)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestARoomIsCalledByItsNameAndAConversationByWhoElseIsInIt(t *testing.T) {
	ada, grace, linus := chat.Person{ID: "ada", Name: "Ada"}, chat.Person{ID: "grace", Name: "Grace"}, chat.Person{ID: "linus", Name: "Linus"}
	for _, tt := range []struct {
		line chat.RoomLine
		want string
	}{
		{chat.RoomLine{Room: chat.Room{Name: "ops"}}, "ops"},
		{chat.RoomLine{Room: chat.Room{Direct: true}, People: []chat.Person{ada, grace, linus}}, "Ada, Linus"},
		{chat.RoomLine{Room: chat.Room{Direct: true}, People: []chat.Person{grace}}, "Yourself"},
	} {
		if got := tt.line.Called("grace"); got != tt.want {
			t.Errorf("%+v is called %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestRoomsAreListedByNameWithGeneralFirst(t *testing.T) {
	lines := []chat.RoomLine{
		{Room: chat.Room{ID: "1", Name: "zebra"}}, {Room: chat.Room{ID: "2", Name: "Ångström"}}, {Room: chat.Room{ID: "4", Name: "same"}},
		{Room: chat.Room{ID: chat.General, Name: "lobby"}}, {Room: chat.Room{ID: "3", Name: "SAME"}}, {Room: chat.Room{ID: "5", Name: "apple"}},
	}
	chat.SortRoomLines(lines, "")
	var names []string
	for _, l := range lines {
		names = append(names, l.Room.Name)
	}
	if want := []string{"lobby", "apple", "SAME", "same", "zebra", "Ångström"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
}
