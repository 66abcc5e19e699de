package web

import (
	"net/http"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

const app = "https://app.example.com"

func allowing(origins ...string) func(*Config) {
	return func(c *Config) { c.AllowedOrigins = origins }
}

// corsHeaders are those of an answer that another origin's page could take for a permission.
func corsHeaders(h http.Header) (found []string) {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			found = append(found, name+": "+h.Get(name))
		}
	}
	return found
}

func TestAPageOfAnAllowedOriginMayOpenAStream(t *testing.T) {
	s := newSite(t, allowing("https://other.example", app))
	ada := s.signUp("Ada")
	program := s.stranger()
	for name, open := range map[string]func() *listener{
		"with the cookie": func() *listener { return ada.listen("/events", "Origin", app, "Sec-Fetch-Site", "same-site") },
		"with a token": func() *listener {
			return program.listen("/events", "Origin", app, "Authorization", "Bearer "+ada.token)
		},
		"from another site":          func() *listener { return ada.listen("/events", "Origin", app, "Sec-Fetch-Site", "cross-site") },
		"in capitals":                func() *listener { return ada.listen("/events", "Origin", "https://APP.Example.COM") },
		"and our own needs no leave": func() *listener { return ada.listen("/events", "Origin", s.URL, "Sec-Fetch-Site", "same-origin") },
	} {
		l := open()
		l.expect("ping")
		origin := l.header.Get("Access-Control-Allow-Origin")
		switch {
		case strings.HasPrefix(name, "and our own"):
			if found := corsHeaders(l.header); found != nil {
				t.Errorf("%s: %q", name, found)
			}
		case !strings.EqualFold(origin, app) || l.header.Get("Access-Control-Allow-Credentials") != "true" ||
			l.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || !varies(l.header, "Origin"):
			t.Errorf("%s: the headers are %v", name, l.header)
		}
	}
}

// varies says whether an answer is marked as depending on a header of the request.
func varies(h http.Header, name string) bool {
	for _, line := range h.Values("Vary") {
		for field := range strings.SplitSeq(line, ",") {
			if strings.TrimSpace(field) == name {
				return true
			}
		}
	}
	return false
}

func TestAPageOfAnyOtherOriginGetsNothingOfAStream(t *testing.T) {
	s := newSite(t, allowing(app, "null")) // which no setting can say
	ada := s.signUp("Ada")
	ada.says(chat.General, "nobody else may read this")
	for name, headers := range map[string][]string{
		"another site":                    {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		"without Sec-Fetch":               {"Origin", "https://evil.example"},
		"without Origin":                  {"Sec-Fetch-Site", "cross-site"},
		"a sibling, without Origin":       {"Sec-Fetch-Site", "same-site"},
		"a sibling subdomain":             {"Origin", "https://evil.app.example.com", "Sec-Fetch-Site", "same-site"},
		"the domain above":                {"Origin", "https://example.com", "Sec-Fetch-Site", "same-site"},
		"a name that begins like it":      {"Origin", app + ".evil.example", "Sec-Fetch-Site", "cross-site"},
		"the same name without TLS":       {"Origin", "http://app.example.com", "Sec-Fetch-Site", "cross-site"},
		"the same name on another port":   {"Origin", app + ":8443", "Sec-Fetch-Site", "cross-site"},
		"a sandboxed frame":               {"Origin", "null", "Sec-Fetch-Site", "cross-site"},
		"nobody in particular":            {"Origin", "null"},
		"two origins":                     {"Origin", app + " https://evil.example"},
		"what no browser says":            {"Origin", "https://evil.example", "Sec-Fetch-Site", "same-site, none"},
		"our name in a user's clothes":    {"Origin", "http://" + strings.TrimPrefix(s.URL, "http://") + "@evil.example"},
		"a token does not make up for it": {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Authorization", "Bearer " + ada.token},
	} {
		a := ada.do("GET", "/events", "", headers...)
		a.fails(t, http.StatusForbidden, chat.Forbidden, "")
		a.lacks(t, "nobody else", "event:", "data:")
		preflight := ada.do("OPTIONS", "/events", "", append(headers, "Access-Control-Request-Method", "GET")...)
		preflight.want(t, http.StatusForbidden)
		for _, h := range []http.Header{a.header, preflight.header} {
			if found := corsHeaders(h); found != nil {
				t.Errorf("%s: %q", name, found)
			}
		}
	}
}

func TestABadTokenIsSaidSoToAnAllowedPage(t *testing.T) {
	s := newSite(t, allowing(app))
	a := s.stranger().do("GET", "/events", "", "Origin", app, "Authorization", "Bearer nonsense")
	a.fails(t, http.StatusUnauthorized, chat.Unauthenticated, "")
	if got := a.header.Get("Access-Control-Allow-Origin"); got != app {
		t.Errorf("the page cannot read it: Access-Control-Allow-Origin is %q", got)
	}
	nobody := s.stranger().do("GET", "/events", "", "Origin", app)
	if nobody.want(t, http.StatusNoContent).header.Get("Access-Control-Allow-Origin") != app {
		t.Errorf("the page cannot tell that nobody is signed in: %v", nobody.header)
	}
}

func TestABrowserMayAskBeforeItOpensAStream(t *testing.T) {
	s := newSite(t, allowing(app))
	nobody := s.stranger() // no cookie comes with a preflight
	for asked, want := range map[string]string{
		"authorization": "Authorization",
		"last-event-id,cache-control,authorization":          "Authorization, Last-Event-ID, Cache-Control",
		" Cache-Control , x-spy,AUTHORIZATION, content-type": "Authorization, Cache-Control",
		"x-spy": "",
		"":      "",
	} {
		h := nobody.do("OPTIONS", "/events", "", "Origin", app, "Sec-Fetch-Site", "cross-site",
			"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", asked).want(t, http.StatusNoContent).header
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin":      app,
			"Access-Control-Allow-Credentials": "true",
			"Access-Control-Allow-Methods":     "GET",
			"Access-Control-Allow-Headers":     want,
			"Access-Control-Max-Age":           "7200",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("asked for %q: %s is %q, want %q", asked, name, got, want)
			}
		}
		for _, name := range []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"} {
			if !varies(h, name) {
				t.Errorf("asked for %q: the answer does not vary by %s: %q", asked, name, h.Values("Vary"))
			}
		}
	}
}

func TestOPTIONSWithoutAnOriginTellsTheMethods(t *testing.T) {
	s := newSite(t, allowing(app))
	h := s.stranger().do("OPTIONS", "/events", "").want(t, http.StatusNoContent).header
	if got := h.Get("Allow"); got != "OPTIONS, GET" {
		t.Errorf("Allow is %q", got)
	}
	if found := corsHeaders(h); found != nil {
		t.Errorf("nobody asked for %q", found)
	}
}

func TestNothingButStreamsIsForOtherOrigins(t *testing.T) {
	s := newSite(t, allowing(app))
	ada := s.signUp("Ada")
	streams := 0
	for _, r := range allRoutes(t) {
		preflight := ada.do("OPTIONS", r.samplePath(), "", "Origin", app, "Access-Control-Request-Method", r.method)
		if isStream(r.path) {
			streams++
			if preflight.status != http.StatusNoContent || preflight.header.Get("Access-Control-Allow-Origin") != app {
				t.Errorf("%s: the preflight answers %d %v", r.path, preflight.status, preflight.header)
			}
			foreign := ada.do("GET", r.samplePath(), "", "Origin", "https://evil.example")
			if found := corsHeaders(foreign.header); foreign.status != http.StatusForbidden || found != nil {
				t.Errorf("%s: another origin gets %d %q", r.path, foreign.status, found)
			}
			continue
		}
		for _, a := range []answer{preflight, ada.do(r.method, r.samplePath(), "", "Origin", app)} {
			if found := corsHeaders(a.header); found != nil {
				t.Errorf("%s %s: %q", r.method, r.path, found)
			}
		}
	}
	if streams == 0 {
		t.Error("there must be streams, or this proves nothing")
	}
}
