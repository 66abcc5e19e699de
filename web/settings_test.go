package web

import (
	"testing"

	"example.com/chat/internal/chat"
)

func TestSessionsAreListedAndRevoked(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	phone := s.stranger()
	phone.do("POST", "/login", form("name", "Ada", "password", password),
		"Content-Type", "application/x-www-form-urlencoded", "User-Agent", "Phone \xff browser").leadsTo(t, "/")

	ada.get("/settings").want(t, 200, "Phone")
	var settings jsonSettings
	ada.call("GET", "/settings", "").want(t, 200).json(t, &settings)
	if len(settings.Sessions) != 2 || settings.User.Name != "Ada" {
		t.Fatalf("got %+v", settings)
	}
	for _, session := range settings.Sessions {
		if !session.Current {
			ada.submit("/settings/sessions/"+string(session.ID)+"/revoke").leadsTo(t, "/settings")
		}
	}
	phone.do("GET", "/session", "").want(t, 401)
	ada.do("GET", "/session", "").want(t, 204)

	grace := s.signUp("Grace")
	grace.call("POST", "/settings/sessions/"+string(settings.Sessions[0].ID)+"/revoke", "").fails(t, 404, chat.NotFound, "")
	grace.call("POST", "/settings/sessions/none/revoke", "").fails(t, 404, chat.NotFound, "")
}

func TestATokenIsShownOnceAndWorksUntilItIsRevoked(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	var token jsonToken
	ada.call("POST", "/settings/tokens", `{"label":"backup"}`).want(t, 201).json(t, &token)
	if token.Label != "backup" || len(token.Token) != 43 {
		t.Fatalf("got %+v", token)
	}
	program := *ada
	program.token = token.Token
	program.call("GET", "/me", "").want(t, 200, `"name":"Ada"`)
	ada.get("/settings").want(t, 200, "backup").lacks(t, token.Token)
	ada.call("POST", "/settings/sessions/"+string(token.ID)+"/revoke", "").want(t, 204)
	program.call("GET", "/me", "").fails(t, 401, chat.Unauthenticated, "")

	ada.submit("/settings/tokens", "label", "curl").want(t, 200, "curl")
	ada.submit("/settings/tokens", "label", "").want(t, 422, "must not be empty")
	ada.call("POST", "/settings/tokens", `{}`).fails(t, 422, chat.Invalid, "label")
}

func TestAnotherPasswordEndsEverySessionButThisBrowsers(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	old := ada.token
	ada.submit("/settings/password", "current", "wrong one", "password", "another long password").want(t, 422, "not your current password")
	ada.submit("/settings/password", "current", password, "password", "short").want(t, 422, "at least 8 characters")
	ada.submit("/settings/password", "current", password, "password", "another long password").leadsTo(t, "/settings")
	ada.do("GET", "/session", "").want(t, 204)
	s.stranger().do("GET", "/session", "", "Authorization", "Bearer "+old).want(t, 401)
	s.stranger().submit("/login", "name", "Ada", "password", password).want(t, 422)
	s.stranger().submit("/login", "name", "Ada", "password", "another long password").leadsTo(t, "/")
}
