package chat_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestATextNamesWhoFollowsAnAt(t *testing.T) {
	p := newPlace(t)
	names := map[chat.UserID]string{p.ada: "Ada", p.grace: "Grace", p.linus: "Linus"}
	others := []string{"Grace Hopper", "Grace Brewster Murray Hopper", "O'Brien", "Jean-Luc", "Ægir", "Room Service", "a.b", "👩‍🚀"}
	for i, id := range p.settle(chat.General, others...) {
		names[id] = others[i]
	}
	for _, tt := range []struct{ text, want string }{
		{"@Grace hello", "Grace"}, {"hello @grace", "Grace"}, {"@GRACE", "Grace"}, {"@ＧＲＡＣＥ", "Grace"}, {"@ægir", "Ægir"},
		{"@Grace!", "Grace"}, {"(@Grace)", "Grace"}, {"@Grace, look", "Grace"}, {"@Grace...", "Grace"}, {`"@Grace"`, "Grace"}, {"@Grace\nhello", "Grace"},
		{"@Grace's idea", "Grace"}, {"@Grace’s idea", "Grace"}, {"@Grace/@Linus", "Grace Linus"}, {"@Grace,@Linus", "Grace Linus"}, {"*@Grace*", "Grace"}, {"@@Grace", "Grace"},
		{"@Grace Hopper", "Grace Hopper"}, {"@grace hopper: hello", "Grace Hopper"}, {"@Grace Hoppers", "Grace"}, {"@Grace\nHopper", "Grace"},
		{"@Grace Brewster Murray Hopper is here", "Grace Brewster Murray Hopper"}, {"@Grace Brewster", "Grace"},
		{"@O'Brien", "O'Brien"}, {"@O'Brien's", "O'Brien"}, {"@jean-luc's", "Jean-Luc"}, {"@a.b.", "a.b"}, {"@👩‍🚀 hello", "👩‍🚀"},
		{"@Ada @Grace @Ada", "Ada Grace"}, {"@Linus and @Grace Hopper", "Grace Hopper Linus"}, {"@Room Service", "Room Service"},
		{"grace", ""}, {"@nobody", ""}, {"@", ""}, {"@ Grace", ""}, {"@Gracefully", ""}, {"ada@grace", ""}, {"write to linus@grace.example", ""}, {"7@grace", ""}, {"https://chat.example/@Grace and @Linus", "Linus"},
		{"é@grace", ""}, {"@a", ""}, {strings.Repeat("@", 7000), ""}, {"@" + strings.Repeat("x", 7000), ""}, {"@" + strings.Repeat("!", 7000), ""},
	} {
		m := p.post(p.ada, chat.General, tt.text)
		var got []string
		for _, id := range m.Mentions {
			got = append(got, names[id])
		}
		slices.Sort(got)
		if strings.Join(got, " ") != tt.want || m.Everybody {
			t.Errorf("%.40q names %q, everybody %v; want %q", tt.text, got, m.Everybody, tt.want)
		}
		if !slices.IsSorted(m.Mentions) {
			t.Errorf("%q names them as %v, which is not sorted", tt.text, m.Mentions)
		}
	}
}

func TestAMessageKeepsWhatItCallsThoseWhomItNames(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	m := p.post(p.ada, chat.General, "@LINUS and @ｇｒａｃｅ, also @Grace \nor @nobody")
	called := func(m chat.Message, want map[chat.UserID]string) {
		t.Helper()
		got := map[chat.UserID]string{}
		for i, id := range m.Mentions {
			got[id] = m.Called[i]
		}
		if !maps.Equal(got, want) {
			t.Errorf("it names %v, want %v", got, want)
		}
	}
	called(m, map[chat.UserID]string{p.linus: "LINUS", p.grace: "Grace"})
	p.rename(p.grace, "Amazing Grace")
	p.rename(p.linus, "Grace")
	called(p.page(p.ada, chat.General).Messages[0], map[chat.UserID]string{p.linus: "LINUS", p.grace: "Grace"})
	p.notified(p.grace, chat.NotifyMention)
	p.notified(p.linus, chat.NotifyMention)

	m, err := p.Edit(ctx, p.ada, m.ID, "@Linus, @Grace, and @Amazing Grace") // it is still Grace whom it calls Grace
	p.must(err)
	called(m, map[chat.UserID]string{p.linus: "Linus", p.grace: "Amazing Grace"})
	p.notified(p.grace)
	p.notified(p.linus)
	called(p.post(p.ada, chat.General, "@Grace"), map[chat.UserID]string{p.linus: "Grace"})
	if m, err = p.Delete(ctx, p.ada, m.ID); err != nil || len(m.Mentions)+len(m.Called) != 0 {
		t.Errorf("deleted it names %v, %v", m.Called, err)
	}
}

func TestOnlyMembersOfTheRoomAreNamed(t *testing.T) {
	p := newPlace(t)
	if m := p.post(p.grace, p.ops, "@Linus would not like this, @Grace"); !slices.Equal(m.Mentions, []chat.UserID{p.grace}) {
		t.Errorf("named are %v", m.Mentions)
	}
	p.notified(p.linus)
	p.must(p.AddMember(t.Context(), p.grace, p.ops, "Linus"))
	p.post(p.grace, p.ops, "@Linus, welcome")
	p.notified(p.linus, chat.NotifyInvitation, chat.NotifyMention)
}

func TestEverybodyIsNamedByThoseWhoMay(t *testing.T) {
	p := newPlace(t)
	p.must(p.AddMember(t.Context(), p.grace, p.ops, "Linus"))
	p.notified(p.linus, chat.NotifyInvitation)
	direct := p.direct(p.linus, p.grace, p.ada)
	for _, tt := range []struct {
		what string
		who  chat.UserID
		room chat.RoomID
		body string
		want bool
	}{
		{"an administrator", p.ada, chat.General, "@room lunch", true},
		{"a member", p.linus, chat.General, "@room lunch", false},
		{"the creator of a room", p.grace, p.ops, "lunch, @Room!", true},
		{"a member of that room", p.linus, p.ops, "@room lunch", false},
		{"anybody in a conversation", p.linus, direct, "@room lunch", true},
		{"an address", p.ada, chat.General, "lunch@room", false},
		{"another word", p.ada, chat.General, "@rooms", false},
	} {
		if m := p.post(tt.who, tt.room, tt.body); m.Everybody != tt.want {
			t.Errorf("%s: everybody is %v", tt.what, m.Everybody)
		}
	}
	p.notified(p.ada, chat.NotifyMention)
	p.notified(p.grace, chat.NotifyMention, chat.NotifyMention)
	p.notified(p.linus, chat.NotifyMention, chat.NotifyMention)
}

func TestWhoseNameBeginsLikeEverybodysIsNamedAlone(t *testing.T) {
	p := newPlace(t)
	service := p.signUp("Room Service")
	if m := p.post(p.ada, chat.General, "@Room Service, please"); m.Everybody || !slices.Equal(m.Mentions, []chat.UserID{service}) {
		t.Errorf("everybody %v, named are %v", m.Everybody, m.Mentions)
	}
	p.notified(service, chat.NotifyMention)
	p.notified(p.grace)
}

func TestALargeRoomIsNotNamedAsAWhole(t *testing.T) {
	p := newPlace(t)
	p.settle(chat.General, crowd("one of many", chat.MentionMost-3)...)
	if m := p.post(p.ada, chat.General, "@room"); !m.Everybody {
		t.Error("a room that is just small enough must be named, or this proves nothing")
	}
	p.notified(p.grace, chat.NotifyMention)
	p.settle(chat.General, "One Too Many")
	before := len(p.announced())
	_, _, err := p.Post(t.Context(), p.ada, chat.General, chat.Draft{Body: "@room"})
	p.refused(err, chat.Invalid)
	if told := p.announcedSince(before); len(told) > 0 {
		t.Errorf("of a message that was refused is told %+v", told)
	}
	if m := p.post(p.grace, chat.General, "@room"); m.Everybody { // who may not name everybody has written a word
		t.Error("a larger one is named")
	}
	p.notified(p.grace)
}

func TestWhatNamedARoomMayBeEditedWhenTheRoomHasBecomeLarge(t *testing.T) {
	p := newPlace(t)
	ctx := t.Context()
	named, other := p.post(p.ada, chat.General, "@room lnch"), p.post(p.ada, chat.General, "lunch")
	p.notified(p.grace, chat.NotifyMention)
	p.settle(chat.General, crowd("one of many", chat.MentionMost)...)
	m, err := p.Edit(ctx, p.ada, named.ID, "@room lunch")
	p.must(err)
	if !m.Everybody || m.Body != "@room lunch" {
		t.Errorf("it is now %+v", m)
	}
	_, err = p.Edit(ctx, p.ada, other.ID, "@room lunch")
	p.refused(err, chat.Invalid)
	p.notified(p.grace)
}

// crowd are the names of n people.
func crowd(what string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%s %d", what, i))
	}
	return names
}
