package web

import (
	"net/http"
	"testing"

	"example.com/chat/internal/sse"
	"example.com/chat/web/webtest"
)

// The law: a page at one moment and the events since then give the page of any later moment, whatever was done in
// between. It is generated from the routes: what changes something is done at random by a webtest.Life, or says why no
// page can show it.

func TestTheLawCoversEveryRouteThatChangesSomething(t *testing.T) {
	covered := map[string]bool{}
	for _, a := range webtest.Actions {
		covered[a.Route] = true
	}
	if len(covered) != len(webtest.Actions) {
		t.Errorf("the law has %d actions for %d routes", len(webtest.Actions), len(covered))
	}
	for _, r := range allRoutes(t) {
		if r.method == http.MethodGet || r.method == http.MethodHead {
			continue
		}
		route := r.method + " " + r.path
		if !covered[route] {
			t.Errorf("%s: what do pages show of it? Say so in webtest.Actions", route)
		}
		delete(covered, route)
	}
	for route := range covered {
		t.Errorf("webtest.Actions has %s, which is no route", route)
	}
}

// Everybody's page follows the stream. After every single action each is what a page is that is loaded then.
func TestThePageIsAfterEveryActionWhatAFreshOneIs(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := webtest.New(t, h.URL, 5)
		var pages []*sheet
		var streams []*sse.Stream
		for _, p := range l.People() {
			page := h.fresh(p)
			stream := page.follow(h.ring)
			defer stream.Stop()
			pages, streams = append(pages, page), append(streams, stream)
		}
		for i := range 200 {
			did := l.Step()
			h.settle()
			one := i % len(pages)
			for n, page := range pages {
				if n != one && i < 190 { // all in turn, since each look takes its time
					continue
				}
				page.read(streams[n])
				if how := page.differs(h.fresh(page.g)); how != "" {
					t.Fatalf("after %s %s's page is not as a fresh one:\n%s", did, page.g.Name, how)
				}
			}
		}
		for _, page := range pages {
			if page.resets+page.stales > 0 {
				t.Errorf("%s's page was loaded anew %d times: that proves nothing", page.g.Name, page.resets+page.stales)
			}
		}
	})
}
