package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

func TestAnAdministratorBroadcastsToAKey(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	l := grace.listen(stream)
	l.expect("ping")
	ada.call("POST", "/api/broadcast", `{"key":"room:general","event":"deploy","data":"{\"kind\":\"one\"}"}`).want(t, http.StatusNoContent)
	if f := l.expect("deploy"); f.data.Kind != "one" {
		t.Errorf("came %+v", f)
	}
	ada.submit("/api/broadcast", "key", "user:"+string(grace.id), "event", "note", "data", `{"kind":"two"}`).want(t, http.StatusNoContent)
	if f := l.expect("note"); f.data.Kind != "two" {
		t.Errorf("came %+v", f)
	}
	ada.submit("/api/broadcast", "key", "user:"+string(ada.id), "event", "not for Grace")
	ada.says(chat.General, "after it")
	l.expect("message")
}

// What has a place in the log has the cursor as its id, which nothing else may take the place of.
func TestTheIDOfABroadcastIsNotForStreamsWithACursor(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	l := ada.listen(stream)
	l.expect("ping")
	ada.submit("/api/broadcast", "key", "room:general", "event", "deploy", "id", "17", "data", "{}").want(t, http.StatusNoContent)
	if f := l.expect("deploy"); f.id != "" {
		t.Errorf("came %+v", f)
	}
}

func TestOnlyAnAdministratorBroadcasts(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	const body = `{"key":"room:general","data":"x"}`
	ada.call("POST", "/api/broadcast", body).want(t, http.StatusNoContent) // or this proves nothing
	a := grace.call("POST", "/api/broadcast", body)
	a.fails(t, http.StatusForbidden, chat.Forbidden, "")
	a.want(t, http.StatusForbidden, "administrator")
	grace.call("POST", "/api/broadcast", "nonsense").fails(t, http.StatusForbidden, chat.Forbidden, "")
	s.stranger().call("POST", "/api/broadcast", body).fails(t, http.StatusUnauthorized, chat.Unauthenticated, "")
	s.stranger().submit("/api/broadcast", "key", "room:general").fails(t, http.StatusUnauthorized, chat.Unauthenticated, "")
}

func TestWhatCannotBeBroadcastIsNamed(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	for _, c := range []struct {
		name, body, field string
	}{
		{"no key", `{"data":"x"}`, "key"},
		{"half a key", `{"key":"room:","data":"x"}`, "key"},
		{"a key with a line break", `{"key":"room:\n","data":"x"}`, "key"},
		{"a bad escape", `{"key":"100%","data":"x"}`, "key"},
		{"an id with a line break", `{"key":"a","id":"1\n2"}`, "id"},
		{"an id with NUL", `{"key":"a","id":"1\u00002"}`, "id"},
		{"a name with a line break", `{"key":"a","event":"a\rb"}`, "event"},
		{"data with NUL", `{"key":"a","data":"\u0000"}`, "data"},
		{"data that is no text", `{"key":"a","data":{}}`, "data"},
		{"no object", `[]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ada.call("POST", "/api/broadcast", c.body).fails(t, http.StatusUnprocessableEntity, chat.Invalid, c.field)
		})
	}
	ada.call("POST", "/api/broadcast", `{"key":"a","data":"`+strings.Repeat("x", maxBody)+`"}`).
		fails(t, http.StatusRequestEntityTooLarge, chat.TooLarge, "")
	ada.do("POST", "/api/broadcast", "x", "Content-Type", "text/plain").want(t, http.StatusUnsupportedMediaType)
}

// brokenBus is a bus whose Redis is away.
type brokenBus struct{ *sse.Local }

func (brokenBus) Publish(context.Context, string, []byte) error { return errors.New("Redis is away") }

func TestABroadcastThatOnlyThisServerHeardIsSaidSo(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Engine = sse.New(sse.Config{Bus: brokenBus{sse.NewLocal()}}) })
	ada := s.signUp("Ada")
	a := ada.call("POST", "/api/broadcast", `{"key":"room:general","data":"x"}`)
	a.fails(t, http.StatusServiceUnavailable, chat.Unavailable, "")
	a.want(t, http.StatusServiceUnavailable, "The readers on this server have it", "other servers").lacks(t, "Redis")
}
