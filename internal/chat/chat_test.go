package chat_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.com/chat/internal/chat"
)

func TestTheSameMessageAgainIsTheFirstOneAndSomebodyElsesIDIsTaken(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	id := string(chat.NewMessageID())
	first, again, err := p.Post(ctx, p.ada, chat.General, chat.Draft{ID: strings.ToUpper(id), Body: "one"})
	if err != nil || again || string(first.ID) != id {
		t.Fatalf("%+v, again %v, %v", first, again, err)
	}
	second, again, err := p.Post(ctx, p.ada, chat.General, chat.Draft{ID: id, Body: "another text"})
	if err != nil || !again || second.Body != "one" || second.RoomRev != first.RoomRev {
		t.Errorf("the same again: %+v, again %v, %v", second, again, err)
	}
	_, _, err = p.Post(ctx, p.grace, chat.General, chat.Draft{ID: id, Body: "mine"})
	p.refused(err, chat.Conflict)
	_, _, err = p.Post(ctx, p.grace, p.ops, chat.Draft{ID: id, Body: "mine"})
	p.refused(err, chat.Conflict)
	_, _, err = p.Post(ctx, p.linus, p.ops, chat.Draft{ID: id, Body: "whose?"})
	p.refused(err, chat.NotFound) // the room comes first: nothing is learnt
	_, _, err = p.Post(ctx, p.ada, chat.General, chat.Draft{ID: "7", Body: "no UUID"})
	p.refused(err, chat.Invalid)
}

func TestTheSameMessageInParallelIsOneMessage(t *testing.T) {
	p := newPlace(t)
	id := string(chat.NewMessageID())
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if m, _, err := p.Post(context.Background(), p.ada, chat.General, chat.Draft{ID: id, Body: "once"}); err != nil || m.Seq != 1 {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
	wg.Wait()
	page, err := p.Page(t.Context(), p.ada, chat.PageQuery{Room: chat.General})
	if err != nil || len(page.Messages) != 1 {
		t.Errorf("%d messages, %v", len(page.Messages), err)
	}
}

func TestWhoIsNotInTheRoomCannotWriteInIt(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	if page, err := p.Page(ctx, p.grace, chat.PageQuery{Room: p.ops}); err != nil || page.Member == nil {
		t.Fatal("somebody must be in the room, or this proves nothing")
	}
	_, _, err := p.Post(ctx, p.ada, p.ops, chat.Draft{Body: "hello"}) // not even the administrator
	p.refused(err, chat.NotFound)
	p.refused(p.Join(ctx, p.ada, p.ops), chat.NotFound)
	p.refused(p.MarkRead(ctx, p.ada, p.ops, 1), chat.NotFound)
	p.refused(p.AddMember(ctx, p.ada, p.ops, "Ada"), chat.NotFound)
	p.refused(p.RenameRoom(ctx, p.ada, p.ops, "mine"), chat.NotFound)
	p.refused(p.ArchiveRoom(ctx, p.ada, p.ops), chat.NotFound)

	if err := p.Leave(ctx, p.linus, chat.General); err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Post(ctx, p.linus, chat.General, chat.Draft{Body: "still here?"})
	p.refused(err, chat.Forbidden)
	if err := p.Join(ctx, p.linus, chat.General); err != nil {
		t.Fatal(err)
	}
	p.post(p.linus, chat.General, "here again")
}

func TestMembersAreAddedByNameOrIDAndRemovedByTheCreator(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.refused(p.AddMember(ctx, p.grace, p.ops, "nobody"), chat.Invalid)
	p.refused(p.AddMember(ctx, p.grace, p.ops, "\xff\x00"), chat.Invalid)
	for _, who := range []string{"LINUS", string(p.linus), string(p.ada)} {
		if err := p.AddMember(ctx, p.grace, p.ops, who); err != nil {
			t.Fatal(err)
		}
	}
	p.post(p.linus, p.ops, "thanks")
	p.refused(p.RemoveMember(ctx, p.linus, p.ops, p.grace), chat.Forbidden)
	if err := p.RemoveMember(ctx, p.grace, p.ops, p.linus); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.Post(ctx, p.linus, p.ops, chat.Draft{Body: "and gone"})
	p.refused(err, chat.NotFound)
}

func TestOnlyTheAuthorEditsAndAnAdministratorMayDelete(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.grace, chat.General, "first")
	_, err := p.Edit(ctx, p.ada, m.ID, "mine now")
	p.refused(err, chat.Forbidden)
	_, err = p.Delete(ctx, p.linus, m.ID)
	p.refused(err, chat.Forbidden)
	edited, err := p.Edit(ctx, p.grace, m.ID, "second")
	if err != nil || edited.Body != "second" || edited.EditedAt.IsZero() || edited.RoomRev <= m.RoomRev {
		t.Errorf("%+v, %v", edited, err)
	}
	deleted, err := p.Delete(ctx, p.ada, m.ID)
	if err != nil || !deleted.Deleted() || deleted.Body != "" {
		t.Errorf("%+v, %v", deleted, err)
	}
	_, err = p.Edit(ctx, p.grace, m.ID, "third")
	p.refused(err, chat.NotFound)
	secret := p.post(p.grace, p.ops, "secret")
	_, err = p.Delete(ctx, p.ada, secret.ID)
	p.refused(err, chat.NotFound)
}

func TestAnArchivedRoomIsReadAndNotWrittenIn(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.grace, p.ops, "before")
	p.refused(p.ArchiveRoom(ctx, p.ada, chat.General), chat.Invalid)
	if err := p.ArchiveRoom(ctx, p.grace, p.ops); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.Post(ctx, p.grace, p.ops, chat.Draft{Body: "after"})
	p.refused(err, chat.Forbidden)
	_, err = p.Edit(ctx, p.grace, m.ID, "after")
	p.refused(err, chat.Forbidden)
	if page, err := p.Page(ctx, p.grace, chat.PageQuery{Room: p.ops}); err != nil || !page.Room.Archived() || len(page.Messages) != 1 {
		t.Errorf("the archived room: %+v, %v", page, err)
	}
}

func TestWhatIsSaidInAnArchivedRoomCanStillBeTakenBack(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	room, err := p.CreateRoom(ctx, p.grace, "attic", false)
	p.must(err)
	p.must(p.Join(ctx, p.linus, room.ID))
	own, others := p.post(p.linus, room.ID, "mine"), p.post(p.grace, room.ID, "hers")
	p.must(p.ArchiveRoom(ctx, p.grace, room.ID))
	_, err = p.Delete(ctx, p.linus, others.ID)
	p.refused(err, chat.Forbidden)
	for id, who := range map[chat.MessageID]chat.UserID{own.ID: p.linus, others.ID: p.ada} { // an administrator, who is not in the room
		for range 2 {
			if m, err := p.Delete(ctx, who, id); err != nil || !m.Deleted() || m.Body != "" {
				t.Errorf("%+v, %v", m, err)
			}
		}
	}
}

func TestTheReadPositionOnlyMovesForward(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	for i := range 5 {
		p.post(p.ada, chat.General, fmt.Sprint("message ", i))
	}
	unread := func() int {
		page, err := p.Page(ctx, p.grace, chat.PageQuery{Room: chat.General})
		if err != nil {
			t.Fatal(err)
		}
		return page.Rooms[0].Unread
	}
	for _, step := range []struct {
		seq  int64
		want int
	}{{0, 5}, {3, 2}, {1, 2}, {1000, 0}, {-1, 0}} {
		if err := p.MarkRead(ctx, p.grace, chat.General, step.seq); err != nil {
			t.Fatal(err)
		}
		if got := unread(); got != step.want {
			t.Errorf("after reading up to %d, %d are unread, want %d", step.seq, got, step.want)
		}
	}
}

func TestAMessageMustHaveTextAndNotTooMuch(t *testing.T) {
	p := newPlace(t)
	for _, body := range []string{"", " \n\t ", strings.Repeat("x", chat.MaxBody+1), "a\x00b", "a\xffb"} {
		_, _, err := p.Post(t.Context(), p.ada, chat.General, chat.Draft{Body: body})
		p.refused(err, chat.Invalid)
	}
	if m := p.post(p.ada, chat.General, strings.Repeat("界", chat.MaxBody)); len(m.Body) != 3*chat.MaxBody {
		t.Error("the longest message was cut")
	}
	if m := p.post(p.ada, chat.General, "a\r\nb\rc \n"); m.Body != "a\nb\nc" {
		t.Errorf("line ends came out as %q", m.Body)
	}
}

func TestDeletingAgainIsFine(t *testing.T) {
	p := newPlace(t)
	m := p.post(p.grace, chat.General, "first")
	for _, who := range []chat.UserID{p.ada, p.ada, p.grace} {
		if _, err := p.Delete(t.Context(), who, m.ID); err != nil {
			t.Error(err)
		}
	}
	_, err := p.Delete(t.Context(), p.linus, m.ID)
	p.refused(err, chat.NotFound)
}
