package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// GET /signup
func (s *Server) showSignup(c echo.Context) error {
	return s.atTheDoor(c, s.signupPage)
}

// GET /login: also where everybody without a session is sent.
func (s *Server) showLogin(c echo.Context) error {
	return s.atTheDoor(c, s.loginPage)
}

// atTheDoor shows a form to those who are not in yet.
func (s *Server) atTheDoor(c echo.Context, page func(echo.Context, entrance) error) error {
	next := localPath(c.QueryParam("next"))
	if s.secret(c.Request()) != "" {
		_, err := s.visitor(c)
		if err == nil {
			return seeOther(c, next)
		}
		if chat.KindOf(err) != chat.Unauthenticated {
			return err
		}
	}
	return page(c, entrance{Next: next})
}

// entrance is what somebody at the door has typed, and what was wrong with it.
type entrance struct {
	Name, Next string
	Invitation string // its secret
	Problem    error
}

// POST /signup: name, password, and the secret of an invitation, if there is one.
func (s *Server) signUp(c echo.Context) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	r := c.Request()
	if err := s.limits.signups.take(s.network(r)); err != nil {
		return err
	}
	entry, err := s.Chat.SignUp(r.Context(), in["name"], in["password"], sessionLabel(r), in["invitation"])
	if err != nil {
		return s.againAtTheDoor(c, in, err, s.signupPage)
	}
	return s.enter(c, in, entry, http.StatusCreated)
}

// POST /login: name, password.
func (s *Server) logIn(c echo.Context) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	r, name := c.Request(), nameBucket(in["name"])
	if err := s.limits.logins.take(s.network(r)); err != nil {
		return err
	}
	here := name + " " + s.network(r)
	if err := s.limits.loginsByName.take(name); err != nil {
		return err
	}
	if err := s.limits.loginsHere.take(here); err != nil {
		return err
	}
	entry, err := s.Chat.LogIn(r.Context(), in["name"], in["password"], sessionLabel(r))
	if err != nil {
		return s.againAtTheDoor(c, in, err, s.loginPage)
	}
	s.limits.loginsByName.forgive(name)
	s.limits.loginsHere.forgive(here)
	return s.enter(c, in, entry, http.StatusOK)
}

// againAtTheDoor shows the form again with what was typed, if what was typed is the problem, or who typed it
// is not let in. A failed login is one, too: whoever makes it is on the login page already.
func (s *Server) againAtTheDoor(c echo.Context, in input, err error, page func(echo.Context, entrance) error) error {
	switch chat.KindOf(err) {
	case chat.Invalid, chat.Unauthenticated, chat.Forbidden:
		if !wantsJSON(c) {
			return page(c, entrance{Name: in["name"], Next: localPath(in["next"]), Invitation: in["invitation"], Problem: err})
		}
	}
	return err
}

// enter gives the browser its session and sends it on.
func (s *Server) enter(c echo.Context, in input, entry chat.Entry, status int) error {
	s.begin(c, entry)
	if wantsJSON(c) {
		return c.JSON(status, memberJSON(entry.User.Person()))
	}
	return seeOther(c, localPath(in["next"]))
}

// POST /logout: ends the session that asks, and its streams.
func (s *Server) logOut(c echo.Context, v visitor) error {
	if err := s.Chat.Revoke(c.Request().Context(), v.ID, v.session.ID); err != nil {
		return err
	}
	s.setCookie(c, "chat_session", "")
	return done(c, "/login")
}

// GET /session: 204 with a session, 401 without. A page whose stream was closed asks here why.
func (s *Server) checkSession(c echo.Context, _ visitor) error {
	return c.NoContent(http.StatusNoContent)
}

// GET /me: who asks.
func (s *Server) showMe(c echo.Context, v visitor) error {
	return c.JSON(http.StatusOK, memberJSON(v.Person()))
}
