package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// POST /rooms/:id/level: level, which is everything, mentions or nothing.
func (s *Server) setLevel(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	err = s.Chat.SetLevel(c.Request().Context(), v.ID, id, chat.Level(in["level"]))
	return s.changed(c, v, err, draft{})
}

// POST /rooms/:id/mute: until, a moment (RFC 3339) or how long (30m, 1h, 7d); empty or off ends it.
func (s *Server) muteRoom(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	until, err := parseUntil("until", in["until"])
	if err == nil {
		err = s.Chat.Mute(c.Request().Context(), v.ID, id, until)
	}
	return s.changed(c, v, err, draft{})
}

// parseUntil reads a moment, or how long it is until then; the zero time for none.
func parseUntil(field, text string) (time.Time, error) {
	if text == "" || text == "off" {
		return time.Time{}, nil
	}
	if d, ok := parseSpan(text); ok && d > 0 && d <= 366*24*time.Hour {
		return time.Now().Add(d), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Year() < 2000 || at.Year() > 9000 {
		return time.Time{}, invalid(field, "This must be a moment, such as 2026-11-21T08:00:00Z, or how long, such as 1h.")
	}
	return at, nil
}

// parseSpan reads how long something is: 30m, 1h, 7d.
func parseSpan(text string) (time.Duration, bool) {
	if days, found := strings.CutSuffix(text, "d"); found {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err == nil
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

// POST /rooms/:id/unread: message, the first that is to be unread.
func (s *Server) markUnread(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	message, err := chat.ParseMessageID(in["message"])
	if err != nil {
		return invalid("message", "Name the message by its id.")
	}
	if err := s.Chat.MarkUnread(c.Request().Context(), v.ID, id, message); err != nil {
		return err
	}
	return done(c, "/rooms")
}
