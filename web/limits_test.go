package web

import (
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"example.com/chat/internal/chat"
)

func limited(c *Config) { c.RateLimit = true }

func TestLoginAttemptsAreLimitedByName(t *testing.T) {
	s := newSite(t, limited)
	s.signUp("Ada")
	s.signUp("Grace")
	eve := s.stranger()
	for range 10 {
		eve.submit("/login", "name", "ada", "password", "guessing").want(t, 422)
	}
	a := eve.submit("/login", "name", "ADA", "password", password).want(t, 429, "too often")
	if after, _ := strconv.Atoi(a.header.Get("Retry-After")); after < 1 || after > 30 {
		t.Errorf("Retry-After: %q", a.header.Get("Retry-After"))
	}
	eve.call("POST", "/login", `{"name":"Ada","password":"guessing"}`).fails(t, 429, chat.TooMany, "")
	s.stranger().submit("/login", "name", "Grace", "password", password).want(t, 303)
}

func TestPostsAreLimitedByPerson(t *testing.T) {
	s := newSite(t, limited)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	refused := 0
	for i := range 200 {
		a := ada.call("POST", "/rooms/general/messages", fmt.Sprintf(`{"body":"%d"}`, i))
		if a.status == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("200 posts at once are fine")
	}
	grace.call("POST", "/rooms/general/messages", `{"body":"hello"}`).want(t, 201)
}

func TestWhateverChangesSomethingIsLimitedByPerson(t *testing.T) {
	s := newSite(t, limited)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	last := 0
	for i := 0; i < 500 && last != 429; i++ {
		last = ada.call("POST", "/rooms/general/level", `{"level":"everything"}`).status
	}
	if last != 429 {
		t.Error("500 changes at once are fine")
	}
	ada.call("GET", "/rooms", "").want(t, 200)
	grace.call("POST", "/rooms/general/level", `{"level":"everything"}`).want(t, 204)
	ada.submit("/logout").leadsTo(t, "/login") // whatever uses the limit up can be put out
}

func TestLimitsCanBeLifted(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	for range 12 {
		s.stranger().submit("/login", "name", "Ada", "password", "guessing").want(t, 422)
	}
}

func TestALimiterFillsUpAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(rate.Every(time.Second), 2)
		take := func(want bool) {
			t.Helper()
			if err := l.take("ada"); (err == nil) != want {
				t.Errorf("got %v", err)
			}
		}
		take(true)
		take(true)
		take(false)
		take(false) // a refusal costs nothing
		elapse(time.Second)
		take(true)
		take(false)
		l.forgive("ada")
		take(true)
	})
}

func TestALimiterForgetsTheOneNotSeenForLongest(t *testing.T) {
	l := newLimiter(rate.Every(time.Hour), 1)
	if l.take("first") != nil || l.take("second") != nil {
		t.Fatal("refused at once")
	}
	for i := range limiterSize - 1 {
		_ = l.take("first") // stays in sight
		_ = l.take(strconv.Itoa(i))
	}
	if len(l.buckets) != limiterSize || l.recent.Len() != limiterSize {
		t.Errorf("%d buckets", len(l.buckets))
	}
	if l.take("first") == nil {
		t.Error("the first was forgotten")
	}
	if l.take("second") != nil {
		t.Error("the second was not")
	}
}
