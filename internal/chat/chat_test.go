package chat_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// place is the application on a database of its own, with Ada (the administrator), Grace and Linus, and
// the private room #ops of Grace's.
type place struct {
	*chat.Chat
	t                 *testing.T
	store             *faulty
	ada, grace, linus chat.UserID
	ops               chat.RoomID

	mu      sync.Mutex
	batches []chat.Batch
}

// faulty is a store whose commits can be made to fail.
type faulty struct {
	chat.Store
	mu     sync.Mutex
	commit func(update func() error) error
}

func (f *faulty) Update(ctx context.Context, needs *chat.Needs, decide func(*chat.State) *chat.Rows) error {
	f.mu.Lock()
	commit := f.commit
	f.mu.Unlock()
	update := func() error { return f.Store.Update(ctx, needs, decide) }
	if commit == nil {
		return update()
	}
	return commit(update)
}

func (f *faulty) fail(commit func(update func() error) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commit = commit
}

func newPlace(t *testing.T) *place {
	t.Helper()
	store, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, store: &faulty{Store: store}}
	writer := chat.NewWriter(p.store, func(b chat.Batch) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.batches = append(p.batches, b)
	}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); writer.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = store.Close() })
	p.Chat = chat.New(p.store, writer, chat.Config{})
	p.ada, p.grace, p.linus = p.signUp("Ada"), p.signUp("Grace"), p.signUp("Linus")
	room, err := p.CreateRoom(t.Context(), p.grace, "ops", true)
	if err != nil {
		t.Fatal(err)
	}
	p.ops = room.ID
	return p
}

const password = "correct horse battery"

func (p *place) signUp(name string) chat.UserID {
	p.t.Helper()
	entry, err := p.SignUp(p.t.Context(), name, password, "")
	if err != nil {
		p.t.Fatal(err)
	}
	return entry.User.ID
}

func (p *place) post(who chat.UserID, room chat.RoomID, body string) chat.Message {
	p.t.Helper()
	m, _, err := p.Post(p.t.Context(), who, room, "", body)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// refused expects an error of a kind.
func (p *place) refused(err error, kind chat.ErrorKind) {
	p.t.Helper()
	if chat.KindOf(err) != kind {
		p.t.Errorf("got %v, want an error of kind %s", err, kind)
	}
}

func TestTheFirstUserIsTheAdministratorAndEverybodyJoinsGeneral(t *testing.T) {
	p := newPlace(t)
	page, err := p.Page(t.Context(), p.linus, chat.PageQuery{Room: chat.General})
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]chat.Role{}
	for _, m := range page.Members {
		roles[m.Name] = m.Role
	}
	if roles["Ada"] != chat.Administrator || roles["Grace"] != chat.Ordinary || len(roles) != 3 {
		t.Errorf("the members are %v", roles)
	}
}

func TestNamesThatLookTheSameAreTaken(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"Ada", "ada", " ADA ", "Ａｄａ"} {
		_, err := p.SignUp(t.Context(), name, password, "")
		p.refused(err, chat.Invalid)
	}
}

func TestSigningUpSaysWhatIsWrong(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct{ name, password, field string }{
		{"", password, "name"}, {" \t", password, "name"}, {strings.Repeat("x", 41), password, "name"},
		{"a\x00b", password, "name"}, {"a\xffb", password, "name"}, {"a\u202eb", password, "name"},
		{"Margaret", "short", "password"}, {"Margaret", strings.Repeat("x", 129), "password"},
	} {
		_, err := p.SignUp(t.Context(), c.name, c.password, "")
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Invalid || e.Field != c.field || e.Message == "" {
			t.Errorf("%q, %q: got %v, want Invalid %s", c.name, c.password, err, c.field)
		}
	}
}

func TestAWrongNameAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	p := newPlace(t)
	_, unknown := p.LogIn(t.Context(), "Nobody", password, "")
	_, wrong := p.LogIn(t.Context(), "Ada", "wrong horse battery", "")
	if unknown == nil || unknown.Error() != wrong.Error() {
		t.Errorf("an unknown name: %v; a wrong password: %v", unknown, wrong)
	}
	if _, err := p.LogIn(t.Context(), "ada", password, ""); err != nil {
		t.Errorf("the right password: %v", err)
	}
	for _, odd := range []string{"\x00", "\xff", strings.Repeat("x", 10_000)} {
		_, err := p.LogIn(t.Context(), odd, odd, "")
		p.refused(err, chat.Unauthenticated)
	}
}

func TestANewPasswordEndsEverySessionButTheNewOne(t *testing.T) {
	p := newPlace(t)
	old, err := p.LogIn(t.Context(), "Ada", password, "")
	if err != nil {
		t.Fatal(err)
	}
	_, user, err := p.Authenticate(t.Context(), old.Secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.ChangePassword(t.Context(), user, "not it", "another horse battery", "")
	p.refused(err, chat.Invalid)
	entry, err := p.ChangePassword(t.Context(), user, password, "another horse battery", "")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Authenticate(t.Context(), old.Secret)
	p.refused(err, chat.Unauthenticated)
	if _, _, err := p.Authenticate(t.Context(), entry.Secret); err != nil {
		t.Errorf("the new session: %v", err)
	}
	if sessions, err := p.Sessions(t.Context(), user.ID); err != nil || len(sessions) != 1 {
		t.Errorf("%d sessions are left, %v", len(sessions), err)
	}
}

func TestSomebodyElsesSessionCannotBeRevoked(t *testing.T) {
	p := newPlace(t)
	token, err := p.NewToken(t.Context(), p.grace, "cron")
	if err != nil {
		t.Fatal(err)
	}
	p.refused(p.Revoke(t.Context(), p.ada, token.Session.ID), chat.NotFound)
	if err := p.Revoke(t.Context(), p.grace, token.Session.ID); err != nil {
		t.Error(err)
	}
}

func TestTheSameMessageAgainIsTheFirstOneAndSomebodyElsesIDIsTaken(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	id := string(chat.NewMessageID())
	first, again, err := p.Post(ctx, p.ada, chat.General, strings.ToUpper(id), "one")
	if err != nil || again || string(first.ID) != id {
		t.Fatalf("%+v, again %v, %v", first, again, err)
	}
	second, again, err := p.Post(ctx, p.ada, chat.General, id, "another text")
	if err != nil || !again || second.Body != "one" || second.RoomRev != first.RoomRev {
		t.Errorf("the same again: %+v, again %v, %v", second, again, err)
	}
	_, _, err = p.Post(ctx, p.grace, chat.General, id, "mine")
	p.refused(err, chat.Conflict)
	_, _, err = p.Post(ctx, p.grace, p.ops, id, "mine")
	p.refused(err, chat.Conflict)
	_, _, err = p.Post(ctx, p.linus, p.ops, id, "whose?")
	p.refused(err, chat.NotFound) // the room comes first: nothing is learnt
	_, _, err = p.Post(ctx, p.ada, chat.General, "7", "no UUID")
	p.refused(err, chat.Invalid)
}

func TestTheSameMessageInParallelIsOneMessage(t *testing.T) {
	p := newPlace(t)
	id := string(chat.NewMessageID())
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if m, _, err := p.Post(context.Background(), p.ada, chat.General, id, "once"); err != nil || m.Seq != 1 {
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
	_, _, err := p.Post(ctx, p.ada, p.ops, "", "hello") // not even the administrator
	p.refused(err, chat.NotFound)
	p.refused(p.Join(ctx, p.ada, p.ops), chat.NotFound)
	p.refused(p.MarkRead(ctx, p.ada, p.ops, 1), chat.NotFound)
	p.refused(p.AddMember(ctx, p.ada, p.ops, "Ada"), chat.NotFound)
	p.refused(p.RenameRoom(ctx, p.ada, p.ops, "mine"), chat.NotFound)
	p.refused(p.ArchiveRoom(ctx, p.ada, p.ops), chat.NotFound)

	if err := p.Leave(ctx, p.linus, chat.General); err != nil {
		t.Fatal(err)
	}
	_, _, err = p.Post(ctx, p.linus, chat.General, "", "still here?")
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
	_, _, err := p.Post(ctx, p.linus, p.ops, "", "and gone")
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
	_, _, err := p.Post(ctx, p.grace, p.ops, "", "after")
	p.refused(err, chat.Forbidden)
	_, err = p.Edit(ctx, p.grace, m.ID, "after")
	p.refused(err, chat.Forbidden)
	if page, err := p.Page(ctx, p.grace, chat.PageQuery{Room: p.ops}); err != nil || !page.Room.Archived() || len(page.Messages) != 1 {
		t.Errorf("the archived room: %+v, %v", page, err)
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
		_, _, err := p.Post(t.Context(), p.ada, chat.General, "", body)
		p.refused(err, chat.Invalid)
	}
	if m := p.post(p.ada, chat.General, strings.Repeat("界", chat.MaxBody)); len(m.Body) != 3*chat.MaxBody {
		t.Error("the longest message was cut")
	}
	if m := p.post(p.ada, chat.General, "a\r\nb\rc \n"); m.Body != "a\nb\nc" {
		t.Errorf("line ends came out as %q", m.Body)
	}
}

func TestWhatQueuedDuringACommitIsCommittedTogether(t *testing.T) {
	p := newPlace(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	commits := 0
	p.store.fail(func(update func() error) error {
		commits++
		once.Do(func() { close(begun); <-release })
		return update()
	})
	var wg sync.WaitGroup
	wg.Go(func() { p.post(p.ada, chat.General, "the first") })
	<-begun
	for i := range 100 {
		wg.Go(func() { p.post(p.ada, chat.General, fmt.Sprint("queued ", i)) })
	}
	p.queued(100)
	close(release)
	wg.Wait()
	if commits != 2 {
		t.Errorf("101 messages took %d commits, want 2", commits)
	}
}

// queued waits until n changes wait for the writer.
func (p *place) queued(n int) {
	for chat.Queued(p.Chat) < n {
		<-time.After(time.Millisecond)
	}
}

func TestAChangeThatCannotBeStoredFailsAlone(t *testing.T) {
	p := newPlace(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	fault := errors.New("the database does not like this batch")
	p.store.fail(func(update func() error) error {
		first := false
		once.Do(func() { first = true; close(begun); <-release })
		if first {
			return update()
		}
		p.store.fail(nil) // the batch fails, its changes one by one do not
		return fault
	})
	var wg sync.WaitGroup
	wg.Go(func() { p.post(p.ada, chat.General, "the first") })
	<-begun
	var outsider error
	wg.Go(func() { _, _, outsider = p.Post(context.Background(), p.linus, p.ops, "", "refused") })
	for i := range 5 {
		wg.Go(func() { p.post(p.ada, chat.General, fmt.Sprint("queued ", i)) })
	}
	p.queued(6)
	close(release)
	wg.Wait()
	p.refused(outsider, chat.NotFound)
	page, err := p.Page(t.Context(), p.ada, chat.PageQuery{Room: chat.General})
	if err != nil || len(page.Messages) != 6 {
		t.Errorf("%d messages were stored, want 6; %v", len(page.Messages), err)
	}
}

func TestEverybodyIsToldThatTheDatabaseIsAwayAndNothingIsAnnounced(t *testing.T) {
	p := newPlace(t)
	before := len(p.announced())
	for _, trouble := range []error{chat.Away(errors.New("refused")), chat.InDoubt(errors.New("cut"))} {
		p.store.fail(func(func() error) error { return trouble })
		_, _, err := p.Post(t.Context(), p.ada, chat.General, "", "hello?")
		p.refused(err, chat.KindOf(trouble))
	}
	if got := len(p.announced()); got != before {
		t.Errorf("%d batches were announced of commits that failed", got-before)
	}
}

func (p *place) announced() []chat.Batch {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.batches
}
