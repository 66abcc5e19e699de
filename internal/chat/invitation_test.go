package chat_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

const day = 24 * time.Hour

// invite makes an invitation of Ada's, for a day.
func (p *place) invite(role chat.Role, room chat.RoomID, uses int) (chat.Invitation, string) {
	p.t.Helper()
	i, secret, err := p.Invite(p.t.Context(), p.ada, role, room, uses, day)
	p.must(err)
	return i, secret
}

// invited signs somebody up with an invitation.
func (p *place) invited(name, secret string) (chat.UserID, error) {
	entry, err := p.SignUp(p.t.Context(), name, password, "", secret)
	return entry.User.ID, err
}

func TestWhoCanSignUp(t *testing.T) {
	for _, tt := range []struct {
		mode                chat.SignupMode
		anybody, withSecret chat.ErrorKind
	}{
		{chat.SignupOpen, "", ""}, {"", "", ""}, {chat.SignupInvite, chat.Forbidden, ""}, {chat.SignupClosed, chat.Forbidden, chat.Forbidden},
	} {
		p := newPlace(t)
		_, secret := p.invite(chat.Ordinary, "", 1)
		p.Chat = chat.New(p.store, p.writer, chat.Config{Signup: tt.mode})
		if _, _, err := p.Invite(t.Context(), p.ada, chat.Ordinary, "", 1, day); chat.KindOf(err) == "" != (tt.mode != chat.SignupClosed) {
			t.Errorf("%q, a new invitation: %v", tt.mode, err)
		}
		_, err := p.invited("Margaret", "")
		if chat.KindOf(err) != tt.anybody {
			t.Errorf("%q, anybody: %v", tt.mode, err)
		}
		_, err = p.invited("Barbara", secret)
		if chat.KindOf(err) != tt.withSecret {
			t.Errorf("%q, with an invitation: %v", tt.mode, err)
		}
		if p.SignupOpen() != (tt.anybody == "") {
			t.Errorf("%q: sign-up is open: %v", tt.mode, p.SignupOpen())
		}
	}
}

func TestAnInvitationIsForSoMany(t *testing.T) {
	p := newPlaceWith(t, chat.Config{Signup: chat.SignupInvite})
	_, secret := p.invite(chat.Ordinary, "", 2)
	_, err := p.invited("Ada", secret) // taken: this one does not count
	p.refused(err, chat.Invalid)
	_, err = p.invited("Margaret", secret)
	p.must(err)
	errs := make([]error, 2)
	p.together(
		func() { _, errs[0] = p.invited("Barbara", secret) },
		func() { _, errs[1] = p.invited("Frances", secret) },
	)
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("one place was left, and the answers are %v", errs)
	}
	_, err = p.invited("Radia", secret)
	p.refused(err, chat.Forbidden)
	_, err = p.Invited(t.Context(), secret)
	p.refused(err, chat.Forbidden)
}

func TestTheLastPlaceIsForOneAlsoOnTwoServers(t *testing.T) {
	p := newPlaceWith(t, chat.Config{Signup: chat.SignupInvite})
	servers := []*chat.Chat{p.Chat, p.elsewhere(chat.Config{Signup: chat.SignupInvite})}
	_, secret := p.invite(chat.Ordinary, "", 2)
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = servers[i%2].SignUp(t.Context(), fmt.Sprint("person ", i), password, "", secret) })
	}
	all.Wait()
	var in int
	for _, err := range errs {
		if err == nil {
			in++
		} else {
			p.refused(err, chat.Forbidden)
		}
	}
	if in != 2 {
		t.Errorf("two places were left, and %d are in: %v", in, errs)
	}
}

func TestAGuestOfARoomThatIsNoMoreIsNotLetIn(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	room, err := p.CreateRoom(ctx, p.ada, "lounge", false)
	p.must(err)
	_, guest := p.invite(chat.Guest, room.ID, 1)
	_, member := p.invite(chat.Ordinary, room.ID, 1)
	p.must(p.ArchiveRoom(ctx, p.ada, room.ID))
	_, err = p.invited("Margaret", guest)
	p.refused(err, chat.Forbidden)
	who, err := p.invited("Barbara", member)
	p.must(err)
	if rooms := p.page(who, "").Rooms; len(rooms) == 0 || !rooms[0].Joined || rooms[0].Room.ID != chat.General {
		t.Errorf("Barbara sees %+v", rooms)
	}
	_, _, err = p.Invite(ctx, p.ada, chat.Ordinary, room.ID, 1, day)
	p.refused(err, chat.Invalid)
}

func TestAnInvitationExpires(t *testing.T) {
	p := newPlaceWith(t, chat.Config{Signup: chat.SignupInvite})
	i, secret := p.invite(chat.Ordinary, "", 5)
	if i.ExpiresAt.Sub(i.CreatedAt) != day || i.CreatorID != p.ada || i.Left != 5 {
		t.Errorf("the invitation is %+v", i)
	}
	i.ExpiresAt = i.CreatedAt
	p.must(p.store.Update(t.Context(), &chat.Needs{}, func(*chat.State) *chat.Rows {
		return &chat.Rows{Invitations: []chat.Invitation{i}}
	}))
	_, err := p.invited("Margaret", secret)
	p.refused(err, chat.Forbidden)
}

func TestAnInvitationCanBeMadeVoid(t *testing.T) {
	p := newPlaceWith(t, chat.Config{Signup: chat.SignupInvite})
	ctx := t.Context()
	ada, grace := p.user(p.ada), p.user(p.grace)
	i, secret := p.invite(chat.Ordinary, "", 5)
	other, _ := p.invite(chat.Ordinary, "", 5)
	p.refused(p.Uninvite(ctx, grace, i.ID), chat.Forbidden)
	_, err := p.Invitations(ctx, grace)
	p.refused(err, chat.Forbidden)
	p.refused(p.Uninvite(ctx, ada, "none"), chat.NotFound)
	p.must(p.Uninvite(ctx, ada, i.ID))
	_, err = p.invited("Margaret", secret)
	p.refused(err, chat.Forbidden)
	left, err := p.Invitations(ctx, ada)
	if err != nil || len(left) != 1 || left[0].ID != other.ID {
		t.Errorf("left are %+v, %v", left, err)
	}
}

func TestASecretThatNobodyGaveIsNone(t *testing.T) {
	p := newPlace(t)
	i, secret := p.invite(chat.Ordinary, "", 5)
	for _, wrong := range []string{"x", secret + "x", string(i.ID), string(i.SecretHash), "\x00"} {
		_, err := p.invited("Margaret", wrong)
		p.refused(err, chat.Forbidden)
	}
	none, err := p.Invited(t.Context(), "")
	if err != nil || none.ID != "" {
		t.Errorf("no secret is the invitation %+v, %v", none, err)
	}
	known, err := p.Invited(t.Context(), secret)
	if err != nil || known.ID != i.ID {
		t.Errorf("the secret is the invitation %+v, %v", known, err)
	}
}

func TestAnInvitedMemberIsInGeneralAndInTheRoom(t *testing.T) {
	p := newPlace(t)
	room, err := p.CreateRoom(t.Context(), p.ada, "welcome", true)
	p.must(err)
	_, secret := p.invite(chat.Ordinary, room.ID, 1)
	before := len(p.announced())
	who, err := p.invited("Margaret", secret)
	p.must(err)
	rooms := p.page(who, "").Rooms
	if len(rooms) != 2 || !rooms[0].Joined || rooms[0].Room.ID != chat.General || rooms[1].Room.ID != room.ID || p.user(who).Role != chat.Ordinary {
		t.Errorf("Margaret, a %s, sees %+v", p.user(who).Role, rooms)
	}
	if e := p.announcedSince(before)[1]; e.Kind != chat.UserJoined || e.RoomID != room.ID || e.Told.Actor.Name != "Ada" {
		t.Errorf("told is %+v", e)
	}
}

func TestAnInvitedGuestIsInTheRoomAlone(t *testing.T) {
	p := newPlace(t)
	room, err := p.CreateRoom(t.Context(), p.ada, "lounge", false)
	p.must(err)
	for name, id := range map[string]chat.RoomID{"Margaret": room.ID, "Barbara": chat.General} {
		_, secret := p.invite(chat.Guest, id, 1)
		who, err := p.invited(name, secret)
		p.must(err)
		rooms := p.page(who, "").Rooms
		if len(rooms) != 1 || !rooms[0].Joined || rooms[0].Room.ID != id || p.user(who).Role != chat.Guest {
			t.Errorf("%s, a %s, sees %+v", name, p.user(who).Role, rooms)
		}
	}
}

func TestWhoMayInviteWhomWhere(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	_, _, err := p.Invite(ctx, p.grace, chat.Ordinary, "", 1, day)
	p.refused(err, chat.Forbidden)
	for _, tt := range []struct {
		role chat.Role
		room chat.RoomID
		uses int
		life time.Duration
	}{
		{chat.Administrator, "", 1, day}, {"", "", 1, day}, {chat.Guest, "", 1, day}, // where a guest would see nothing
		{chat.Ordinary, "nowhere", 1, day}, {chat.Ordinary, p.ops, 1, day}, // which Ada does not see
		{chat.Ordinary, "", 0, day}, {chat.Ordinary, "", -1, day}, {chat.Ordinary, "", 1001, day},
		{chat.Ordinary, "", 1, 0}, {chat.Ordinary, "", 1, -day}, {chat.Ordinary, "", 1, 91 * day},
	} {
		_, _, err := p.Invite(ctx, p.ada, tt.role, tt.room, tt.uses, tt.life)
		p.refused(err, chat.Invalid)
	}
	if all, err := p.Invitations(ctx, p.user(p.ada)); err != nil || len(all) != 0 {
		t.Errorf("there are %+v, %v", all, err)
	}
}

func TestTheFirstMaySignUpWhereNobodyCan(t *testing.T) {
	p := newEmptyPlace(t, chat.Config{Signup: chat.SignupClosed})
	who := p.signUp("Ada")
	p.ada = who
	if role := p.user(who).Role; role != chat.Administrator {
		t.Errorf("the first is %s", role)
	}
	_, err := p.invited("Grace", "")
	p.refused(err, chat.Forbidden)
}

func TestAnInvitationHoldsAsLongAsWhoMadeItCouldMakeItAgain(t *testing.T) {
	for name, end := range map[string]func(p *place){
		"banned":               func(p *place) { p.must(p.Ban(p.t.Context(), p.ada, p.grace, true)) },
		"no administrator":     func(p *place) { p.must(p.SetRole(p.t.Context(), p.ada, p.grace, chat.Ordinary)) },
		"out of the room":      func(p *place) { p.must(p.Leave(p.t.Context(), p.grace, p.ops)) },
		"still what they were": nil,
	} {
		p := newPlace(t)
		p.must(p.SetRole(t.Context(), p.ada, p.grace, chat.Administrator))
		_, secret, err := p.Invite(t.Context(), p.grace, chat.Ordinary, p.ops, 1, day)
		p.must(err)
		want := chat.ErrorKind("")
		if end != nil {
			end(p)
			want = chat.Forbidden
		}
		if _, err := p.invited("Margaret", secret); chat.KindOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
