// Package web is everything a browser touches: routes, sessions, pages, and the stream. It turns
// requests into calls of chat.Chat and answers into HTML for people or JSON for programs; it decides
// nothing about chat itself. Echo stays behind it.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
	"example.com/chat/internal/sse"
	"example.com/chat/web/patterns"
)

// Config is what a Server is made of. Chat, Cursors, Engine, Presence and Log must be set.
type Config struct {
	Chat     *chat.Chat
	Cursors  *chat.Cursors
	Engine   *sse.Engine
	Presence *presence.Tracker
	Log      *slog.Logger

	PushKey      string // that browsers subscribe to Web Push with; "" if there is none
	PushHere     bool   // somebody on this machine may name a push service on it
	PushAnywhere bool   // and anybody may

	PublicURL      *url.URL       // how the installation is reached; nil: as each request says
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto count
	AllowedOrigins []string       // other origins that may open a stream, such as https://app.example.com
	RateLimit      bool           // false lifts every limit per person, session and address
	Queue          patterns.Queue // of the gallery; nil: one in this process

	Health func(context.Context) Health // for /readyz; nil: everything is fine
	Gauges []Gauge                      // for /metrics
}

// Server answers requests. All of its state that matters is in the database.
type Server struct {
	Config
	echo    *echo.Echo
	limits  limits
	metrics *metrics
	origins *http.CrossOriginProtection
	address echo.IPExtractor
	gallery *patterns.Gallery
	drawing chan struct{} // holds whoever redraws a picture
}

// New makes a server. It panics if the public URL is not one: the caller checked it.
func New(cfg Config) *Server {
	s := &Server{
		Config:  cfg,
		echo:    echo.New(),
		limits:  newLimits(cfg.RateLimit),
		metrics: newMetrics(cfg.Gauges),
		origins: newOrigins(cfg.PublicURL),
		address: newAddress(cfg.TrustedProxies),
		gallery: &patterns.Gallery{Engine: cfg.Engine, Queue: cfg.Queue},
		drawing: make(chan struct{}, 1),
	}
	if cfg.Queue == nil {
		s.gallery.Queue = patterns.NewMemory()
	}
	s.echo.HideBanner = true
	s.echo.Logger.SetOutput(io.Discard) // what Echo would say is in our own log
	s.echo.IPExtractor = s.address
	s.echo.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c, err) }
	s.echo.Pre(s.observe, s.secure, s.slowDown, s.sameOrigin, s.boundBody, overrideMethod)
	for _, r := range s.routes() {
		s.add(r)
	}
	return s
}

// add adds a route, and what comes with each page (HEAD) and each stream (CORS).
func (s *Server) add(r route) {
	switch {
	case isStream(r.path):
		r.handle = s.crossOrigin(r.handle)
		s.echo.OPTIONS(r.path, s.preflight)
	case r.method == http.MethodGet:
		s.echo.HEAD(r.path, r.handle)
	}
	s.echo.Add(r.method, r.path, r.handle)
	s.metrics.know(r.path)
}

// Handler is the whole application, its protections included.
func (s *Server) Handler() http.Handler { return s.echo }
