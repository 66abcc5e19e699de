// Package webtest is a few people who live with the chat and change everything that can be changed, at random and over
// HTTP, as browsers and programs do. It is for tests of what those who look on are told.
package webtest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
)

// Life makes random history. With the same seed it is the same, whatever server it is lived on.
type Life struct {
	// Steady leaves out what changes how older events are told (Action.Retells): that comes to the same however it
	// is read, but is not told in the same bytes.
	Steady bool

	t         testing.TB
	url       string
	rng       *rand.Rand
	client    *http.Client
	people    []*Person
	banned    *Person   // by turns; takes no part
	newcomers []*Person // who came later, to close their accounts
	browsers  []*Person // further sessions of people's, to sign out of
	tokens    []token
	rooms     []string // in the order in which they were made
	made      int      // names
	done      map[string]int

	invitations []*invitation
}

// general is the room that everybody joins.
const general = "general"

// New begins a life on a server: Ada, its administrator, Grace and Linus sign up, in two rooms beside the first one.
// Nobody may have signed up there before.
func New(t testing.TB, url string, seed uint64) *Life {
	t.Helper()
	l := &Life{
		t: t, url: url, rng: rand.New(rand.NewPCG(seed, 7)), rooms: []string{general}, done: map[string]int{},
		client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	for _, name := range []string{"Ada", "Grace", "Linus"} {
		l.people = append(l.people, l.signUp(name))
	}
	l.banned = l.signUp("Eve")
	for _, private := range []string{"false", "true"} {
		r := with("name", "ops", "private", private)
		if a := l.ask(l.people[0], "POST /rooms", r); a.done() {
			l.rooms = append(l.rooms, a.room())
		} else {
			t.Fatalf("POST /rooms answers %d: %s", a.status, a.body)
		}
	}
	return l
}

// People are those who live there.
func (l *Life) People() []*Person { return l.people }

// Rooms are all that were made, in this order.
func (l *Life) Rooms() []string { return l.rooms }

// Done is how often a route has been used with success.
func (l *Life) Done(route string) int { return l.done[route] }

// Step does one thing, which may be refused, and says what it was. Every fourth is one that has never been done, as long
// as there are any.
func (l *Life) Step() string {
	l.t.Helper()
	actions := Actions
	if missing := l.missing(); len(missing) > 0 && l.rng.IntN(4) == 0 {
		actions = missing
	}
	return l.perform(l.pick(actions))
}

// Complete does what chance has left out. When it returns, every action has been done.
func (l *Life) Complete() {
	l.t.Helper()
	const patience = 600
	for range patience {
		missing := l.missing()
		if len(missing) == 0 {
			return
		}
		l.perform(missing[l.rng.IntN(len(missing))])
		l.perform(l.pick(Actions))
	}
	for _, a := range l.missing() {
		l.t.Fatalf("%s never succeeded: the law says nothing of it", a.Route)
	}
}

// missing are the actions that have not been done yet.
func (l *Life) missing() (missing []Action) {
	for _, a := range Actions {
		if l.may(a) && l.done[a.Route] == 0 {
			missing = append(missing, a)
		}
	}
	return missing
}

func (l *Life) may(a Action) bool { return a.Unseen == "" && (!a.Retells || !l.Steady) }

// pick chooses one by how often it is to be done.
func (l *Life) pick(actions []Action) Action {
	all := 0
	for _, a := range actions {
		if l.may(a) {
			all += a.often
		}
	}
	n := l.rng.IntN(all)
	for _, a := range actions {
		if !l.may(a) {
			continue
		}
		if n -= a.often; n < 0 {
			return a
		}
	}
	panic("a number below the sum of all is below one of its parts")
}

// perform does it, as somebody.
func (l *Life) perform(a Action) string {
	l.t.Helper()
	who := oneOf(l, l.people)
	r, ok := a.do(l, who)
	if !ok {
		return a.Route + ": nothing to do it to"
	}
	if r.by != nil {
		who = r.by
	}
	answer := l.ask(who, a.Route, r)
	if answer.status >= http.StatusInternalServerError {
		l.t.Fatalf("%s answers %d: %s", a.Route, answer.status, answer.body)
	}
	if answer.done() {
		l.done[a.Route]++
		if r.then != nil {
			r.then(answer)
		}
	}
	return fmt.Sprintf("%s by %s of %v with %v: %d", a.Route, who.Name, r.ids, r.fields, answer.status)
}

// moved notes a room that was made, or found again.
func (l *Life) moved(a answer) {
	if id := a.room(); !slices.Contains(l.rooms, id) {
		l.rooms = append(l.rooms, id)
	}
}

// oneOf is one of several.
func oneOf[T any](l *Life, all []T) T { return all[l.rng.IntN(len(all))] }

// name is one that nobody has.
func (l *Life) name(begins string) string {
	l.made++
	return fmt.Sprint(begins, l.made)
}
