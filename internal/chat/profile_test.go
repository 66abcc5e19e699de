package chat_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// rename gives somebody another name.
func (p *place) rename(who chat.UserID, name string) {
	p.t.Helper()
	_, err := p.ChangeProfile(p.t.Context(), who, chat.Profile{Name: &name})
	p.must(err)
}

func TestARenameShowsEverywhereAtOnce(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.grace, chat.General, "hello @Ada")
	p.react(p.grace, m, "👍", true)
	direct := p.direct(p.linus, p.grace)
	p.rename(p.grace, " Amazing  Grace ")
	page := p.page(p.linus, chat.General)
	if page.Messages[0].Author.Name != "Amazing Grace" || p.reactions(p.linus, m.ID) != "👍 Amazing Grace;" {
		t.Errorf("the room has %+v", page.Messages[0])
	}
	if !slices.ContainsFunc(page.Members, func(m chat.Person) bool { return m.Name == "Amazing Grace" }) {
		t.Errorf("the members are %+v", page.Members)
	}
	if got := p.line(p.linus, direct).Called(p.linus); got != "Amazing Grace" {
		t.Errorf("the conversation is called %q", got)
	}
	if n := p.unread(p.ada)[0]; n.Actor.Name != "Amazing Grace" {
		t.Errorf("the notification is from %+v", n.Actor)
	}
	if _, err := p.LogIn(ctx, "amazing grace", password, ""); err != nil {
		t.Errorf("the new name does not sign in: %v", err)
	}
	_, err := p.LogIn(ctx, "Grace", password, "")
	p.refused(err, chat.Unauthenticated)
}

// drawing is a picture.
func drawing(id chat.AvatarID) chat.Picture {
	return chat.Picture{ID: id, Type: "image/png", Bytes: []byte("pixels of " + id)}
}

func TestAPictureThatNobodyUsesAnyMoreIsNotKept(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	uses := func(who chat.UserID, picture chat.Picture) {
		_, err := p.ChangeProfile(ctx, who, chat.Profile{Picture: &picture})
		p.must(err)
	}
	kept := func(id chat.AvatarID) bool {
		_, err := p.Picture(ctx, id)
		if err != nil {
			p.refused(err, chat.NotFound)
		}
		return err == nil
	}
	uses(p.ada, drawing("same"))
	uses(p.grace, drawing("same"))
	p.together( // one batch, in which it is let go of and taken up
		func() { uses(p.ada, drawing("passing")) },
		func() { uses(p.grace, chat.Picture{}) },
		func() { uses(p.linus, drawing("same")) },
	)
	if !kept("same") || !kept("passing") {
		t.Error("somebody's picture is gone")
	}
	uses(p.linus, drawing("other"))
	uses(p.ada, chat.Picture{})
	if kept("same") || kept("passing") || !kept("other") {
		t.Error("pictures are kept that nobody uses, or one that somebody does is not")
	}
}

func TestAProfileIsToldInEveryRoomAndToInsidersAndToOneself(t *testing.T) {
	p := newPlace(t)
	direct := p.direct(p.grace, p.linus)
	before := len(p.announced())
	name, status, picture := "Amazing Grace", " at   sea ", drawing("c0ffee")
	for range 2 { // again is no news
		u, err := p.ChangeProfile(t.Context(), p.grace, chat.Profile{Name: &name, Status: &status, Picture: &picture})
		if err != nil || u.Name != name || u.Status != "at sea" || u.Avatar != picture.ID {
			t.Fatalf("%+v, %v", u, err)
		}
	}
	var told []string
	for _, e := range p.announcedSince(before) {
		if e.Kind != chat.UserChanged || e.Told.Subject != (chat.Person{ID: p.grace, Name: name, Role: chat.Ordinary, Avatar: picture.ID, Status: "at sea"}) {
			t.Errorf("told is %+v", e)
		}
		told = append(told, string(e.RoomID)+string(e.UserID))
	}
	want := []string{string(p.grace), string(chat.Insiders), string(chat.General), string(p.ops), string(direct)}
	slices.Sort(want)
	slices.Sort(told)
	if !slices.Equal(told, want) {
		t.Errorf("told are %q, want %q", told, want)
	}
}

func TestNamesThatAreTakenOrCannotBeShownAreRefused(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"Ada", "ADA", " ａｄａ ", "", " ", strings.Repeat("x", chat.MaxName+1), "a\x00", "a\u202eb", "\xff"} {
		_, err := p.ChangeProfile(t.Context(), p.grace, chat.Profile{Name: &name})
		p.refused(err, chat.Invalid)
	}
	p.rename(p.grace, "GRACE") // one's own, written otherwise
	if got := p.user(p.grace).Name; got != "GRACE" {
		t.Errorf("Grace is called %q", got)
	}
	p.rename(p.linus, "Torvalds")
	p.rename(p.grace, "Linus") // that is free again
}

func TestNobodyTakesANameThatLooksLikeAnothers(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	for name, why := range map[string]string{
		"Ada\u200b": "cannot be shown", "A\u00adda": "cannot be shown", "\ufeffAda": "cannot be shown", "Ada\u2060": "cannot be shown",
		"Ada\U000e0041": "cannot be shown", "Ada\U000e0100": "cannot be shown", "Ada\u034f": "cannot be shown", "\u2066Ada": "cannot be shown",
		"\u3164": "cannot be shown", "Ada \uffa0": "cannot be shown", "\u2800": "cannot be shown",
		"Ada\u200d": "taken", "A\u200cda": "taken", "Ada\ufe0f": "taken", "\u00a0Ada ": "taken", "Ada\u2003": "taken", "𝐀𝐝𝐚": "taken",
		"\u200d": "empty", "\ufe0f": "empty",
		"Аda": "alphabets", "Adа Lovelace": "alphabets", "Lοvelace": "alphabets",
	} {
		_, err := p.ChangeProfile(ctx, p.grace, chat.Profile{Name: &name})
		p.refused(err, chat.Invalid)
		if err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", name, err, why)
		}
		_, err = p.SignUp(ctx, name, password, "", "")
		p.refused(err, chat.Invalid)
	}
	for _, name := range []string{
		"Ада", "Αδα", "Ada Иванова", "Иван (Vanya)", "山田 Taro", "می\u200cخواهم", "क्\u200dष", "👩‍🚀 Sally", "❤️", "Zoë", "O’Brien", "مُحَمَّد", "Ünal", "µ", "7",
	} {
		if _, err := p.ChangeProfile(ctx, p.grace, chat.Profile{Name: &name}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := p.LogIn(ctx, name, password, ""); err != nil {
			t.Errorf("%q cannot sign in: %v", name, err)
		}
	}
}

func TestOfTwoWhoWantOneNameAtOnceOneGetsIt(t *testing.T) {
	p := newPlace(t)
	name := "Margaret"
	errs := make([]error, 3)
	p.together(
		func() { _, errs[0] = p.ChangeProfile(t.Context(), p.linus, chat.Profile{Name: &name}) },
		func() { _, errs[1] = p.ChangeProfile(t.Context(), p.grace, chat.Profile{Name: &name}) },
		func() { _, errs[2] = p.SignUp(t.Context(), name, password, "", "") },
	)
	p.must(errs[0])
	p.refused(errs[1], chat.Invalid)
	p.refused(errs[2], chat.Invalid)
}

func TestWhatIsToldOfABatchHasTheNamesAtItsEnd(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.grace, chat.General, "helo")
	p.react(p.grace, m, "👍", true)
	before := len(p.announced())
	p.together(
		func() { _, err := p.Edit(ctx, p.grace, m.ID, "hello @Ada"); p.must(err) },
		func() { p.rename(p.grace, "Amazing Grace") },
		func() { p.react(p.linus, m, "👍", true) },
	)
	for _, e := range p.announcedSince(before) {
		if m := e.Told.Message; m != nil && (m.Author.Name != "Amazing Grace" || show(*m) != "👍 Amazing Grace Linus;") {
			t.Errorf("told is %+v", m)
		}
		if n := e.Told.Notification; n != nil && n.UserID == p.ada && n.Actor.Name != "Amazing Grace" {
			t.Errorf("the notification is from %+v", n.Actor)
		}
	}
}

func TestAStatusIsShort(t *testing.T) {
	p := newPlace(t)
	for _, status := range []string{strings.Repeat("x", chat.MaxStatus+1), "a\x00", "a\u202eb", "\xff"} {
		_, err := p.ChangeProfile(t.Context(), p.grace, chat.Profile{Status: &status})
		p.refused(err, chat.Invalid)
	}
	for _, status := range []string{strings.Repeat("界", chat.MaxStatus), "👩‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤️ 🇩🇪 1️⃣ 👍🏽", "به \u200cراه", ""} {
		u, err := p.ChangeProfile(t.Context(), p.grace, chat.Profile{Status: &status})
		if err != nil || u.Status != status {
			t.Errorf("%q, %v", u.Status, err)
		}
	}
}

func TestQuietHoursAreOnTheClockOfWhoWantsThem(t *testing.T) {
	noon := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	night, office := chat.Prefs{QuietFrom: "22:00", QuietTo: "07:30", Zone: "Europe/Berlin"}, chat.Prefs{QuietFrom: "09:00", QuietTo: "17:00"}
	for _, tt := range []struct {
		prefs chat.Prefs
		at    time.Time
		want  bool
	}{
		{chat.Prefs{}, noon, false},
		{office, noon, true}, {office, noon.Add(-4 * time.Hour), false}, {office, noon.Add(-3 * time.Hour), true}, {office, noon.Add(5 * time.Hour), false},
		{night, noon, false}, {night, noon.Add(8 * time.Hour), true}, {night, noon.Add(8*time.Hour - time.Minute), false}, // 22:00 in Berlin is 20:00 UTC
		{night, noon.Add(17 * time.Hour), true}, {night, noon.Add(17*time.Hour + 30*time.Minute), false},
	} {
		if got := tt.prefs.Quiet(tt.at); got != tt.want {
			t.Errorf("%+v at %v is quiet: %v", tt.prefs, tt.at, got)
		}
	}
}

func TestPreferencesAreCheckedAndKept(t *testing.T) {
	p := newPlaceWith(t, chat.Config{Receipts: true})
	ctx := t.Context()
	for _, wrong := range []chat.Prefs{
		{QuietFrom: "22:00"}, {QuietTo: "22:00"}, {QuietFrom: "25:00", QuietTo: "07:00"}, {QuietFrom: "22:00", QuietTo: "late"},
		{Zone: "Europe/Atlantis"}, {Zone: "../../etc/passwd"}, {QuietFrom: "22:60", QuietTo: "07:00"},
	} {
		p.refused(p.ChangePrefs(ctx, p.grace, wrong), chat.Invalid)
	}
	before := len(p.announced())
	for range 2 {
		p.must(p.ChangePrefs(ctx, p.grace, chat.Prefs{QuietFrom: "22:00", QuietTo: "7:30", Zone: "Europe/Berlin", Receipts: true}))
	}
	if got, want := p.user(p.grace).Prefs, (chat.Prefs{QuietFrom: "22:00", QuietTo: "07:30", Zone: "Europe/Berlin", Receipts: true}); got != want {
		t.Errorf("kept is %+v, want %+v", got, want)
	}
	if events := p.announcedSince(before); len(events) != 1 || events[0].RoomID != "" || events[0].UserID != p.grace {
		t.Errorf("told is %+v", events)
	}
}

func TestANameGivenUpIsFreeFromTheNextBatchOn(t *testing.T) {
	for range 10 { // rows are written in any order
		p := newPlace(t)
		rename := func(who chat.UserID, name string) (err error) {
			_, err = p.ChangeProfile(t.Context(), who, chat.Profile{Name: &name})
			return err
		}
		errs := make([]error, 3)
		before := len(p.announced())
		p.together(
			func() { errs[0] = rename(p.ada, "Countess") },
			func() { errs[1] = rename(p.grace, "Ada") },
			func() { errs[2] = rename(p.ada, "Ada") },
		)
		p.must(errs[0])
		p.refused(errs[1], chat.Invalid)
		p.must(errs[2])
		if batches := len(p.announced()) - before; batches != 1 {
			t.Errorf("it took %d batches", batches)
		}
		p.must(rename(p.ada, "Countess"))
		p.must(rename(p.grace, "Ada"))
	}
}

func TestANotificationSaysWhetherItIsToDisturb(t *testing.T) {
	p := newPlace(t)
	clock := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	for _, quiet := range []bool{true, false} {
		prefs := chat.Prefs{Zone: "UTC"}
		if quiet {
			prefs.QuietFrom, prefs.QuietTo = clock(-time.Hour), clock(time.Hour)
		}
		p.must(p.ChangePrefs(t.Context(), p.grace, prefs))
		before := len(p.announced())
		p.post(p.ada, chat.General, "@Grace @Linus")
		for _, e := range p.announcedSince(before) {
			if e.Kind == chat.Notified && e.Ref.Quiet != (quiet && e.UserID == p.grace) {
				t.Errorf("Grace has a quiet hour: %v; %s is told %+v", quiet, e.UserID, e.Ref)
			}
		}
	}
}
