package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// Streams are all that pages of other origins may read, and only pages of origins that the installation
// allows (CHAT_ALLOWED_ORIGINS). The rules are those of the Fetch standard's CORS protocol.

var errForeign = &chat.Error{Kind: chat.Forbidden, Message: "This stream is for pages of this site only."}

// crossOrigin makes a stream's handler of one that need not care which page asks. An allowed origin is
// told so in the headers of whatever the answer is, errors too, which its page could not read otherwise.
func (s *Server) crossOrigin(handle echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.admitOrigin(c); err != nil {
			return err
		}
		return handle(c)
	}
}

// admitOrigin turns away a stream that another site's page asks for: with the cookie it would read
// along. Browsers say where a request comes from in Sec-Fetch-Site, or at least in Origin; programs
// say nothing. Origins that the installation allows get in, and are told so.
func (s *Server) admitOrigin(c echo.Context) error {
	r := c.Request()
	origin := r.Header.Get("Origin")
	if s.isAllowed(origin) {
		h := c.Response().Header()
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Add("Vary", "Origin")
		return nil
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "same-origin", site == "none", site == "" && (origin == "" || s.isOurs(origin, r)):
		return nil
	}
	return errForeign
}

// isAllowed says whether the installation names the origin. The origin null is nobody's in particular (a
// sandboxed frame, a file), so it is never allowed.
func (s *Server) isAllowed(origin string) bool {
	return origin != "" && origin != "null" &&
		slices.ContainsFunc(s.AllowedOrigins, func(allowed string) bool { return strings.EqualFold(allowed, origin) })
}

func (s *Server) isOurs(origin string, r *http.Request) bool {
	u, err := url.Parse(origin)
	return err == nil && (strings.EqualFold(u.Host, r.Host) || s.PublicURL != nil && strings.EqualFold(u.Host, s.PublicURL.Host))
}

// streamHeaders are what a page's script may send beyond what every page may: a token, its cursor, and
// what fetch adds for a stream.
var streamHeaders = []string{"Authorization", "Last-Event-ID", "Cache-Control"}

// preflightAge is how long a browser may remember a preflight's answer, in seconds. Chromium takes no more.
const preflightAge = "7200"

// preflight answers a browser that asks before it opens a stream for a page of another origin.
func (s *Server) preflight(c echo.Context) error {
	if err := s.admitOrigin(c); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Allow", "OPTIONS, GET")
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", http.MethodGet)
		if headers := allowedHeaders(c.Request()); headers != "" {
			h.Set("Access-Control-Allow-Headers", headers)
		}
		h.Set("Access-Control-Max-Age", preflightAge)
		h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	}
	return c.NoContent(http.StatusNoContent)
}

// allowedHeaders are those of the headers asked for that a stream takes.
func allowedHeaders(r *http.Request) string {
	var asked []string
	for _, line := range r.Header.Values("Access-Control-Request-Headers") {
		for name := range strings.SplitSeq(line, ",") {
			asked = append(asked, strings.TrimSpace(name))
		}
	}
	return strings.Join(slices.DeleteFunc(slices.Clone(streamHeaders), func(header string) bool {
		return !slices.ContainsFunc(asked, func(name string) bool { return strings.EqualFold(name, header) })
	}), ", ")
}
