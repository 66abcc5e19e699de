package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// visitor is who makes a request.
type visitor struct {
	chat.User
	session chat.Session
}

// signedIn makes a handler of one that needs to know who asks. How much somebody changes is limited.
func (s *Server) signedIn(handle func(echo.Context, visitor) error) echo.HandlerFunc {
	return s.leaving(func(c echo.Context, v visitor) error {
		if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead {
			if err := s.limits.writes.take(string(v.ID)); err != nil {
				return err
			}
		}
		return handle(c, v)
	})
}

// leaving is signedIn without that limit, for what ends sessions: one of them may be what uses the limit up.
func (s *Server) leaving(handle func(echo.Context, visitor) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := s.visitor(c)
		if err != nil {
			return err
		}
		return handle(c, v)
	}
}

// visitor finds who asks. Unauthenticated if nobody is signed in.
func (s *Server) visitor(c echo.Context) (visitor, error) {
	session, user, err := s.Chat.Authenticate(c.Request().Context(), s.secret(c.Request()))
	if chat.KindOf(err) == chat.Unauthenticated && hasBearer(c.Request()) {
		return visitor{}, errToken
	}
	if err != nil {
		return visitor{}, err
	}
	return visitor{user, session}, nil
}

// maxSecret is more than any secret of ours has; a longer one is not worth hashing.
const maxSecret = 100

// secret is what the request proves its session with: a bearer token, or else the cookie. "" if none.
func (s *Server) secret(r *http.Request) string {
	secret := bearer(r)
	if !hasBearer(r) {
		if cookie, err := r.Cookie(s.cookieName("chat_session", r)); err == nil {
			secret = cookie.Value
		}
	}
	if len(secret) > maxSecret {
		return ""
	}
	return secret
}

// errToken is for programs, which are never led to the login page.
var errToken = &chat.Error{Kind: chat.Unauthenticated, Message: "This token is not valid."}

// hasBearer says whether the request brings a token, whatever it is worth.
func hasBearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer")
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// cookieName has the prefix that ties a cookie to exactly this host, where browsers allow it: on TLS.
func (s *Server) cookieName(name string, r *http.Request) string {
	if s.isTLS(r) {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie that scripts cannot read and other sites cannot send along. An empty value
// removes it.
func (s *Server) setCookie(c echo.Context, name, value string) {
	cookie := &http.Cookie{
		Name:     s.cookieName(name, c.Request()),
		Value:    value,
		Path:     "/",
		MaxAge:   int(chat.SessionMax.Seconds()), // when a session ends, the server decides
		Secure:   s.isTLS(c.Request()),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

// begin gives the browser its new session. The one it had before ends: whoever planted or stole it
// has nothing.
func (s *Server) begin(c echo.Context, entry chat.Entry) {
	if old, err := s.visitor(c); err == nil && old.session.Kind == chat.BrowserSession {
		if err := s.Chat.Revoke(c.Request().Context(), old.ID, old.session.ID); err != nil {
			s.Log.Warn("the previous session of a browser could not be ended", "request", requestID(c), "err", err)
		}
	}
	s.setCookie(c, "chat_session", entry.Secret)
}

// sessionLabel is what the settings page calls a session: what the browser calls itself.
func sessionLabel(r *http.Request) string {
	label := []rune(strings.ToValidUTF8(r.UserAgent(), ""))
	return string(label[:min(len(label), 200)])
}

// localPath is next if it leads to a page of ours, else "/". Browsers take \ for / and drop control
// characters, so neither may be in it.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.Contains(next, `\`) || strings.ContainsFunc(next, unicode.IsControl) {
		return "/"
	}
	return next
}
