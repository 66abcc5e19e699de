package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// awayRetry is when a stream that could not be opened is tried again.
const awayRetry = 3 * time.Second

// GET /events (cursor, format): the user's one stream, of everything that concerns them.
//
// Passing trouble is never a status other than 200, since that would close an EventSource for good: the
// answer is a stream that ends, and says when to come back. 204 means that nobody is signed in and
// there is no point in coming back; only a bearer token, which no browser sends, gets a 401.
func (s *Server) events(c echo.Context) error {
	r, w := c.Request(), c.Response()
	if err := s.admitOrigin(c); err != nil {
		return err
	}
	opening, err := s.opening(c)
	switch {
	case chat.KindOf(err) == chat.Unauthenticated && hasBearer(r):
		return errToken
	case chat.KindOf(err) == chat.Unauthenticated:
		return c.NoContent(http.StatusNoContent)
	case errors.Is(err, sse.ErrDraining):
		return sse.Answer(w, awayRetry, sse.Event{Name: "bye", Data: sse.ByeDrain})
	case err != nil:
		s.Log.Warn("a stream cannot be opened; the client will come back", "request", requestID(c), "err", err)
		return sse.Answer(w, awayRetry)
	}
	if err := opening.Serve(w, r); err != nil {
		s.Log.Debug("a stream was cut", "request", requestID(c), "err", err)
	}
	return nil
}

// openTries is how often an opening is read again because this server's feed was ahead of it, or behind
// it by an epoch.
const openTries = 3

// opening opens the stream: what the user may see is read in one snapshot, and taken from there to where
// this server is.
func (s *Server) opening(c echo.Context) (*sse.Stream, error) {
	ctx := c.Request().Context()
	for try := 1; ; try++ {
		o, err := s.Chat.Opening(ctx, s.secret(c.Request()))
		if err != nil {
			return nil, err
		}
		stream, err := s.Engine.Open(s.openingOf(c, o))
		if !errors.Is(err, sse.ErrStale) || try == openTries {
			return stream, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openingOf translates what the store read into what the engine needs. The header wins over the query: a
// browser keeps the address of its first connection and adds the newer header when it comes back.
func (s *Server) openingOf(c echo.Context, o chat.Opening) sse.Opening {
	opening := sse.Opening{
		Format:  formatHTML,
		Owner:   userKey(o.User.ID),
		Keys:    map[sse.StreamKey]int64{sessionKey(o.Session.ID): 0},
		Now:     sse.Position(o.Head),
		Expires: time.Now().Add(o.Session.ExpiresAt.Sub(o.Now)), // clocks need not agree
	}
	if format := c.QueryParam("format"); format == formatJSON || format == "" && accepts(c, "application/json") {
		opening.Format = formatJSON
	}
	for _, m := range o.Members {
		opening.Keys[roomKey(m.RoomID)] = m.JoinedID
	}
	cursor := c.Request().Header.Get("Last-Event-ID")
	if cursor == "" {
		cursor = c.QueryParam("cursor")
	}
	if cursor == "" {
		return opening
	}
	if at, ok := s.Cursors.Decode(cursor); ok {
		position := sse.Position(at)
		opening.Cursor = &position
	} else {
		opening.Reset = string(chat.ResetMalformed)
	}
	return opening
}

// admitOrigin turns away a stream that another site's page asks for: with the cookie it would read
// along. Browsers say where a request comes from in Sec-Fetch-Site, or at least in Origin; programs
// say nothing. Origins that the installation allows get in, and are told so (Fetch standard, CORS protocol).
func (s *Server) admitOrigin(c echo.Context) error {
	r := c.Request()
	origin := r.Header.Get("Origin")
	if origin != "" && slices.Contains(s.AllowedOrigins, origin) {
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
	return &chat.Error{Kind: chat.Forbidden, Message: "This stream is for pages of this site only."}
}

func (s *Server) isOurs(origin string, r *http.Request) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Host == r.Host || s.PublicURL != nil && u.Host == s.PublicURL.Host)
}

// TellTyping tells a room, on every server, that somebody is typing.
func (s *Server) TellTyping(ctx context.Context, room chat.RoomID, who chat.Person) error {
	return s.Engine.BroadcastAs(ctx, roomKey(room), typingEvent(room, who))
}
