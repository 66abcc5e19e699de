package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"testing"
)

// tallies is a JavaScript expression for what a document says is unread: in each room, for the viewer, on the bell.
const tallies = `(page => [...page.querySelectorAll("[data-line]")].map(line => {
		const count = (badge, number) => line.querySelector(badge)?.hidden === false ? line.querySelector(number).textContent : "0"
		return [line.dataset.line, line.querySelector("[data-name]").textContent, count("[data-badge]", "[data-count]"),
			count("[data-mention-badge]", "[data-mention-count]"), "muted" in line.dataset].join()
	}).join(" ") + " bell " + page.querySelector("#bell").dataset.unread)`

// listed is a JavaScript expression for what a document lists of notifications, the times aside.
const listed = `(page => [...page.querySelectorAll("#notifications > li")].map(item =>
	[item.id, "read" in item.dataset, item.querySelector("[data-says]").textContent].join()).join(" "))`

// agrees waits until the page shows what a fresh one shows.
func (b *tab) agrees(path, shown, after string) {
	b.t.Helper()
	b.await("the page is as a fresh one, after "+after, `(fetch("`+path+`", { headers: { Accept: "text/html" } }).then(a => a.text()).then(text => {
		window.fresh = `+shown+`(new DOMParser().parseFromString(text, "text/html"))
		window.shown = `+shown+`(document)
	}), window.fresh !== undefined && window.fresh === window.shown)`)
}

// Whatever happens, in whatever order: a page that hears of it shows what a page that is loaded then does. (That
// a part is loaded anew if it cannot be known from what is told belongs to it.)
func TestRoomsAndNotificationsAreAlwaysAsOnAFreshPage(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	grace, viewer := newMember(t, p, "Grace"), programOf(ada, p)
	grace.does(p, "/dms", url.Values{"user": {"Ada"}})
	viewer.does(p, "/rooms", url.Values{"name": {"Engine room"}})
	centre, unread := ada.another(), ada.another()
	pages := map[*tab]string{ada: "/rooms", centre: "/notifications", unread: "/notifications?filter=unread"}
	load := func() {
		for b, path := range pages {
			b.open(path)
			b.live()
		}
	}
	load()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := &wanderer{t: t, p: p, rand: rand.New(rand.NewPCG(seed, 0)), ada: viewer, grace: grace}
	for i := range 12 {
		for range 1 + w.rand.IntN(8) {
			w.step()
		}
		after := fmt.Sprintf("%q", w.log)
		ada.agrees("/rooms", tallies, after)
		centre.agrees("/notifications", listed, after)
		unread.agrees("/notifications?filter=unread", listed, after)
		if i%4 == 3 { // pages that begin with what is there
			load()
		}
	}
}

// wanderer does at random what changes the numbers of Ada's list.
type wanderer struct {
	t          *testing.T
	p          *process
	rand       *rand.Rand
	ada, grace *member
	log        []string
}

type said struct {
	ID, Body string
	Seq      int
	Deleted  bool
}

func (w *wanderer) step() {
	var list struct{ Rooms []struct{ ID string } }
	w.grace.read(w.p, "/rooms", &list)
	room := list.Rooms[w.rand.IntN(len(list.Rooms))].ID
	w.grace.post(w.p, "/rooms/"+room+"/join", nil)
	var page struct{ Messages []said }
	w.grace.read(w.p, "/rooms/"+room, &page)
	some := said{}
	for _, m := range page.Messages {
		if !m.Deleted && (some.ID == "" || w.rand.IntN(3) == 0) {
			some = m
		}
	}
	do := func(who *member, what, path string, form url.Values) {
		w.log = append(w.log, fmt.Sprintf("%s %s %s", what, path, form.Encode()))
		who.post(w.p, path, form)
	}
	switch n := w.rand.IntN(12); {
	case n < 4:
		do(w.grace, "posts", "/rooms/"+room+"/messages", url.Values{"body": {[]string{"hello", "@Ada hello"}[n%2]}})
	case n == 4 && some.ID != "":
		do(w.grace, "edits", "/messages/"+some.ID, url.Values{"_method": {"PATCH"}, "body": {some.Body + " @Ada"}})
	case n == 5 && some.ID != "":
		do(w.grace, "deletes", "/messages/"+some.ID, url.Values{"_method": {"DELETE"}})
	case n == 6:
		do(w.ada, "reads", "/rooms/"+room+"/read", nil)
	case n == 7 && some.ID != "":
		do(w.ada, "reads", "/rooms/"+room+"/read", url.Values{"seq": {fmt.Sprint(some.Seq)}})
	case n == 8 && some.ID != "":
		do(w.ada, "marks unread", "/rooms/"+room+"/unread", url.Values{"message": {some.ID}})
	case n == 9:
		do(w.ada, "sets", "/rooms/"+room+"/level", url.Values{"level": {[]string{"everything", "mentions", "nothing"}[w.rand.IntN(3)]}})
	case n == 10:
		w.readOne()
	case n == 11 && w.rand.IntN(3) == 0:
		do(w.ada, "reads all", "/notifications/read", nil)
	}
}

func (w *wanderer) readOne() {
	var list []struct{ ID string }
	w.ada.read(w.p, "/notifications?filter=unread", &list)
	if len(list) > 0 {
		id := list[w.rand.IntN(len(list))].ID
		w.log = append(w.log, "reads "+id)
		w.ada.post(w.p, "/notifications/"+id+"/read", nil)
	}
}
