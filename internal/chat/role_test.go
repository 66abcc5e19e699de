package chat_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

func TestAnAdministratorGivesRoles(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.refused(p.SetRole(ctx, p.grace, p.linus, chat.Guest), chat.Forbidden)
	p.refused(p.SetRole(ctx, p.grace, p.grace, chat.Administrator), chat.Forbidden)
	p.refused(p.SetRole(ctx, p.ada, p.grace, "queen"), chat.Invalid)
	p.refused(p.SetRole(ctx, p.ada, "nobody", chat.Guest), chat.Invalid)
	before := len(p.announced())
	for range 2 {
		p.must(p.SetRole(ctx, p.ada, p.grace, chat.Administrator))
	}
	told := map[string]bool{}
	for _, e := range p.announcedSince(before) {
		audience := string(e.RoomID) + string(e.UserID)
		if e.Kind != chat.UserChanged || e.Told.Subject.Role != chat.Administrator || told[audience] {
			t.Errorf("told is %+v", e)
		}
		told[audience] = true
	}
	if len(told) != 4 {
		t.Errorf("told are %v", told)
	}
	p.must(p.SetRole(ctx, p.grace, p.ada, chat.Ordinary))
	p.refused(p.SetRole(ctx, p.ada, p.grace, chat.Ordinary), chat.Forbidden)
}

func TestThereIsAlwaysAnAdministrator(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.refused(p.SetRole(ctx, p.ada, p.ada, chat.Ordinary), chat.Forbidden)
	p.refused(p.Ban(ctx, p.ada, p.ada, true), chat.Forbidden)
	p.refused(p.CloseAccount(ctx, p.ada), chat.Forbidden)
	p.must(p.SetRole(ctx, p.ada, p.grace, chat.Administrator))
	errs := make([]error, 3)
	p.together( // each the other
		func() { errs[0] = p.SetRole(ctx, p.ada, p.grace, chat.Ordinary) },
		func() { errs[1] = p.SetRole(ctx, p.grace, p.ada, chat.Ordinary) },
		func() { errs[2] = p.Ban(ctx, p.grace, p.ada, true) },
	)
	p.must(errs[0])
	p.refused(errs[1], chat.Forbidden)
	p.refused(errs[2], chat.Forbidden)
	if role := p.user(p.ada).Role; role != chat.Administrator {
		t.Errorf("Ada is %s", role)
	}
}

func TestAGuestSeesWhatTheyWereAddedTo(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	open, err := p.CreateRoom(ctx, p.ada, "open", false)
	p.must(err)
	p.must(p.Leave(ctx, p.linus, chat.General))
	p.must(p.AddMember(ctx, p.grace, p.ops, "Linus"))
	p.must(p.Join(ctx, p.linus, open.ID))
	p.must(p.Leave(ctx, p.linus, open.ID))
	p.must(p.SetRole(ctx, p.ada, p.linus, chat.Guest))

	p.post(p.linus, p.ops, "hello")
	if rooms := p.page(p.linus, "").Rooms; len(rooms) != 1 || rooms[0].Room.ID != p.ops {
		t.Errorf("the guest sees %+v", rooms)
	}
	for _, room := range []chat.RoomID{chat.General, open.ID} {
		p.refused(p.Join(ctx, p.linus, room), chat.NotFound)
		p.refused(p.MarkRead(ctx, p.linus, room, 1), chat.NotFound)
		p.refused(p.Leave(ctx, p.linus, room), chat.NotFound)
		p.refused(p.MayType(ctx, p.linus, room), chat.NotFound)
		_, _, err := p.Post(ctx, p.linus, room, chat.Draft{Body: "hello"})
		p.refused(err, chat.NotFound)
	}
	p.must(p.AddMember(ctx, p.ada, open.ID, "Linus"))
	p.post(p.linus, open.ID, "hello")
}

func TestAGuestKnowsOfThoseInTheirRooms(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	p.must(p.AddMember(ctx, p.grace, p.ops, "Linus"))
	p.must(p.Leave(ctx, p.linus, chat.General))
	p.must(p.SetRole(ctx, p.ada, p.linus, chat.Guest))
	found, err := p.People(ctx, p.linus, "", "")
	p.must(err)
	var names []string
	for _, u := range found {
		names = append(names, u.Name)
	}
	if !slices.Equal(names, []string{"Grace", "Linus"}) {
		t.Errorf("the guest finds %q", names)
	}
	for _, who := range []string{"Ada", string(p.ada), "nobody"} { // the same answer
		_, err := p.OpenDirect(ctx, p.linus, []string{who})
		p.refused(err, chat.Invalid)
		p.refused(p.Block(ctx, p.linus, who, true), chat.Invalid)
		p.refused(p.AddMember(ctx, p.linus, p.ops, who), chat.Invalid)
	}
	p.direct(p.linus, p.grace)
}

func TestPeopleAreFoundByTheBeginningOfTheirName(t *testing.T) {
	p := newPlace(t)
	p.signUp("graham")
	for prefix, want := range map[string]int{"gra": 2, " GRA": 2, "grace": 1, "x": 0, "": 4, "%": 0, "\x00": 0, "\xff": 0} {
		if found, err := p.People(t.Context(), p.linus, "", prefix); err != nil || len(found) != want {
			t.Errorf("%q finds %d people, want %d; %v", prefix, len(found), want, err)
		}
	}
}

func TestABanEndsSessionsAndRefusesSignInAndPosts(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	entry, err := p.LogIn(ctx, "Grace", password, "")
	p.must(err)
	token, err := p.NewToken(ctx, entry.Session, "cron")
	p.must(err)
	m := p.post(p.grace, chat.General, "hello")
	p.refused(p.Ban(ctx, p.linus, p.grace, true), chat.Forbidden)
	before := len(p.announced())
	for range 2 {
		p.must(p.Ban(ctx, p.ada, p.grace, true))
	}
	got := kinds(p.announcedSince(before))
	slices.Sort(got)
	// Two rooms, the insiders and Grace herself hear of it.
	want := []chat.Kind{chat.SessionRevoked, chat.SessionRevoked, chat.UserChanged, chat.UserChanged, chat.UserChanged, chat.UserChanged, chat.UserDisabled}
	if !slices.Equal(got, want) {
		t.Errorf("told was %v, want %v", got, want)
	}
	for _, secret := range []string{entry.Secret, token.Secret} {
		_, _, err := p.Authenticate(ctx, secret)
		p.refused(err, chat.Unauthenticated)
		_, err = p.Opening(ctx, secret)
		p.refused(err, chat.Unauthenticated)
	}
	_, err = p.LogIn(ctx, "Grace", password, "")
	p.refused(err, chat.Forbidden)
	_, err = p.LogIn(ctx, "Grace", "not the password", "")
	p.refused(err, chat.Unauthenticated) // and nothing is learnt without it

	p.must(p.Ban(ctx, p.ada, p.grace, false))
	_, err = p.LogIn(ctx, "Grace", password, "")
	p.must(err)
	_, _, err = p.Authenticate(ctx, entry.Secret)
	p.refused(err, chat.Unauthenticated)
	_, err = p.Edit(ctx, p.grace, m.ID, "hello again")
	p.must(err)
}

func TestWhoIsBannedCanDoNothing(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.grace, chat.General, "hello")
	entry, err := p.LogIn(ctx, "Grace", password, "")
	p.must(err)
	_, grace, err := p.Authenticate(ctx, entry.Secret)
	p.must(err)
	p.must(p.Ban(ctx, p.ada, p.grace, true))
	name := "Anon"
	for what, act := range map[string]func(context.Context) error{
		"post": func(ctx context.Context) error {
			_, _, err := p.Post(ctx, p.grace, chat.General, chat.Draft{Body: "hello"})
			return err
		},
		"edit":    func(ctx context.Context) error { _, err := p.Edit(ctx, p.grace, m.ID, "bye"); return err },
		"delete":  func(ctx context.Context) error { _, err := p.Delete(ctx, p.grace, m.ID); return err },
		"react":   func(ctx context.Context) error { _, err := p.React(ctx, p.grace, m.ID, "👍", true); return err },
		"create":  func(ctx context.Context) error { _, err := p.CreateRoom(ctx, p.grace, "mine", false); return err },
		"rename":  func(ctx context.Context) error { return p.RenameRoom(ctx, p.grace, p.ops, "mine") },
		"archive": func(ctx context.Context) error { return p.ArchiveRoom(ctx, p.grace, p.ops) },
		"join":    func(ctx context.Context) error { return p.Join(ctx, p.grace, chat.General) },
		"leave":   func(ctx context.Context) error { return p.Leave(ctx, p.grace, chat.General) },
		"add":     func(ctx context.Context) error { return p.AddMember(ctx, p.grace, p.ops, "Linus") },
		"remove":  func(ctx context.Context) error { return p.RemoveMember(ctx, p.grace, p.ops, p.linus) },
		"read":    func(ctx context.Context) error { return p.MarkRead(ctx, p.grace, chat.General, -1) },
		"unread":  func(ctx context.Context) error { return p.MarkUnread(ctx, p.grace, chat.General, m.ID) },
		"level":   func(ctx context.Context) error { return p.SetLevel(ctx, p.grace, chat.General, chat.LevelNothing) },
		"mute":    func(ctx context.Context) error { return p.Mute(ctx, p.grace, chat.General, time.Now().Add(time.Hour)) },
		"profile": func(ctx context.Context) error {
			_, err := p.ChangeProfile(ctx, p.grace, chat.Profile{Name: &name})
			return err
		},
		"preferences": func(ctx context.Context) error { return p.ChangePrefs(ctx, p.grace, chat.Prefs{Receipts: true}) },
		"password": func(ctx context.Context) error {
			_, err := p.ChangePassword(ctx, grace, password, "another horse battery", "")
			return err
		},
		"token": func(ctx context.Context) error { _, err := p.NewToken(ctx, entry.Session, "cron"); return err },
		"block": func(ctx context.Context) error { return p.Block(ctx, p.grace, "Linus", true) },
		"direct": func(ctx context.Context) error {
			_, err := p.OpenDirect(ctx, p.grace, []string{"Linus"})
			return err
		},
		"notify":   func(ctx context.Context) error { return p.Notify(ctx, p.grace, "Grace", "hello") },
		"read all": func(ctx context.Context) error { return p.ReadNotifications(ctx, p.grace) },
		"close":    func(ctx context.Context) error { return p.CloseAccount(ctx, p.grace) },
	} {
		if err := act(ctx); err == nil || chat.KindOf(err) == "" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	p.must(p.Ban(ctx, p.ada, p.grace, false)) // the same by somebody who may is done
	p.post(p.grace, chat.General, "hello")
}

func TestWhoHasGoneIsNotFoundNotifiedOrAdded(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	direct := p.direct(p.linus, p.grace)
	p.must(p.CloseAccount(ctx, p.grace))
	p.post(p.linus, chat.General, "@Grace")
	for _, who := range []string{"Grace", string(p.grace)} {
		_, err := p.OpenDirect(ctx, p.linus, []string{who})
		p.refused(err, chat.Invalid)
		p.refused(p.AddMember(ctx, p.linus, chat.General, who), chat.Invalid)
		p.refused(p.Notify(ctx, p.ada, who, "hello"), chat.Invalid)
	}
	_, err := p.OpenDirect(ctx, p.ada, []string{"Grace"}) // whom an administrator knows of
	p.refused(err, chat.Forbidden)
	_, _, err = p.Post(ctx, p.linus, direct, chat.Draft{Body: "hello?"})
	p.refused(err, chat.Forbidden)
	found, err := p.People(ctx, p.linus, "", "grace")
	if err != nil || len(found) != 0 {
		t.Errorf("found are %+v, %v", found, err)
	}
	p.must(p.Ban(ctx, p.ada, p.grace, false))
	p.notified(p.grace)
	p.post(p.linus, direct, "welcome back")
}
