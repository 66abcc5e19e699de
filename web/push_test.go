package web

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
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
	s := newSite(t, func(c *Config) { c.PushKey = "the key" })
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
		"plain, a name":    {subscriptionOf(t, "http://localhost/1"), "endpoint"},
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
