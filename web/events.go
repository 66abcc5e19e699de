package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// awayRetry is when a stream that could not be opened is tried again.
const awayRetry = 3 * time.Second

// GET /events (cursor, format): the user's one stream, of everything that concerns them.
func (s *Server) events(c echo.Context) error {
	var who chat.Opening
	stream, err := s.openStream(c, func(o chat.Opening) sse.Opening {
		who = o
		return s.openingOf(c, o)
	})
	if err != nil {
		return err
	}
	if who.Session.Kind == chat.BrowserSession { // a program that listens is nobody who is there
		defer s.Presence.Enter(string(who.User.ID), string(who.Session.ID))()
	}
	return stream.Serve(responseOf(c), c.Request())
}

// responseOf is the response for a stream. Echo's own drops the error of a flush, and with it the news that
// the reader is gone.
func responseOf(c echo.Context) http.ResponseWriter { return streamed{c.Response()} }

type streamed struct{ *echo.Response }

// FlushError is what http.ResponseController looks for.
func (s streamed) FlushError() error { return http.NewResponseController(s.Writer).Flush() }

// streaming makes a handler of one that answers with a stream.
//
// Passing trouble is never a status other than 200, since that would close an EventSource for good: the
// answer is a stream that ends, and says when to come back. 204 means that nobody is signed in and
// there is no point in coming back; only a bearer token, which no browser sends, gets a 401.
func (s *Server) streaming(serve echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := serve(c)
		switch {
		case err == nil, c.Request().Context().Err() != nil && !c.Response().Committed:
			return nil // the reader left
		case errors.Is(err, sse.ErrGone):
			s.Log.Debug("a stream was cut", "request", requestID(c), "err", err)
			return nil
		case c.Response().Committed:
			s.Log.Error("a stream broke off; its reader will come back", "request", requestID(c), "err", err)
			return nil
		case chat.KindOf(err) == chat.Unauthenticated && !hasBearer(c.Request()):
			return c.NoContent(http.StatusNoContent)
		case describe(err).status < http.StatusInternalServerError:
			return err
		case errors.Is(err, sse.ErrDraining):
			return sse.Answer(responseOf(c), awayRetry, sse.Event{Name: "bye", Data: sse.ByeDrain})
		}
		s.Log.Warn("a stream cannot be opened; its reader will come back", "request", requestID(c), "err", err)
		return sse.Answer(responseOf(c), awayRetry)
	}
}

// openTries is how often an opening is read again because this server's feed was ahead of it, or behind
// it by an epoch.
const openTries = 3

// openStream opens a stream: what the user may see is read in one snapshot, and taken from there to where
// this server is.
func (s *Server) openStream(c echo.Context, opening func(chat.Opening) sse.Opening) (*sse.Stream, error) {
	ctx := c.Request().Context()
	for try := 1; ; try++ {
		o, err := s.Chat.Opening(ctx, s.secret(c.Request()))
		if chat.KindOf(err) == chat.Unauthenticated && hasBearer(c.Request()) {
			return nil, errToken
		}
		if err != nil {
			return nil, err
		}
		stream, err := s.Engine.Open(opening(o))
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

// openingFor is what every stream of a session starts from.
func (s *Server) openingFor(c echo.Context, o chat.Opening, kind string) sse.Opening {
	return sse.Opening{
		Label:   o.User.Name,
		Owner:   userKey(o.User.ID),
		Keys:    map[sse.StreamKey]int64{},
		Groups:  s.groups(c.Request(), o, kind),
		Now:     sse.Position(o.Head),
		Expires: time.Now().Add(o.Session.ExpiresAt.Sub(o.Now)), // clocks need not agree
	}
}

// detachedFor is the start of a stream of a session that is told only what is broadcast to the keys.
func (s *Server) detachedFor(c echo.Context, o chat.Opening, keys ...sse.StreamKey) sse.Opening {
	opening := s.openingFor(c, o, asideStream)
	opening.Detached = true
	for _, key := range keys {
		opening.Keys[key] = 0
	}
	return opening
}

// openingOf translates what the store read into what the engine needs. The header wins over the query: a
// browser keeps the address of its first connection and adds the newer header when it comes back.
func (s *Server) openingOf(c echo.Context, o chat.Opening) sse.Opening {
	opening := s.openingFor(c, o, chatStream)
	opening.Format = formatHTML
	if format := c.QueryParam("format"); format == formatJSON || format == "" && accepts(c, "application/json") {
		opening.Format = formatJSON
	}
	keysOf(o, opening.Keys)
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

// keysOf adds what a stream of somebody's is told beside what concerns them alone.
func keysOf(o chat.Opening, keys map[sse.StreamKey]int64) {
	for _, m := range o.Members {
		keys[roomKey(m.RoomID)] = m.JoinedID
	}
	for _, audience := range chat.Audiences() {
		if o.User.Role.BelongsTo(audience) {
			keys[userKey(audience)] = 0
		}
	}
}

// TellTyping tells a room, on every server, that somebody is typing.
func (s *Server) TellTyping(ctx context.Context, room chat.RoomID, who chat.Person) error {
	return s.Engine.BroadcastAs(ctx, roomKey(room), typingEvent(room, who))
}
