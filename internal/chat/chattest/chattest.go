// Package chattest is the conformance suite of chat.Store, and the small cast that plays in it: Ada,
// Grace and Linus, in the rooms #general and #ops.
package chattest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// RunStore tests a store against its contract, a sentence a subtest. open makes a fresh and empty
// database; second opens another store on the database of the first, as a second server would. Both
// close what they open when the test ends.
func RunStore(t *testing.T, open func(t *testing.T) chat.Store, second func(t *testing.T, first chat.Store) chat.Store) {
	for _, chapter := range []struct {
		name  string
		tests []test
	}{
		{"Update", updateTests},
		{"Rows", rowTests},
		{"Log", logTests},
		{"Trim", trimTests},
		{"Replay", replayTests},
		{"ReplayNewest", replayNewestTests},
		{"ReplayBounds", replayBoundTests},
		{"Page", pageTests},
		{"Moves", moveTests},
		{"Messages", historyTests},
		{"Reactions", reactionTests},
		{"Mentions", mentionTests},
		{"Sessions", sessionTests},
		{"Users", userTests},
		{"People", peopleTests},
		{"Members", memberTests},
		{"Receipts", receiptTests},
		{"RoomLines", roomLineTests},
		{"Notifications", notificationTests},
		{"NotificationPages", notificationPageTests},
		{"Blocks", blockTests},
		{"Counts", countTests},
		{"Invitations", invitationTests},
		{"Pictures", pictureTests},
		{"Subscriptions", subscriptionTests},
		{"Pushes", pushTests},
		{"Told", toldTests},
		{"Servers", serverTests},
		{"Close", closeTests},
	} {
		t.Run(chapter.name, func(t *testing.T) {
			for _, test := range chapter.tests {
				t.Run(test.sentence, func(t *testing.T) {
					first := open(t)
					test.run(&stage{T: t, store: first, second: func() chat.Store { return second(t, first) }})
				})
			}
		})
	}
}

// test is one sentence of the contract.
type test struct {
	sentence string
	run      func(s *stage)
}

// stage is where a test plays: a fresh store.
type stage struct {
	*testing.T
	store  chat.Store
	second func() chat.Store
}

// ctx ends with the test, and before a store that hangs makes the whole run hang.
func (s *stage) ctx() context.Context {
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	s.Cleanup(cancel)
	return ctx
}

// must ends the test on an error.
func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// equal compares; empty and nil lists and maps are the same.
func (s *stage) equal(what string, got, want any) {
	s.Helper()
	if reflect.DeepEqual(got, want) || empty(got) && empty(want) {
		return
	}
	s.Errorf("%s:\n got %s\nwant %s", what, show(got), show(want))
}

func empty(v any) bool {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Invalid: // nil itself
		return true
	case reflect.Slice, reflect.Map:
		return r.Len() == 0
	}
	return false
}

func show(v any) string {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && !r.IsNil() {
		v = r.Elem().Interface()
	}
	return fmt.Sprintf("%+v", v)
}

// kind checks what kind of error it is.
func (s *stage) kind(what string, err error, want chat.ErrorKind) {
	s.Helper()
	if err == nil || chat.KindOf(err) != want {
		s.Errorf("%s: got the error %v, want one of kind %q", what, err, want)
	}
}

func (s *stage) head() chat.Position {
	s.Helper()
	head, err := s.store.Head(s.ctx())
	s.must(err)
	return head
}

// events reads the whole log after an id.
func (s *stage) events(after int64) []chat.Event {
	s.Helper()
	b, err := s.store.Events(s.ctx(), after, 10_000)
	s.must(err)
	return b.Events
}

func (s *stage) event(id int64) chat.Event {
	s.Helper()
	events := s.events(id - 1)
	if len(events) == 0 || events[0].ID != id {
		s.Fatalf("the log has no event %d", id)
	}
	return events[0]
}

// state reads what needs name, and writes nothing.
func (s *stage) state(needs chat.Needs) *chat.State {
	s.Helper()
	var state *chat.State
	s.must(s.store.Update(s.ctx(), &needs, func(read *chat.State) *chat.Rows {
		state = read
		return nil
	}))
	return state
}

func (s *stage) room(id chat.RoomID) chat.Room {
	s.Helper()
	return s.state(chat.Needs{Rooms: []chat.RoomID{id}}).Rooms[id]
}

func (s *stage) message(id chat.MessageID) chat.Message {
	s.Helper()
	return s.state(chat.Needs{Messages: []chat.MessageID{id}}).Messages[id]
}

func (s *stage) member(room chat.RoomID, user chat.UserID) chat.Member {
	s.Helper()
	key := chat.MemberKey{RoomID: room, UserID: user}
	return s.state(chat.Needs{Members: []chat.MemberKey{key}}).Members[key]
}

func (s *stage) user(id chat.UserID) chat.User {
	s.Helper()
	return s.state(chat.Needs{Users: []chat.UserID{id}}).Users[id]
}

func ids(events []chat.Event) (ids []int64) {
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	return ids
}

func bodies(messages []chat.Message) (bodies []string) {
	for _, m := range messages {
		bodies = append(bodies, m.Body)
	}
	return bodies
}
