package web

import (
	"net/http"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestSomebodySignsUpAndIsIn(t *testing.T) {
	s := newSite(t)
	ada := s.stranger()
	ada.get("/signup").want(t, 200, `name="password"`)
	ada.submit("/signup", "name", "Ada", "password", password).leadsTo(t, "/")
	ada.get("/").leadsTo(t, "/rooms/general")
	ada.get("/rooms/general").want(t, 200, "Ada")
	ada.do("GET", "/session", "").want(t, 204)
	ada.do("GET", "/me", "").want(t, 200, `"name":"Ada","role":"administrator"`)
}

func TestTheSecondOneIsNoAdministrator(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	s.stranger().call("POST", "/signup", `{"name":"Grace","password":"`+password+`"}`).
		want(t, 201, `"name":"Grace","role":"member"`)
}

func TestSignUpExplainsWhatIsWrongAndKeepsTheName(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	for name, test := range map[string]struct{ name, password, message string }{
		"taken":            {"ada", password, "taken"},
		"empty":            {"  ", password, "must not be empty"},
		"short password":   {"Grace", "short", "at least 8 characters"},
		"long name":        {strings.Repeat("x", 41), password, "at most 40 characters"},
		"control":          {"Gra\x07ce", password, "cannot be shown"},
		"right to left":    {"Gra\u202ece", password, "cannot be shown"},
		"password too big": {"Grace", strings.Repeat("x", 129), "at most 128 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.stranger().submit("/signup", "name", test.name, "password", test.password)
			a.want(t, 422, test.message).lacks(t, test.password)
			if name := strings.TrimSpace(test.name); name != "" && !strings.Contains(name, "\x07") && !strings.Contains(a.body, `value="`+name+`"`) {
				t.Errorf("the name is gone:\n%s", a.body)
			}
		})
	}
}

func TestLogInAndOut(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	ada := s.stranger()
	ada.submit("/login", "name", "ADA", "password", password).leadsTo(t, "/")
	ada.get("/rooms/general").want(t, 200)
	ada.get("/login").leadsTo(t, "/")
	ada.get("/signup").leadsTo(t, "/")
	ada.submit("/logout").leadsTo(t, "/login")
	ada.get("/rooms/general").leadsTo(t, "/login?next=%2Frooms%2Fgeneral")
	ada.do("GET", "/session", "").fails(t, 401, chat.Unauthenticated, "")
}

func TestAWrongNameAndAWrongPasswordGetTheSameAnswer(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	wrongPassword := s.stranger().submit("/login", "name", "Ada", "password", "not her password").want(t, 422)
	wrongName := s.stranger().submit("/login", "name", "Eve", "password", "not her password").want(t, 422)
	if strings.ReplaceAll(wrongPassword.body, "Ada", "Eve") != wrongName.body {
		t.Errorf("the answers differ:\n%s\n%s", wrongPassword.body, wrongName.body)
	}
	wrongName.want(t, 422, `value="Eve"`, "The name or the password is wrong.")

	s.stranger().call("POST", "/login", `{"name":"Ada","password":"not her password"}`).fails(t, 401, chat.Unauthenticated, "")
	s.stranger().call("POST", "/login", `{"name":"Eve","password":"not her password"}`).fails(t, 401, chat.Unauthenticated, "")
}

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	for name, test := range map[string]struct {
		public string
		secure bool
		prefix string
	}{
		"plain": {"http://chat.example", false, ""},
		"TLS":   {"https://chat.example", true, "__Host-"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, withPublicURL(t, test.public))
			a := s.stranger().submit("/signup", "name", "Ada", "password", password).want(t, 303)
			cookies := (&http.Response{Header: a.header}).Cookies()
			if len(cookies) != 1 {
				t.Fatalf("cookies: %v", cookies)
			}
			c := cookies[0]
			if c.Name != test.prefix+"chat_session" || c.Secure != test.secure || !c.HttpOnly ||
				c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
				t.Errorf("cookie: %v", c)
			}
		})
	}
}

func TestEveryCookieHasTheSameProtection(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	a := ada.get("/rooms/general").want(t, 200)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
			t.Errorf("cookie: %v", c)
		}
	}
	if len(a.header.Values("Set-Cookie")) != 1 {
		t.Errorf("the room is not remembered: %v", a.header)
	}
	if again := ada.get("/rooms/general"); len(again.header.Values("Set-Cookie")) != 0 {
		t.Errorf("it is remembered twice: %v", again.header)
	}
}

func TestAPlantedSessionIsNotKeptAtLogin(t *testing.T) {
	s := newSite(t)
	eve := s.signUp("Eve")
	s.signUp("Ada")
	victim := s.stranger()
	victim.do("POST", "/login", form("name", "Ada", "password", password),
		"Content-Type", "application/x-www-form-urlencoded", "Cookie", "chat_session="+eve.token).leadsTo(t, "/")
	victim.do("GET", "/me", "").want(t, 200, `"name":"Ada"`)
	eve.do("GET", "/session", "").want(t, 401) // it has ended
}

func TestBrokenCookiesAreNoSession(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	for name, cookie := range map[string]string{
		"truncated": "chat_session=" + ada.token[:20],
		"long":      "chat_session=" + strings.Repeat("x", 4096),
		"empty":     "chat_session=",
		"quoted":    `chat_session="x"`,
		"no name":   "=" + ada.token,
	} {
		t.Run(name, func(t *testing.T) {
			s.stranger().do("GET", "/session", "", "Cookie", cookie).want(t, 401)
		})
	}
	s.stranger().do("GET", "/session", "", "Cookie", "chat_session="+ada.token+"; chat_session=x").want(t, 204)
}

func TestAfterLoginOnlyOurOwnPagesFollow(t *testing.T) {
	s := newSite(t)
	s.signUp("Ada")
	for next, want := range map[string]string{
		"/rooms/general?before=3": "/rooms/general?before=3",
		"/settings":               "/settings",
		"":                        "/",
		"//evil.example":          "/",
		`/\evil.example`:          "/",
		`\\evil.example`:          "/",
		"/\t/evil.example":        "/",
		"/\n/evil.example":        "/",
		"javascript:alert(1)":     "/",
		"https://evil.example/":   "/",
		"evil.example":            "/",
		"http:/evil.example":      "/",
		"/%zz":                    "/",
	} {
		s.stranger().submit("/login", "name", "Ada", "password", password, "next", next).leadsTo(t, want)
	}
}

func TestWithoutASessionPeopleAreSentToTheDoorAndProgramsTold(t *testing.T) {
	s := newSite(t)
	nobody := s.stranger()
	nobody.get("/").leadsTo(t, "/login")
	nobody.get("/rooms/x?around=7").leadsTo(t, "/login?next=%2Frooms%2Fx%3Faround%3D7")
	nobody.submit("/rooms/general/messages", "body", "hello").leadsTo(t, "/login")
	nobody.call("GET", "/rooms", "").fails(t, 401, chat.Unauthenticated, "")
	nobody.do("GET", "/rooms", "", "Authorization", "Bearer nonsense").fails(t, 401, chat.Unauthenticated, "")
	nobody.do("GET", "/me", "", "Accept", "text/html").fails(t, 401, chat.Unauthenticated, "")
	nobody.do("GET", "/events", "", "Accept", "text/event-stream").want(t, 204)
}
