package chat_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sqlite"
)

// place is the application on a database of its own, with Ada (the administrator), Grace and Linus, and
// the private room #ops of Grace's.
type place struct {
	*chat.Chat
	t                 *testing.T
	store             *faulty
	writer            *chat.Writer
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

	afterAccount func() // called once after an account was read
}

func (f *faulty) Account(ctx context.Context, nameKey string) (chat.User, error) {
	user, err := f.Store.Account(ctx, nameKey)
	if then := f.afterAccount; then != nil {
		f.afterAccount = nil
		then()
	}
	return user, err
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
	return newPlaceWith(t, chat.Config{})
}

// newPlaceWith is a place where this is decided once the three have signed up.
func newPlaceWith(t *testing.T, cfg chat.Config) *place {
	t.Helper()
	p := newEmptyPlace(t, chat.Config{})
	three := p.settle(chat.General, "Ada", "Grace", "Linus")
	p.ada, p.grace, p.linus = three[0], three[1], three[2]
	room, err := p.CreateRoom(t.Context(), p.grace, "ops", true)
	p.must(err)
	p.ops = room.ID
	p.Chat = chat.New(p.store, p.writer, cfg)
	return p
}

// newEmptyPlace is a place where nobody has signed up.
func newEmptyPlace(t *testing.T, cfg chat.Config) *place {
	t.Helper()
	store, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, store: &faulty{Store: store}}
	p.writer = chat.NewWriter(p.store, func(b chat.Batch) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.batches = append(p.batches, b)
	}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.writer.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = store.Close() })
	p.Chat = chat.New(p.store, p.writer, cfg)
	return p
}

// elsewhere is another server on the same database.
func (p *place) elsewhere(cfg chat.Config) *chat.Chat {
	p.t.Helper()
	writer := chat.NewWriter(p.store, func(chat.Batch) {}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); writer.Run(ctx) }()
	p.t.Cleanup(func() { cancel(); <-done })
	return chat.New(p.store, writer, cfg)
}

// passwordHash is what signing up with the password makes of it, in much more time.
const (
	password     = "correct horse battery"
	passwordHash = "$argon2id$v=19$m=19456,t=2,p=1$MMrF73eMOPD4RA/1x5aYTA$kYB4vjwEoEwfSth9sRjaqIHkj4Uc+ZP/06Ia39G1yX0"
)

// settle has people sign up who are in one room; the first of all is the administrator.
func (p *place) settle(room chat.RoomID, names ...string) (ids []chat.UserID) {
	p.t.Helper()
	p.must(p.store.Update(p.t.Context(), &chat.Needs{Rooms: []chat.RoomID{room}}, func(s *chat.State) *chat.Rows {
		rows, rev, role := &chat.Rows{}, s.Rooms[room].Rev, chat.Ordinary
		if s.Vacant {
			role = chat.Administrator
		}
		for _, name := range names {
			s.Head.ID++
			rev++
			u := chat.User{
				ID: chat.UserID(chat.NewID()), Name: name, NameKey: chat.NameKey(name), Role: role,
				PasswordHash: passwordHash, CreatedAt: s.Now,
			}
			ids, role = append(ids, u.ID), chat.Ordinary
			rows.Users = append(rows.Users, u)
			rows.Members = append(rows.Members, chat.Member{RoomID: room, UserID: u.ID, JoinedID: s.Head.ID, JoinedAt: s.Now})
			rows.Events = append(rows.Events, chat.Event{
				ID: s.Head.ID, Epoch: s.Head.Epoch, At: s.Now, Kind: chat.UserJoined,
				RoomID: room, UserID: u.ID, ActorID: u.ID, RoomRev: rev,
			})
		}
		return rows
	}))
	return ids
}

func (p *place) signUp(name string) chat.UserID {
	p.t.Helper()
	entry, err := p.SignUp(p.t.Context(), name, password, "", "")
	if err != nil {
		p.t.Fatal(err)
	}
	return entry.User.ID
}

func (p *place) post(who chat.UserID, room chat.RoomID, body string) chat.Message {
	p.t.Helper()
	return p.say(who, room, chat.Draft{Body: body})
}

func (p *place) say(who chat.UserID, room chat.RoomID, d chat.Draft) chat.Message {
	p.t.Helper()
	m, _, err := p.Post(p.t.Context(), who, room, d)
	p.must(err)
	return m
}

// direct is the conversation of somebody with others.
func (p *place) direct(who chat.UserID, others ...chat.UserID) chat.RoomID {
	p.t.Helper()
	var names []string
	for _, other := range others {
		names = append(names, string(other))
	}
	room, err := p.OpenDirect(p.t.Context(), who, names)
	p.must(err)
	return room.ID
}

// must ends the test on an error.
func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// refused expects an error of a kind.
func (p *place) refused(err error, kind chat.ErrorKind) {
	p.t.Helper()
	if chat.KindOf(err) != kind || err == nil {
		p.t.Errorf("got %v, want an error of kind %s", err, kind)
	}
}

func (p *place) page(who chat.UserID, room chat.RoomID) chat.Page {
	p.t.Helper()
	page, err := p.Page(p.t.Context(), who, chat.PageQuery{Room: room})
	p.must(err)
	return page
}

// line is the room's in somebody's list.
func (p *place) line(who chat.UserID, room chat.RoomID) chat.RoomLine {
	p.t.Helper()
	for _, line := range p.page(who, "").Rooms {
		if line.Room.ID == room {
			return line
		}
	}
	return chat.RoomLine{}
}

// user is somebody's account, as an administrator sees it.
func (p *place) user(who chat.UserID) chat.User {
	p.t.Helper()
	u, err := p.store.User(p.t.Context(), p.ada, who)
	p.must(err)
	return u
}

// unread are somebody's notifications that they have not read, the oldest first.
func (p *place) unread(who chat.UserID) []chat.Notification {
	p.t.Helper()
	centre, err := p.Notifications(p.t.Context(), who, chat.UnreadOnly, 0)
	p.must(err)
	if bell := p.page(who, "").Bell; bell != len(centre.Notifications) || centre.Unread != bell {
		p.t.Errorf("%d notifications are not read, the bell shows %d, the centre says %d", len(centre.Notifications), bell, centre.Unread)
	}
	slices.Reverse(centre.Notifications)
	return centre.Notifications
}

// notified checks of what somebody has been notified since the last time, and has them read it.
func (p *place) notified(who chat.UserID, want ...chat.NotificationKind) {
	p.t.Helper()
	var kinds []chat.NotificationKind
	for _, n := range p.unread(who) {
		kinds = append(kinds, n.Kind)
	}
	if !slices.Equal(kinds, want) {
		p.t.Errorf("%s was notified of %q, want %q", who, kinds, want)
	}
	p.must(p.ReadNotifications(p.t.Context(), who))
}
