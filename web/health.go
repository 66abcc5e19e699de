package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Health is the state of what the server stands on: "ok", or a word or two about what is wrong.
type Health struct {
	Store    string `json:"store"`
	Bus      string `json:"bus"`
	Feed     string `json:"feed"`
	Draining bool   `json:"-"` // the server is about to stop
}

// OK is the state of a part that works.
const OK = "ok"

// status says whether requests are welcome, and in one word why (not). Without the bus everything
// works, more slowly.
func (h Health) status() (ready bool, word string) {
	switch {
	case h.Draining:
		return false, "draining"
	case h.Store != OK || h.Feed != OK:
		return false, "unavailable"
	case h.Bus != OK:
		return true, "degraded"
	}
	return true, OK
}

// GET /livez: the process answers.
func (s *Server) showLive(c echo.Context) error { return c.String(http.StatusOK, "ok") }

// GET /readyz: the process can serve, or what keeps it from that.
func (s *Server) showReady(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer cancel()
	health := Health{Store: OK, Bus: OK, Feed: OK}
	if s.Health != nil {
		health = s.Health(ctx)
	}
	ready, word := health.status()
	code := http.StatusOK
	if !ready {
		code = http.StatusServiceUnavailable
	}
	return c.JSON(code, struct {
		Status string `json:"status"`
		Health
	}{word, health})
}
