package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// settingsForm is what somebody has typed on the settings page, what was wrong with it, and what came
// of it: the secret of a new token, which is shown this once.
type settingsForm struct {
	Label   string
	Secret  string
	Typed   input // into the forms about the person
	Problem error
}

// GET /settings: one's sessions, tokens and password.
func (s *Server) showSettings(c echo.Context, v visitor) error {
	return s.showSettingsWith(c, v, settingsForm{})
}

func (s *Server) showSettingsWith(c echo.Context, v visitor, form settingsForm) error {
	ctx := c.Request().Context()
	page, err := s.around(c, v)
	if err != nil {
		return err
	}
	sessions, err := s.Chat.Sessions(ctx, v.ID)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, settingsJSON(v, sessions))
	}
	if _, v.User, err = s.Chat.Authenticate(ctx, s.secret(c.Request())); err != nil { // v was read before the page
		return err
	}
	return s.settingsPage(c, v, page, sessions, form)
}

// POST /settings/password: current, password. Every session ends, and this browser gets a new one.
func (s *Server) changePassword(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.loginsByName.take(v.NameKey); err != nil {
		return err
	}
	r := c.Request()
	entry, err := s.Chat.ChangePassword(r.Context(), v.User, in["current"], in["password"], sessionLabel(r))
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showSettingsWith(c, v, settingsForm{Problem: err})
	}
	if err != nil {
		return err
	}
	s.setCookie(c, "chat_session", entry.Secret)
	return done(c, "/settings")
}

// POST /settings/tokens: label.
func (s *Server) createToken(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	entry, err := s.Chat.NewToken(c.Request().Context(), v.session, in["label"])
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showSettingsWith(c, v, settingsForm{Label: in["label"], Problem: err})
	}
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusCreated, jsonToken{entry.Session.ID, entry.Session.Label, entry.Secret})
	}
	return s.showSettingsWith(c, v, settingsForm{Secret: entry.Secret})
}

// POST /settings/sessions/:id/revoke: ends a session or a token, and its streams.
func (s *Server) revokeSession(c echo.Context, v visitor) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Chat.Revoke(c.Request().Context(), v.ID, chat.SessionID(id)); err != nil {
		return err
	}
	return done(c, "/settings")
}
