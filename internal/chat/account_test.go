package chat_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestTheFirstUserIsTheAdministratorAndEverybodyJoinsGeneral(t *testing.T) {
	p := newEmptyPlace(t, chat.Config{})
	p.signUp("Ada")
	p.signUp("Grace")
	roles := map[string]chat.Role{}
	for _, m := range p.page(p.signUp("Linus"), chat.General).Members {
		roles[m.Name] = m.Role
	}
	if roles["Ada"] != chat.Administrator || roles["Grace"] != chat.Ordinary || len(roles) != 3 {
		t.Errorf("the members are %v", roles)
	}
}

func TestNamesThatLookTheSameAreTaken(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"Ada", "ada", " ADA ", "Ａｄａ"} {
		_, err := p.SignUp(t.Context(), name, password, "", "")
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
		_, err := p.SignUp(t.Context(), c.name, c.password, "", "")
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
	entry, err := p.LogIn(t.Context(), "Grace", password, "")
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.NewToken(t.Context(), entry.Session, "cron")
	if err != nil {
		t.Fatal(err)
	}
	p.refused(p.Revoke(t.Context(), p.ada, token.Session.ID), chat.NotFound)
	if err := p.Revoke(t.Context(), p.grace, token.Session.ID); err != nil {
		t.Error(err)
	}
}

func TestALoginWithTheOldPasswordDoesNotOutliveItsChange(t *testing.T) {
	p := newPlace(t)
	entry, err := p.LogIn(t.Context(), "Ada", password, "")
	if err != nil {
		t.Fatal(err)
	}
	_, user, err := p.Authenticate(t.Context(), entry.Secret)
	if err != nil {
		t.Fatal(err)
	}
	p.store.afterAccount = func() { // between the look at the old password and the new session
		if _, err := p.ChangePassword(t.Context(), user, password, "another horse battery", ""); err != nil {
			t.Error(err)
		}
	}
	_, err = p.LogIn(t.Context(), "Ada", password, "")
	p.refused(err, chat.Unauthenticated)
}

func TestASessionThatHasEndedMakesNoToken(t *testing.T) {
	p := newPlace(t)
	entry, err := p.LogIn(t.Context(), "Ada", password, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Revoke(t.Context(), p.ada, entry.Session.ID); err != nil {
		t.Fatal(err)
	}
	_, err = p.NewToken(t.Context(), entry.Session, "cron")
	p.refused(err, chat.Unauthenticated)
}
