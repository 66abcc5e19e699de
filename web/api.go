package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

var errAdministrators = &chat.Error{Kind: chat.Forbidden, Message: "Only an administrator may broadcast: use an administrator's token."}

// POST /api/broadcast: key, data, and optionally event and id. Administrators only. It tells whoever has the
// key's streams open now, on every server; nothing is stored.
func (s *Server) broadcastEvent(c echo.Context, v visitor) error {
	if v.Role != chat.Administrator {
		return errAdministrators
	}
	in, err := readInput(c)
	if err != nil {
		return err
	}
	key, event, err := broadcastOf(in)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	if err := s.Engine.Broadcast(c.Request().Context(), key, event); err != nil {
		return halfHeard(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// halfHeard is the error of a broadcast that the bus did not take.
func halfHeard(err error) error {
	return &chat.Error{
		Kind:    chat.Unavailable,
		Message: "The readers on this server have it, but it could not be handed to the other servers: theirs may not.",
		Err:     err,
	}
}

// broadcastOf reads what is to be broadcast. An event that it accepts can be written.
func broadcastOf(in input) (sse.StreamKey, sse.Event, error) {
	event := sse.Event{ID: in["id"], Name: in["event"], Data: in["data"]}
	key, err := sse.ParseKey(in["key"])
	if err != nil {
		return "", event, invalid("key", "A key is parts joined by colons, such as room:general. No part is empty; within a part, % is written %25 and : is written %3A.")
	}
	switch _, err := event.Encode(); {
	case errors.Is(err, sse.ErrID):
		return "", event, invalid("id", "An event's id must not contain a line break.")
	case errors.Is(err, sse.ErrName):
		return "", event, invalid("event", "An event's name must not contain a line break.")
	case err != nil:
		return "", event, err
	}
	return key, event, nil
}
