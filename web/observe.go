package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// observe is the outermost layer: it numbers the request, turns what went wrong into an answer, and
// writes the one line that the log gets of it.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begin := time.Now()
		c.Response().Header().Set(echo.HeaderXRequestID, rand.Text()[:16])
		err := guard(next, c)
		if err != nil {
			s.fail(c, err)
		}
		s.metrics.observe(c, time.Since(begin))
		s.logRequest(c, time.Since(begin), err)
		if p, ok := errors.AsType[*panicked](err); ok && p.begun {
			panic(http.ErrAbortHandler) // the client must see that the answer is not whole
		}
		return nil
	}
}

// panicked is a fault of the program, caught.
type panicked struct {
	value any
	stack []byte
	begun bool // the answer had begun
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func guard(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		switch value := recover(); value {
		case nil:
		case http.ErrAbortHandler: // the usual way to hang up
			panic(value)
		default:
			err = &panicked{value, debug.Stack(), c.Response().Committed}
		}
	}()
	return next(c)
}

// logRequest never writes a query, a body, a cookie, a token or the secret of an invitation.
func (s *Server) logRequest(c echo.Context, took time.Duration, err error) {
	r, status := c.Request(), c.Response().Status
	level := slog.LevelInfo
	switch {
	case r.Context().Err() != nil: // the client left; what it would have been told is nobody's trouble
		level = slog.LevelDebug
	case status >= 500:
		level = slog.LevelError
	case isBackground(r):
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", loggedPath(r)),
		slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("bytes", c.Response().Size),
		slog.String("from", c.RealIP()),
		slog.String("request", requestID(c)),
	}
	if err != nil && status >= 400 {
		attrs = append(attrs, slog.Any("err", err))
	}
	if p, ok := errors.AsType[*panicked](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// loggedPath is the path of a request; of one with the secret of an invitation, whatever became of it, the route.
func loggedPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, joinPath) {
		return invitationPath
	}
	return r.URL.Path
}

// isBackground is about what machines ask for, over and over.
func isBackground(r *http.Request) bool {
	path := r.URL.Path
	if r.Method == http.MethodPost {
		return false
	}
	switch path {
	case "/livez", "/readyz", "/metrics":
		return true
	}
	return isStream(path) || strings.HasPrefix(path, staticPath)
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }
