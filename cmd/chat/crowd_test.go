package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// crowd makes a database in which n people are in the first room: nobody-000, nobody-001, …
func crowd(t *testing.T, n int) (url string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chat.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	err = store.Update(t.Context(), &chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(s *chat.State) *chat.Rows {
		rows := &chat.Rows{}
		for i := range n {
			id := fmt.Sprintf("nobody-%03d", i)
			at := s.Head.ID + int64(i) + 1
			rows.Users = append(rows.Users, chat.User{ID: chat.UserID(id), Name: id, NameKey: id, Role: chat.Ordinary, CreatedAt: s.Now})
			rows.Members = append(rows.Members, chat.Member{RoomID: chat.General, UserID: chat.UserID(id), JoinedID: at, JoinedAt: s.Now})
			rows.Events = append(rows.Events, chat.Event{
				ID: at, Epoch: s.Head.Epoch, At: s.Now, Kind: chat.UserJoined, RoomID: chat.General, UserID: chat.UserID(id),
				ActorID: chat.UserID(id), RoomRev: s.Rooms[chat.General].Rev + int64(i) + 1,
			})
		}
		return rows
	})
	if err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

func TestALargeRoomNamesSomeOfItsMembersAndCompletesTheNamesOfAll(t *testing.T) {
	t.Parallel()
	const many = chat.MembersShown + 50
	p := startProcess(t, "CHAT_DATABASE_URL="+crowd(t, many))
	ada := person(t, p)
	ada.signUp("Ada")
	count := `document.querySelector("[data-member-count]").textContent`
	ada.await("all are counted", fmt.Sprintf(`%s === "%d"`, count, many+1))
	ada.await("some are named", fmt.Sprintf(`document.querySelectorAll("#members > li").length <= %d`, chat.MembersShown+1))
	last := fmt.Sprintf("nobody-%03d", many-1)
	if named := ada.eval(fmt.Sprintf(`[...document.querySelectorAll("#members bdi")].some(b => b.textContent === %q)`, last)); named != "false" {
		t.Fatal("the last is named: this proves nothing")
	}
	ada.live()
	ada.do(chromedp.SendKeys(textarea, "@"+last))
	ada.await("somebody who is not named is offered", fmt.Sprintf(`%s?.includes(%q)`, suggested, last))
	newMember(t, p, "Grace")
	ada.await("who joins is counted", fmt.Sprintf(`%s === "%d"`, count, many+2))
}
