package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// path fills the parameters of a route with what cannot exist.
func (r route) samplePath() string {
	return strings.NewReplacer(":id", "nothing", ":user", "nobody", ":hash", staticHash, "*", "nothing.js").Replace(r.path)
}

func allRoutes(t *testing.T) []route {
	t.Helper()
	routes := (&Server{}).routes()
	if len(routes) < 30 {
		t.Fatalf("the table has %d routes: this proves nothing", len(routes))
	}
	return routes
}

func TestEveryAnswerIsProtected(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	for _, who := range []*person{ada, s.stranger()} {
		for _, r := range allRoutes(t) {
			if isStream(r.path) && who == ada {
				continue // they do not end; events_test.go
			}
			a := who.do(r.method, r.samplePath(), "")
			kept, vary := "no-store", "Cookie, Accept"
			if r.path == workerPath || r.path == manifestPath { // the same for everybody
				kept, vary = "no-cache", ""
			}
			for name, want := range map[string]string{
				"Content-Security-Policy":      policy,
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "same-origin",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Cache-Control":                kept,
				"Vary":                         vary,
				"Strict-Transport-Security":    "",
			} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s %s: %s is %q, want %q", r.method, r.path, name, got, want)
				}
			}
			if len(a.header.Get("X-Request-Id")) != 16 {
				t.Errorf("%s %s has no request id", r.method, r.path)
			}
			if a.status >= 500 {
				t.Errorf("%s %s: status %d", r.method, r.path, a.status)
			}
		}
	}
}

func TestEveryRouteButTheDoorNeedsASession(t *testing.T) {
	s := newSite(t)
	open := []string{"/signup", "/login", "/join/:token", "/livez", "/readyz", "/metrics", staticPath + ":hash/*", workerPath, manifestPath}
	for _, r := range allRoutes(t) {
		want := http.StatusUnauthorized
		if isStream(r.path) {
			want = http.StatusNoContent // any other status would say that it may be tried again
		}
		for _, path := range open {
			if r.path == path {
				want = 0
			}
		}
		if want != 0 {
			s.stranger().call(r.method, r.samplePath(), "").want(t, want)
		}
	}
}

func TestTLSIsInsistedOn(t *testing.T) {
	s := newSite(t, withPublicURL(t, "https://chat.example"))
	if got := s.stranger().get("/login").header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("got %q", got)
	}
}

func TestForwardedHeadersCountOnlyFromTrustedProxies(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, test := range map[string]struct {
		peer, forwarded, proto string
		address                string
		tls                    bool
	}{
		"nobody between":        {"203.0.113.7:1", "", "", "203.0.113.7", false},
		"a stranger's claim":    {"203.0.113.7:1", "198.51.100.1", "https", "203.0.113.7", false},
		"a proxy":               {"10.0.0.1:1", "198.51.100.1", "https", "198.51.100.1", true},
		"a proxy, plain":        {"10.0.0.1:1", "198.51.100.1", "http", "198.51.100.1", false},
		"a claim before it":     {"10.0.0.1:1", "6.6.6.6, 198.51.100.1", "https", "198.51.100.1", true},
		"two proxies":           {"[::1]:1", "198.51.100.1, 10.1.2.3", "https", "198.51.100.1", true},
		"mapped peer":           {"[::ffff:10.0.0.1]:1", "198.51.100.1", "https", "198.51.100.1", true},
		"nonsense from a proxy": {"10.0.0.1:1", "nonsense", "https", "10.0.0.1", true},
		"IPv6 is taken by /64":  {"10.0.0.1:1", "2001:db8:1:2:3:4:5:6", "https", "2001:db8:1:2::/64", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Server{Config: Config{TrustedProxies: trusted}, address: newAddress(trusted)}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.peer
			if test.forwarded != "" {
				r.Header.Set("X-Forwarded-For", test.forwarded)
				r.Header.Set("X-Forwarded-Proto", test.proto)
			}
			if got := s.network(r); got != test.address {
				t.Errorf("address %s, want %s", got, test.address)
			}
			if got := s.isTLS(r); got != test.tls {
				t.Errorf("TLS %v, want %v", got, test.tls)
			}
		})
	}
}

func TestAnotherSitesPageCannotWrite(t *testing.T) {
	s := newSite(t, withPublicURL(t, "http://chat.example"))
	ada := s.signUp("Ada")
	const ours = "http://chat.example"
	for name, test := range map[string]struct {
		headers []string
		status  int
	}{
		"a program":                {nil, 303},
		"our page":                 {[]string{"Sec-Fetch-Site", "same-origin", "Origin", ours}, 303},
		"typed by the person":      {[]string{"Sec-Fetch-Site", "none"}, 303},
		"an old browser, our page": {[]string{"Origin", ours}, 303},
		"another site":             {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		"a sibling":                {[]string{"Sec-Fetch-Site", "same-site", "Origin", "http://evil.chat.example"}, 403},
		"an old browser, another":  {[]string{"Origin", "https://evil.example"}, 403},
		"a sandboxed frame":        {[]string{"Origin", "null"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range allRoutes(t) {
				if r.method != "GET" && test.status == 403 {
					headers := append([]string{"Accept", "application/json"}, test.headers...)
					ada.do(r.method, r.samplePath(), "", headers...).fails(t, 403, chat.Forbidden, "")
				}
			}
			headers := append([]string{"Content-Type", "application/x-www-form-urlencoded"}, test.headers...)
			ada.do("POST", "/rooms/general/messages", "body=hello", headers...).want(t, test.status)
		})
	}
}

func TestAMethodTheAddressDoesNotHave(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	for _, test := range []struct{ method, path string }{
		{"PUT", "/rooms/general"}, {"DELETE", "/rooms"}, {"TRACE", "/"}, {"TRACE", "/nowhere"}, {"POST", "/me"}, {"PATCH", "/login"},
		{"GET", "/rooms/general/messages"}, {"HEAD", "/events"}, {"BREW", "/"}, {"GET", "/logout"},
	} {
		a := ada.do(test.method, test.path, "").want(t, 405)
		if a.header.Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", test.method, test.path)
		}
	}
	ada.do("HEAD", "/rooms", "").want(t, 200)
	ada.do("POST", "/rooms/general", form("_method", "PUT", "name", "x"), "Content-Type", "application/x-www-form-urlencoded").want(t, 405)
}

func TestAnUnknownAddressIsAPageOrJSON(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	ada.get("/nowhere").want(t, 404, chat.ErrNotFound.Message, "<html")
	ada.get("/events/x.css").want(t, 404)
	ada.call("GET", "/nowhere", "").fails(t, 404, chat.NotFound, "")
	s.stranger().get("/nowhere").want(t, 404)
}
