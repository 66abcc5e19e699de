package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/chat/web/webtest"
)

// The law in the browser: whatever was done, a page that is open and hears of it comes to show what the same page shows
// when it is opened then. (That a part of it is loaded anew if it cannot be known from what is told belongs to it.)
func TestOpenPagesAreAlwaysAsFreshOnes(t *testing.T) {
	p := startProcess(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	life := webtest.New(t, p.url(""), seed)
	ada := person(t, p)
	ada.logIn("Ada")
	w := &watch{tab: ada, viewer: programOf(ada, p), p: p}
	w.viewer.does(p, "/dms", url.Values{"user": {life.People()[1].ID}})
	for _, path := range append(w.rooms(), "/rooms", "/notifications", "/notifications?filter=unread", "/people", "/people?q=gr", "/settings") {
		w.pages = append(w.pages, &watched{tab: ada.another(), path: path})
	}
	const rounds, steps = 6, 20
	for i := range rounds {
		var did []string
		for _, page := range w.pages {
			page.begin()
		}
		for range steps {
			did = append(did, fmt.Sprintf("%q", life.Step()))
		}
		if i == rounds-1 {
			life.Complete()
		}
		w.agree(strings.Join(did, "\n"))
	}
	if w.compared < rounds*len(w.pages)/3 {
		t.Errorf("only %d pages could be compared: this proves little", w.compared)
	}
}

// watch is a person with pages open, and a tab in which each of them is opened anew.
type watch struct {
	tab    *tab
	viewer *member
	p      *process
	pages  []*watched

	compared int // with a fresh one
}

// watched is a page that stays open. Once it leads elsewhere, because the person may not see it any more, it is opened
// anew in the next round.
type watched struct {
	*tab
	path string
}

func (b *watched) begin() {
	b.t.Helper()
	if b.eval(fmt.Sprintf("(%s)(%q)", isShown, b.path)) == "true" {
		return
	}
	b.open(b.path)
	if b.eval(`document.getElementById("sidebar") !== null`) == "true" { // else it is not there
		b.live()
	}
}

// isShown is a JavaScript function: whether a page is shown that is kept up to date. That of a room is for its members.
const isShown = `path => location.pathname + location.search === path &&
	document.getElementById("sidebar") !== null && !document.querySelector("#room:not([data-member])")`

// rooms are the addresses of the person's rooms.
func (w *watch) rooms() (paths []string) {
	var list struct{ Rooms []struct{ ID string } }
	w.viewer.read(w.p, "/rooms", &list)
	for _, r := range list.Rooms {
		paths = append(paths, "/rooms/"+r.ID)
	}
	return paths
}

// known are those of whom the person is told: who share a room with them and, unless they are a guest, all others.
func (w *watch) known() (ids []string) {
	var self struct{ Role string }
	if w.viewer.read(w.p, "/me", &self); self.Role != "guest" {
		var all []struct{ ID string }
		w.viewer.read(w.p, "/people", &all)
		for _, who := range all {
			ids = append(ids, who.ID)
		}
	}
	for _, path := range w.rooms() {
		var room struct{ Members []struct{ ID string } }
		w.viewer.read(w.p, path, &room)
		for _, m := range room.Members {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// agree waits until every page shows what a fresh one shows.
func (w *watch) agree(did string) {
	w.tab.t.Helper()
	known, _ := json.Marshal(w.known()) // texts
	for _, page := range w.pages {
		w.tab.open(page.path)
		deadline := time.After(patience)
		for tick := time.Tick(100 * time.Millisecond); ; {
			first := w.tab.eval(`document.getElementById("messages")?.dataset.first ?? 1`)
			shown := fmt.Sprintf("(%s)(%q, %s, %s)", shownPage, page.path, known, first)
			fresh, live := w.tab.eval(shown), page.eval(shown)
			if fresh == live {
				if live != "elsewhere" {
					w.compared++
				}
				break
			}
			select {
			case <-tick:
				continue
			case <-deadline:
			}
			w.tab.t.Fatalf("%s is not as a fresh page:\n%s\nafter\n%s", page.path, differ(live, fresh), did)
		}
	}
}

// differ gives the lines that only one of two texts has, or says that they stand in another order.
func differ(live, fresh string) string {
	here, there := strings.Split(live, "\n"), strings.Split(fresh, "\n")
	var lines []string
	for _, line := range here {
		if !slices.Contains(there, line) {
			lines = append(lines, "live:  "+line)
		}
	}
	for _, line := range there {
		if !slices.Contains(here, line) {
			lines = append(lines, "fresh: "+line)
		}
	}
	if len(lines) == 0 {
		return "the same lines, in another order or number:\n" + live + "\nfresh:\n" + fresh
	}
	return strings.Join(lines, "\n")
}

// shownPage is a JavaScript function: what a page shows of all that others can change, an element a line. It leaves out
// what was only said for a moment, what is remembered from before (what is new, what was scrolled to), the numbers
// with which the page counts, and those of whom the viewer is not told.
const shownPage = `(path, known, first) => {
	if (!(` + isShown + `)(path)) return "elsewhere"
	const page = document.body.cloneNode(true)
	const drop = selector => page.querySelectorAll(selector).forEach(element => element.remove())
	const strip = (selector, ...names) => page.querySelectorAll(selector).forEach(element => names.forEach(name => element.removeAttribute(name)))
	for (const article of page.querySelectorAll("#messages article")) if (Number(article.dataset.seq) < first) article.remove()
	drop("script, template, [hidden], #status, #notice, #announcer, #typing, #since, #to-newest, #older, #newer, #beginning, .divider, .message-cover, [name=id]")
	for (const mention of page.querySelectorAll(".mention")) mention.replaceWith(mention.textContent)
	strip("#room, [data-line], [data-other]", "data-rev", "data-room-rev", "data-seq", "data-read-seq", "data-unread", "data-mentions", "data-muted-until")
	strip("article, [data-reactions]", "data-rev", "data-grouped")
	strip("#messages", "data-first", "data-newer")
	strip(".tool", "tabindex")
	strip(".reaction", "title") // of the names within
	strip("[data-presence]", "data-state")
	for (const element of page.querySelectorAll("[data-name-of], [data-presence]")) {
		const who = element.dataset.nameOf ?? element.dataset.presence
		if (known.includes(who)) continue
		element.replaceChildren("somebody")
		element.removeAttribute("title")
	}
	for (const person of page.querySelectorAll("[data-person]")) if (!known.includes(person.dataset.person)) person.remove()
	page.normalize()
	for (const element of page.querySelectorAll("*")) {
		const attributes = [...element.attributes].sort((a, b) => a.name < b.name ? -1 : 1)
		for (const { name } of attributes) element.removeAttribute(name)
		for (const { name, value } of attributes) element.setAttribute(name, value)
	}
	const blocked = document.querySelector("meta[name=blocked]").content.split(" ").sort().join(" ")
	return [document.title, "blocked " + blocked, ...page.innerHTML.split(/\s*(?=<)/)].join("\n")
}`
