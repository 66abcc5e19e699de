package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"example.com/chat/internal/push/pushtest"
)

// subscribe gives somebody a browser behind a push service on this machine.
func (s *server) subscribe(token string) *pushtest.Service {
	s.t.Helper()
	_, body := s.ask("GET", "/push/key", token, "")
	var installer struct{ Key string }
	if err := json.Unmarshal([]byte(body), &installer); err != nil || len(installer.Key) != base64.RawURLEncoding.EncodedLen(65) {
		s.t.Fatalf("the key is %s: %v", body, err)
	}
	service := pushtest.New(s.t, installer.Key)
	s.subscribes(token, service, http.StatusNoContent)
	return service
}

func (s *server) subscribes(token string, service *pushtest.Service, want int) {
	s.t.Helper()
	sub := service.Subscription()
	status, body := s.ask("POST", "/push/subscriptions", token,
		fmt.Sprintf(`{"endpoint":%q,"keys":{"p256dh":%q,"auth":%q}}`, sub.Endpoint, sub.P256dh, sub.Auth))
	if status != want {
		s.t.Fatalf("subscribing answers %d %s, want %d", status, body, want)
	}
}

func (s *server) does(method, path, token, body string) {
	s.t.Helper()
	if status, answer := s.ask(method, path, token, body); status/100 != 2 {
		s.t.Fatalf("%s %s answers %d %s", method, path, status, answer)
	}
}

func TestABrowserIsWokenOverARestartAndWhatWasReadIsWithdrawn(t *testing.T) {
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	s := start(t, database)
	ada := s.signUp("Ada")
	browser := s.subscribe(ada)
	again := func() {
		t.Helper()
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		s = start(t, database)
	}
	again()
	s.does("POST", "/api/notify", ada, `{"user":"Ada","text":"the build is broken"}`)
	pushed := browser.Wait(1)[0]
	if pushed.Title != "the build is broken" {
		t.Errorf("%+v", pushed)
	}
	again()
	s.does("POST", "/notifications/"+pushed.ID+"/read", ada, "")
	if got := browser.Wait(2)[1]; strings.Join(got.Withdraw, ",") != pushed.ID {
		t.Errorf("%+v, want %s withdrawn", got, pushed.ID)
	}
}

func TestWhatAServerStopsBeforePushingItPushesAfterItsStart(t *testing.T) {
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	s := start(t, database)
	ada := s.signUp("Ada")
	browser := s.subscribe(ada)
	s.does("POST", "/api/notify", ada, `{"user":"Ada","text":"going down"}`)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if n := browser.Asked(); n != 0 {
		t.Fatalf("%d messages were pushed: this proves nothing", n)
	}
	start(t, database)
	if got := browser.Wait(1)[0]; got.Title != "going down" {
		t.Errorf("%+v", got)
	}
}

func TestWhatOneServerPushedAnotherOneWithdraws(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	here, there := c.nodes[0].server(t), c.nodes[1].server(t)
	ada := here.signUp("Ada")
	browser := here.subscribe(ada)
	for i := range 2 { // when the second one is pushed, it is noted that the first one was
		here.does("POST", "/api/notify", ada, `{"user":"Ada","text":"the build is broken"}`)
		browser.Wait(i + 1)
	}
	pushed := browser.Deliveries()[0]
	c.nodes[0].kill()
	there.does("POST", "/notifications/"+pushed.ID+"/read", ada, "")
	if got := browser.Wait(3)[2]; strings.Join(got.Withdraw, ",") != pushed.ID {
		t.Errorf("%+v, want %s withdrawn", got, pushed.ID)
	}
}

func TestWhatAServerThatIsKilledDidNotPushAnotherOneDoes(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	here, there := c.nodes[0].server(t), c.nodes[1].server(t)
	ada := here.signUp("Ada")
	browser := there.subscribe(ada)
	here.does("POST", "/api/notify", ada, `{"user":"Ada","text":"left behind"}`)
	c.nodes[0].kill()
	if n := browser.Asked(); n != 0 {
		t.Fatalf("%d messages were pushed: this proves nothing", n)
	}
	if got := browser.Wait(1)[0]; got.Title != "left behind" {
		t.Errorf("%+v", got)
	}
}

func TestWhoHasAPageOpenOnAnyServerIsNotWokenAlsoWithoutRedis(t *testing.T) {
	c := startCluster(t)
	here, there := c.nodes[0], c.nodes[1]
	grace, ada, linus := newMember(t, here, "Grace"), newMember(t, here, "Ada"), newMember(t, here, "Linus")
	adas, linuss := here.server(t).subscribe(ada.token(here)), here.server(t).subscribe(linus.token(here))
	adasID := ada.id(here)
	watching := grace.listen(here, "/events?format=json")

	page := ada.listen(there, "/events?format=json")
	watching.seesPresence(adasID, "online")
	grace.say(here, "@Ada @Linus with Redis")
	linuss.Wait(1) // so it has been decided whom to wake
	page.leave()
	watching.seesPresence(adasID, "offline")

	c.redis.kill()
	t.Cleanup(c.redis.start)
	page = ada.listen(there, "/events?format=json") // of which the server that she is not on cannot hear
	grace.say(here, "@Ada @Linus without Redis")
	linuss.Wait(2)
	page.leave()
	await(t, "she has gone", func() bool {
		states := map[string]string{}
		grace.read(there, "/presence", &states)
		return states[adasID] == ""
	})
	grace.say(here, "@Ada @Linus are you there?")
	linuss.Wait(3)
	if got := adas.Wait(1)[0]; got.Seq != 3 {
		t.Errorf("of message 3 alone she is to hear, not of %+v", got)
	}
}

// server is the process as a program reaches it.
func (p *process) server(t *testing.T) *server { return &server{t: t, url: p.url("")} }

// token is that of the member's session.
func (m *member) token(p *process) string {
	m.t.Helper()
	at, err := url.Parse(p.url("/"))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, cookie := range m.client.Jar.Cookies(at) {
		if cookie.Name == "chat_session" {
			return cookie.Value
		}
	}
	m.t.Fatal("there is no session")
	return ""
}

func TestWhoIsOnThisMachineNamesAPushServiceOnItUnlessTheChatIsReachedFromElsewhere(t *testing.T) {
	for setting, want := range map[string]int{
		"CHAT_PUSH_PRIVATE=":                       204,
		"CHAT_PUSH_PRIVATE=auto":                   204,
		"CHAT_PUSH_PRIVATE=on":                     204,
		"CHAT_PUSH_PRIVATE=off":                    422,
		"CHAT_PUBLIC_URL=http://localhost:8080":    204,
		"CHAT_PUBLIC_URL=http://chat.example.com":  422,
		"CHAT_TRUSTED_PROXIES=127.0.0.1":           422,
		"CHAT_ALLOWED_ORIGINS=https://app.example": 204,
	} {
		t.Run(setting, func(t *testing.T) {
			s := start(t, setting)
			ada := s.signUp("Ada")
			s.subscribes(ada, pushtest.New(t, "nobody's"), want)
		})
	}
}
