package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// failure is an error as its answer tells it.
type failure struct {
	status  int
	kind    chat.ErrorKind
	field   string
	message string
	after   time.Duration // when trying again may help; 0: never
}

var statuses = map[chat.ErrorKind]int{
	chat.Invalid:         http.StatusUnprocessableEntity,
	chat.Unauthenticated: http.StatusUnauthorized,
	chat.Forbidden:       http.StatusForbidden,
	chat.NotFound:        http.StatusNotFound,
	chat.Conflict:        http.StatusConflict,
	chat.TooMany:         http.StatusTooManyRequests,
	chat.TooLarge:        http.StatusRequestEntityTooLarge,
	chat.Unavailable:     http.StatusServiceUnavailable,
	chat.Unknown:         http.StatusServiceUnavailable,
}

// internal is the kind that a program is told of an error that is our fault.
const internal chat.ErrorKind = "internal"

// describe decides what an error is to the outside. Whatever the domain does not call by a kind is our
// fault, and its text is for the log only.
func describe(err error) failure {
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return describeHTTP(e.Code)
	}
	e, ok := errors.AsType[*chat.Error](err)
	status := http.StatusInternalServerError
	if ok {
		status = statuses[e.Kind]
	}
	if !ok || status == 0 {
		return failure{http.StatusInternalServerError, internal, "", "Something went wrong here. It is not your fault, and has been noted.", 0}
	}
	f := failure{status, e.Kind, e.Field, e.Message, 0}
	if status == http.StatusServiceUnavailable {
		f.after = 2 * time.Second
	}
	if after, ok := errors.AsType[tryAfter](err); ok {
		f.after = time.Duration(after)
	}
	return f
}

// describeHTTP is about what Echo and the body readers refuse.
func describeHTTP(status int) failure {
	switch status {
	case http.StatusNotFound:
		return failure{status, chat.NotFound, "", chat.ErrNotFound.Message, 0}
	case http.StatusMethodNotAllowed:
		return failure{status, "method_not_allowed", "", "This cannot be done at this address.", 0}
	case http.StatusUnsupportedMediaType:
		return failure{status, "unsupported_media_type", "", "Send a form or JSON.", 0}
	case http.StatusRequestTimeout:
		return failure{status, "timeout", "", "The request took too long to arrive.", 0}
	}
	return failure{http.StatusInternalServerError, internal, "", "Something went wrong here. It is not your fault, and has been noted.", 0}
}

// tryAfter is the cause of a TooMany error: when there will be room again.
type tryAfter time.Duration

func (t tryAfter) Error() string { return "not before " + time.Duration(t).String() }

// fail is the one door through which errors become answers. The log line is observe's.
func (s *Server) fail(c echo.Context, err error) {
	if c.Response().Committed {
		return
	}
	f := describe(err)
	sayWhen(c, f)
	var answering error
	switch {
	case wantsJSON(c), isProbe(c.Request().URL.Path):
		answering = c.JSON(f.status, errorJSON(f))
	case f.kind == chat.Unauthenticated && !hasBearer(c.Request()):
		answering = seeOther(c, loginURL(c.Request()))
	default:
		answering = s.errorPage(c, f)
	}
	if answering != nil {
		if c.Request().Context().Err() != nil {
			return // the client left: there is nobody to be told
		}
		s.Log.Error("an error could not be told", "request", requestID(c), "err", answering)
		if !c.Response().Committed {
			_ = c.String(http.StatusInternalServerError, "Something went wrong here.\n") // the last resort
		}
	}
}

// isProbe is about addresses where only programs ask.
func isProbe(path string) bool {
	switch path {
	case "/session", "/me", broadcastPath, notifyPath, presencePath, pushPath, "/push/key", "/livez", "/readyz", "/metrics":
		return true
	}
	return isStream(path)
}

// loginURL leads to the login page and from there back to the page that was asked for.
func loginURL(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(r.URL.RequestURI())
}
