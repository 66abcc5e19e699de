package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// POST /rooms/:id/join
func (s *Server) joinRoom(c echo.Context, v visitor) error {
	id, err := roomID(c)
	if err != nil {
		return err
	}
	if err := s.Chat.Join(c.Request().Context(), v.ID, id); err != nil {
		return err
	}
	return done(c, roomURL(id))
}

// POST /rooms/:id/leave
func (s *Server) leaveRoom(c echo.Context, v visitor) error {
	id, err := roomID(c)
	if err != nil {
		return err
	}
	if err := s.Chat.Leave(c.Request().Context(), v.ID, id); err != nil {
		return err
	}
	return done(c, "/rooms")
}

// POST /rooms/:id/members: user, an id or a name.
func (s *Server) addMember(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	err = s.Chat.AddMember(c.Request().Context(), v.ID, id, in["user"])
	return s.changed(c, v, err, draft{Member: in["user"]})
}

// DELETE /rooms/:id/members/:user
func (s *Server) removeMember(c echo.Context, v visitor) error {
	id, err := roomID(c)
	if err != nil {
		return err
	}
	user, err := pathID(c, "user")
	if err != nil {
		return err
	}
	err = s.Chat.RemoveMember(c.Request().Context(), v.ID, id, chat.UserID(user))
	return s.changed(c, v, err, draft{})
}

// POST /rooms/:id/read: seq, up to which message; without it everything.
func (s *Server) markRead(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	seq := int64(-1)
	if in["seq"] != "" {
		if seq, err = in.number("seq"); err != nil {
			return err
		}
		seq = max(seq, 0)
	}
	if err := s.Chat.MarkRead(c.Request().Context(), v.ID, id, seq); err != nil {
		return err
	}
	return done(c, roomURL(id))
}

// POST /rooms/:id/typing: the others in the room are told, now or never.
func (s *Server) tellTyping(c echo.Context, v visitor) error {
	id, err := roomID(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.Chat.MayType(ctx, v.ID, id); err != nil {
		return err
	}
	go func() { // nobody waits for a bus that hangs
		if err := s.TellTyping(context.WithoutCancel(ctx), id, v.Person()); err != nil {
			s.Log.Debug("typing could not be told to every server", "err", err)
		}
	}()
	return c.NoContent(http.StatusNoContent)
}
