package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// crowd are people whose streams are open, around the private room of a town: Grace, Margaret, Boris and the guest Gast
// are in it; Boris, Grace has blocked. Rita has left it, Paula is about to join it. Ada, who may administer everything,
// and Linus are outside, and so is Otto, a guest who is in General. Grace and Margaret have a direct room.
type crowd struct {
	*town
	rita, paula, boris, otto *person

	tapes map[*person]*tape
	said  chat.MessageID // by Grace in the private room
	ends  int
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	w := newTown(t)
	c := &crowd{town: w, rita: w.signUp("Rita"), paula: w.signUp("Paula"), boris: w.signUp("Boris"), tapes: map[*person]*tape{}}
	c.otto = w.comesByInvitation(w.ada, "Otto", chat.Guest, chat.General)
	for _, who := range []*person{c.rita, c.boris} {
		w.must(w.chat.AddMember(t.Context(), w.grace.id, w.private, string(who.id)))
	}
	w.must(w.chat.Leave(t.Context(), c.rita.id, w.private))
	w.must(w.chat.Block(t.Context(), w.grace.id, string(c.boris.id), true))
	c.said = w.grace.says(w.private, "hello").ID
	for _, who := range c.everybody() {
		c.tapes[who] = who.record(stream)
	}
	return c
}

func (c *crowd) everybody() []*person {
	return append(c.members(), c.ada, c.linus, c.rita, c.paula, c.otto)
}
func (c *crowd) insiders() []*person {
	return slices.DeleteFunc(c.everybody(), func(who *person) bool { return who == c.gast || who == c.otto })
}
func (c *crowd) members() []*person { return []*person{c.grace, c.margaret, c.gast, c.boris} }

// occasion is something that is told, and to whom alone.
type occasion struct {
	kind, what string
	do         func(c *crowd)
	to         func(c *crowd) []*person
}

func only(which func(c *crowd) *person) func(*crowd) []*person {
	return func(c *crowd) []*person { return []*person{which(c)} }
}

func theHost(c *crowd) *person  { return c.grace }
func ada(c *crowd) *person      { return c.ada }
func margaret(c *crowd) *person { return c.margaret }
func gast(c *crowd) *person     { return c.gast }
func boris(c *crowd) *person    { return c.boris }

func nobodyElse(*crowd) []*person         { return nil }
func bothInDirect(c *crowd) []*person     { return []*person{c.grace, c.margaret} }
func whoKnowGast(c *crowd) []*person      { return append(c.insiders(), c.gast) }
func membersAndVictor(c *crowd) []*person { return c.members() } // he himself has no stream open

// asks is a request that succeeds.
func asks(who func(*crowd) *person, method string, path func(*crowd) string, body string) func(*crowd) {
	return func(c *crowd) {
		c.t.Helper()
		if a := who(c).call(method, path(c), body); a.status >= 300 {
			c.t.Errorf("%s %s answers %d: %s", method, path(c), a.status, a.body)
		}
	}
}

func inPrivate(action string) func(*crowd) string {
	return func(c *crowd) string { return roomURL(c.private) + action }
}

func theMessage(action string) func(*crowd) string {
	return func(c *crowd) string { return "/messages/" + string(c.said) + action }
}

func at(path string) func(*crowd) string { return func(*crowd) string { return path } }

// occasions has every kind of event that streams tell, with what only those may hear who are named.
var occasions = []occasion{
	{"message", "in the private room", asks(theHost, "POST", inPrivate("/messages"), `{"body":"hello"}`), (*crowd).members},
	{"message", "in the direct room", asks(theHost, "POST", func(c *crowd) string { return roomURL(c.direct) + "/messages" }, `{"body":"hello"}`), bothInDirect},
	{"message_edited", "in the private room", asks(theHost, "PATCH", theMessage(""), `{"body":"hello again"}`), (*crowd).members},
	{"reaction", "in the private room", asks(margaret, "POST", theMessage("/reactions"), `{"emoji":"👍"}`), (*crowd).members},
	{"room", "a new name of the private room", asks(theHost, "PATCH", inPrivate(""), `{"name":"Council"}`), (*crowd).members},
	{"user_joined", "in the private room", asks(theHost, "POST", inPrivate("/members"), `{"user":"Victor"}`), membersAndVictor},
	{"user_left", "in the private room", asks(theHost, "DELETE", func(c *crowd) string { return inPrivate("/members/")(c) + string(c.victim.id) }, ""), membersAndVictor},
	{"typing", "in the private room", asks(theHost, "POST", inPrivate("/typing"), ""), (*crowd).members},

	{"read", "of Margaret's", asks(margaret, "POST", inPrivate("/read"), ""), only(margaret)},
	{"seen", "of Margaret's in the direct room", func(c *crowd) {
		asks(margaret, "POST", at("/settings/preferences"), `{"receipts":true}`)(c)
		c.grace.says(c.direct, "Have you seen this?")
		asks(margaret, "POST", func(c *crowd) string { return roomURL(c.direct) + "/read" }, "")(c)
	}, bothInDirect},
	{"level", "of Margaret's", asks(margaret, "POST", inPrivate("/level"), `{"level":"everything"}`), only(margaret)},
	{"block", "by Margaret", asks(margaret, "POST", at("/blocks"), `{"user":"Linus"}`), only(margaret)},
	{"notification", "of a mention of Margaret", asks(theHost, "POST", inPrivate("/messages"), `{"body":"@Margaret"}`), only(margaret)},
	{"notification", "of a reaction to Grace", asks(gast, "POST", theMessage("/reactions"), `{"emoji":"🎉"}`), only(theHost)},
	{"notification", "of a mention of Linus, who is outside", asks(margaret, "POST", inPrivate("/messages"), `{"body":"@Linus"}`), nobodyElse},
	{"notification", "of a mention of Grace by Boris", asks(boris, "POST", inPrivate("/messages"), `{"body":"@Grace"}`), only(margaret)}, // whose level is everything
	{"notification", "of a reaction to Grace by Boris", asks(boris, "POST", theMessage("/reactions"), `{"emoji":"🐤"}`), nobodyElse},

	{"user", "a status of the guest's", asks(gast, "POST", at("/settings/profile"), `{"status":"here"}`), whoKnowGast},
	{"user", "somebody new, whom Otto meets in General", func(c *crowd) { c.signUp("Nina") }, (*crowd).insiders},
	{"session", "of Margaret's", asks(margaret, "POST", at("/settings/tokens"), `{"label":"bot"}`), only(margaret)},
	{"invitation", "by Ada", asks(ada, "POST", at("/invitations"), `{}`), only(ada)},
	{"presence", "of the guest", func(c *crowd) {
		c.gast.do("POST", "/presence", `{"state":"away"}`, "Content-Type", "application/json").want(c.t, 204)
	}, (*crowd).members},

	{"message_deleted", "in the private room", asks(theHost, "DELETE", theMessage(""), ""), (*crowd).members},
}

func TestEveryKindOfEventReachesThoseItIsForAndNobodyElse(t *testing.T) {
	c := newCrowd(t)
	told := map[string]bool{}
	for _, o := range occasions {
		c.happens(o)
		told[o.kind] = true
	}
	for _, kind := range kindsThatPagesKnow(t) {
		if !told[kind] {
			t.Errorf("%s: whom may it reach? Say so in occasions", kind)
		}
	}
}

// happens lets it happen, and looks for what has been told to whom. What is told for a moment is first awaited where it
// is to be heard, since it has no place among the others.
func (c *crowd) happens(o occasion) {
	c.t.Helper()
	from := map[*person]int{}
	for who, tape := range c.tapes {
		from[who] = len(tape.said.String())
	}
	o.do(c)
	for _, who := range o.to(c) {
		c.tapes[who].awaitsAfter(from[who], "event: "+o.kind+"\n")
	}
	c.ends++
	end := fmt.Sprint("end ", c.ends)
	for who, tape := range c.tapes {
		c.must(c.chat.NotifyFromHere(c.t.Context(), string(who.id), end))
		tape.awaitsAfter(from[who], end)
		heard := tells(tape.said.String()[from[who]:], o.kind)
		if heard && !slices.Contains(o.to(c), who) {
			c.t.Errorf("%s is told of %s %s:\n%s", who.name, o.kind, o.what, tape.said.String()[from[who]:])
		}
	}
}

// tells says whether a stream has an event of the kind; the operator's notes, which end each occasion, aside.
func tells(said, kind string) bool {
	for d := sse.NewDecoder(bytes.NewReader([]byte(said))); ; {
		m, err := d.Next()
		if err != nil {
			return false
		}
		n := asFrame(m).data.Notification
		if m.Name == kind && (n == nil || n.Kind != chat.NotifyNote) {
			return true
		}
	}
}

// kindsThatPagesKnow are the events that a page listens to, without those about the stream itself.
func kindsThatPagesKnow(t *testing.T) []string {
	t.Helper()
	source, err := fs.ReadFile(static, "js/supervisor.js")
	if err != nil {
		t.Fatal(err)
	}
	list, _, _ := strings.Cut(string(source), "]")
	var kinds []string
	for _, quoted := range regexp.MustCompile(`"\w+"`).FindAllString(list, -1) {
		switch kind := strings.Trim(quoted, `"`); kind {
		case "ping", "reset", "room_stale":
		default:
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) < 10 {
		t.Fatalf("pages listen to %q: this proves nothing", kinds)
	}
	return kinds
}

// Who joins hears what comes from then on, and nothing of what was before.
func TestWhoJoinsIsToldNothingFromBefore(t *testing.T) {
	c := newCrowd(t)
	c.must(c.chat.AddMember(t.Context(), c.grace.id, c.private, string(c.paula.id)))
	c.grace.says(c.private, "welcome")
	c.tapes[c.paula].awaits("welcome")
	said := c.tapes[c.paula].said.String()
	if strings.Contains(said, string(c.said)) || strings.Contains(said, "hello") {
		t.Errorf("Paula is told what was said before she joined:\n%s", said)
	}
	c.must(c.chat.Leave(t.Context(), c.paula.id, c.private))
	c.grace.says(c.private, "she is gone")
	c.tapes[c.margaret].awaits("she is gone")
	c.must(c.chat.NotifyFromHere(t.Context(), string(c.paula.id), "the end"))
	c.tapes[c.paula].awaits("the end")
	if strings.Contains(c.tapes[c.paula].said.String(), "she is gone") {
		t.Error("Paula is told what was said after she had left")
	}
}

// What is for everybody but guests, and for administrators, an open stream tells from when one of them becomes it, until
// they are it no more.
func TestARoleSaysWhatAnOpenStreamTells(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	w.must(w.chat.Leave(ctx, w.linus.id, chat.General)) // now they share no room with Margaret
	tape := w.margaret.record(stream)
	for i, role := range []chat.Role{chat.Administrator, chat.Ordinary, chat.Guest, chat.Administrator, chat.Guest, chat.Ordinary} {
		from, status := len(tape.said.String()), fmt.Sprint("round ", i)
		w.must(w.chat.SetRole(ctx, w.ada.id, w.margaret.id, role))
		w.ada.call("POST", "/invitations", `{}`).want(t, 201)
		_, err := w.chat.ChangeProfile(ctx, w.linus.id, chat.Profile{Status: &status})
		w.must(err)
		w.must(w.chat.NotifyFromHere(ctx, string(w.margaret.id), "the end of "+status))
		tape.awaitsAfter(from, "the end of "+status)
		told := tape.said.String()[from:]
		if got, want := strings.Contains(told, string(w.linus.id)), role != chat.Guest; got != want {
			t.Errorf("a %s is told of a stranger: %v\n%s", role, got, told)
		}
		if got, want := tells(told, "invitation"), role == chat.Administrator; got != want {
			t.Errorf("a %s is told of an invitation: %v\n%s", role, got, told)
		}
	}
}

// Who is made a guest keeps the rooms that they are in, public ones too, and an open stream goes on telling of them.
// What they are not in, they do not see any more.
func TestWhoBecomesAGuestKeepsTheRoomsThatTheyAreIn(t *testing.T) {
	w := newTown(t)
	other := w.grace.room("Atrium", false)
	program := w.margaret.record(stream)
	w.margaret.call("GET", roomURL(other), "").want(t, 200)
	w.must(w.chat.SetRole(t.Context(), w.ada.id, w.margaret.id, chat.Guest))
	program.awaits(`"role":"guest"`)

	w.grace.says(w.public, "to the lounge")
	program.awaits("to the lounge")
	w.margaret.call("GET", roomURL(w.public), "").want(t, 200, "to the lounge")
	w.margaret.call("GET", roomURL(other), "").want(t, 404)
	w.margaret.call("POST", roomURL(other)+"/join", "").want(t, 404)
	w.margaret.call("GET", "/rooms", "").want(t, 200, string(w.public)).lacks(t, string(other), "Atrium")
	w.margaret.call("GET", "/people", "").want(t, 200, "Grace").lacks(t, "Gast ")

	w.margaret.call("POST", roomURL(w.public)+"/leave", "").want(t, 204)
	w.grace.says(w.public, "without her")
	w.margaret.call("POST", roomURL(w.public)+"/join", "").want(t, 404)
	w.must(w.chat.NotifyFromHere(t.Context(), string(w.margaret.id), "the end"))
	program.awaits("the end")
	if strings.Contains(program.said.String(), "without her") {
		t.Error("a guest is told of a room that they have left")
	}
}
