package web

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// subscriptionOf is what a browser sends.
func subscriptionOf(t *testing.T, endpoint string) string {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return `{"endpoint":"` + endpoint + `","expirationTime":null,"keys":{"p256dh":"` +
		base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()) + `","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}`
}

func TestABrowserSubscribesAndUnsubscribes(t *testing.T) {
	s := newSite(t, func(c *Config) { c.PushKey, c.PushHere = "the key", true })
	ada := s.signUp("Ada")
	ada.call("GET", "/push/key", "").want(t, 200, `{"key":"the key"}`)
	const endpoint = "https://push.example/send/ada"
	for range 2 {
		ada.call("POST", "/push/subscriptions", subscriptionOf(t, endpoint)).want(t, 204)
	}
	ada.call("POST", "/push/subscriptions", subscriptionOf(t, "http://127.0.0.1:1/send")).want(t, 204)
	s.signUp("Grace").call("DELETE", "/push/subscriptions", `{"endpoint":"`+endpoint+`"}`).want(t, 204)
	if got := s.endpoints(ada); len(got) != 2 {
		t.Fatalf("somebody else ended one of %q", got)
	}
	for range 2 {
		ada.call("DELETE", "/push/subscriptions", `{"endpoint":"`+endpoint+`"}`).want(t, 204)
	}
	if got := s.endpoints(ada); len(got) != 1 || got[0] == endpoint {
		t.Errorf("%q are left", got)
	}
}

func TestWhatNoBrowserGivesIsNoSubscription(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	good := subscriptionOf(t, "https://push.example/1")
	for name, test := range map[string]struct{ body, field string }{
		"not JSON":         {`endpoint`, ""},
		"a list":           {`[]`, ""},
		"nothing":          {`{}`, "endpoint"},
		"plain HTTP":       {subscriptionOf(t, "http://push.example/1"), "endpoint"},
		"plain, a name":    {subscriptionOf(t, "http://localhost.example/1"), "endpoint"},
		"on this machine":  {subscriptionOf(t, "https://127.0.0.1/1"), "endpoint"},
		"another protocol": {subscriptionOf(t, "file:///etc/passwd"), "endpoint"},
		"no host":          {subscriptionOf(t, "https:///1"), "endpoint"},
		"a password":       {subscriptionOf(t, "https://a:b@push.example/"), "endpoint"},
		"a long endpoint":  {subscriptionOf(t, "https://push.example/"+strings.Repeat("x", 1000)), "endpoint"},
		"a line break":     {subscriptionOf(t, `https://push.example/\n`), "endpoint"},
		"no point":         {strings.Replace(good, `"p256dh":"B`, `"p256dh":"A`, 1), "p256dh"},
		"a short secret":   {strings.Replace(good, "AAAAAAAAAAAAAAAAAAAAAA", "AAAA", 1), "auth"},
	} {
		t.Run(name, func(t *testing.T) {
			ada.call("POST", "/push/subscriptions", test.body).fails(t, 422, chat.Invalid, test.field)
		})
	}
	ada.call("POST", "/push/subscriptions", strings.Repeat(" ", 5000)+good).fails(t, 413, chat.TooLarge, "")
	ada.submit("/push/subscriptions", "endpoint", "https://push.example/1").want(t, 415)
	if got := s.endpoints(ada); len(got) != 0 {
		t.Errorf("%q were kept", got)
	}
	ada.call("GET", "/push/key", "").fails(t, 404, chat.NotFound, "")
}

func TestOnlySomebodyOnThisMachineNamesAPushServiceOnIt(t *testing.T) {
	for name, test := range map[string]struct {
		headers []string
		may     bool
	}{
		"nothing special":                {nil, true},
		"a page of this machine":         {[]string{"Host", "localhost:8080", "Origin", "http://localhost:8080"}, true},
		"by its sixth address":           {[]string{"Host", "[::1]:8080"}, true},
		"under another name":             {[]string{"Host", "chat.example.com"}, false},
		"under a name that leads here":   {[]string{"Host", "localhost.example.com"}, false},
		"through a proxy":                {[]string{"X-Forwarded-For", "192.0.2.1"}, false},
		"said to be from here":           {[]string{"X-Forwarded-For", "127.0.0.1"}, false},
		"through a proxy of another":     {[]string{"X-Forwarded-Host", "localhost"}, false},
		"by the standard for proxies":    {[]string{"Forwarded", "for=127.0.0.1"}, false},
		"through one that says its own":  {[]string{"Via", "1.1 proxy"}, false},
		"through one that says for whom": {[]string{"X-Real-IP", "192.0.2.1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, endpoint := range []string{"http://127.0.0.1:9/1", "https://localhost/1", "http://[::1]:9/1", "http://[::ffff:127.0.0.1]:9/1"} {
				for _, here := range []bool{true, false} {
					s := newSite(t, func(c *Config) { c.PushHere = here })
					ada := s.signUp("Ada")
					headers := append([]string{"Authorization", "Bearer " + ada.token, "Content-Type", "application/json"}, test.headers...)
					a := ada.do("POST", "/push/subscriptions", subscriptionOf(t, endpoint), headers...)
					if want := map[bool]int{true: 204, false: 422}[test.may && here]; a.status != want {
						t.Errorf("%s, allowed at all %v: %d, want %d", endpoint, here, a.status, want)
					}
					if got := s.endpoints(ada); len(got) != map[bool]int{true: 1, false: 0}[test.may && here] {
						t.Errorf("%q were kept", got)
					}
				}
			}
		})
	}
}

func TestSomebodyElsewhereCannotNameAPushServiceOnThisMachine(t *testing.T) {
	for _, test := range []struct {
		peer     string
		anywhere bool
		status   int
	}{
		{"127.0.0.1:4711", false, 204}, {"[::1]:4711", false, 204},
		{"192.0.2.1:4711", false, 422}, {"10.0.0.5:4711", false, 422}, {"[2001:db8::1]:4711", false, 422},
		{"192.0.2.1:4711", true, 204},
	} {
		s := newSite(t, func(c *Config) { c.PushHere, c.PushAnywhere = true, test.anywhere })
		ada := s.signUp("Ada")
		r := httptest.NewRequest("POST", "http://localhost/push/subscriptions", strings.NewReader(subscriptionOf(t, "http://127.0.0.1:9/1")))
		r.RemoteAddr = test.peer
		r.Header.Set("Authorization", "Bearer "+ada.token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.Config.Handler.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("from %s, anywhere %v: %d, want %d", test.peer, test.anywhere, w.Code, test.status)
		}
	}
}

// endpoints are those of somebody's subscriptions.
func (s *site) endpoints(p *person) (endpoints []string) {
	s.t.Helper()
	all, err := s.store.Subscriptions(s.t.Context(), p.id)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, sub := range all {
		endpoints = append(endpoints, sub.Endpoint)
	}
	return endpoints
}

func TestTheServiceWorkerRulesTheWholeSiteAndIsAskedForAnew(t *testing.T) {
	a := newSite(t).stranger().get("/service-worker.js").want(t, 200, `addEventListener("push"`, "notificationclick")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache", "Service-Worker-Allowed": "/", "Vary": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestTheChatCanBeInstalled(t *testing.T) {
	s := newSite(t)
	visitor := s.stranger()
	visitor.get("/login").want(t, 200, `<link rel="manifest" href="/manifest.webmanifest">`)
	a := visitor.get("/manifest.webmanifest").want(t, 200)
	if got := a.header.Get("Content-Type"); got != "application/manifest+json" {
		t.Errorf("Content-Type %q", got)
	}
	var manifest struct {
		Name     string
		StartURL string `json:"start_url"`
		Display  string
		Icons    []struct{ Src, Sizes, Type string }
	}
	if err := json.Unmarshal([]byte(a.body), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Name == "" || manifest.StartURL != "/" || manifest.Display != "standalone" || len(manifest.Icons) != 2 {
		t.Errorf("%+v", manifest)
	}
	for _, icon := range manifest.Icons {
		if got := visitor.get(icon.Src).want(t, 200).header.Get("Content-Type"); got != icon.Type {
			t.Errorf("%s is %q", icon.Src, got)
		}
	}
}
