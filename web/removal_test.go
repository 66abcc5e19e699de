package web

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres"
	"example.com/chat/internal/postgres/postgrestest"
	"example.com/chat/internal/sqlite"
)

// pairs open two stores on one empty database, as two servers do.
var pairs = map[string]func(t *testing.T) (a, b chat.Store){
	"SQLite": func(t *testing.T) (a, b chat.Store) {
		path := filepath.Join(t.TempDir(), "chat.db")
		open := func() chat.Store {
			store, err := sqlite.Open(t.Context(), path)
			return closing(t, store, err)
		}
		return open(), open()
	},
	"Postgres": func(t *testing.T) (a, b chat.Store) {
		url := postgrestest.URL(t)
		open := func() chat.Store {
			store, err := postgres.Open(t.Context(), url, postgres.Options{})
			return closing(t, store, err)
		}
		return open(), open()
	},
}

// Grace is removed on one server while she writes on the other. Whatever was stored, was stored at a
// position where she was a member; from the removal on everything is refused.
func TestSomebodyRemovedIsRefusedFromThePositionOfTheRemoval(t *testing.T) {
	for name, open := range pairs {
		t.Run(name, func(t *testing.T) {
			first, second := open(t)
			here, there := newHouse(t, first), newHouse(t, second)
			ada, grace := here.signUp("Ada"), here.signUp("Grace")
			room, err := here.chat.CreateRoom(t.Context(), ada.id, "ops", true)
			if err != nil {
				t.Fatal(err)
			}
			var stored atomic.Int64
			for range 5 {
				if err := here.chat.AddMember(t.Context(), ada.id, room.ID, string(grace.id)); err != nil {
					t.Fatal(err)
				}
				var writing sync.WaitGroup
				before := stored.Load()
				for range 4 {
					writing.Go(func() {
						var err error
						for err == nil {
							if _, _, err = there.chat.Post(context.Background(), grace.id, room.ID, chat.Draft{Body: "still here"}); err == nil {
								stored.Add(1)
							}
						}
						if chat.KindOf(err) != chat.NotFound {
							t.Error(err)
						}
					})
				}
				here.await("she writes", func() bool { return stored.Load() >= before+10 })
				if err := here.chat.RemoveMember(t.Context(), ada.id, room.ID, grace.id); err != nil {
					t.Error(err)
				}
				writing.Wait()
			}
			if err := onlyMembersWrote(t.Context(), first); err != nil {
				t.Error(err)
			}
		})
	}
}

// onlyMembersWrote judges from the log alone.
func onlyMembersWrote(ctx context.Context, store chat.Store) error {
	log, err := store.Events(ctx, 0, 10_000)
	if err != nil {
		return err
	}
	members := map[chat.MemberKey]bool{}
	for i, e := range log.Events {
		if e.ID != int64(i)+1 {
			return errors.New("the log has a hole")
		}
		switch e.Kind {
		case chat.UserJoined:
			members[chat.MemberKey{RoomID: e.RoomID, UserID: e.UserID}] = true
		case chat.UserLeft:
			delete(members, chat.MemberKey{RoomID: e.RoomID, UserID: e.UserID})
		case chat.MessagePosted:
			if !members[chat.MemberKey{RoomID: e.RoomID, UserID: e.ActorID}] {
				return errors.New("a message was stored after its author had been removed")
			}
		}
	}
	return nil
}
