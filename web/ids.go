package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

func pageQuery(c echo.Context) (q chat.PageQuery, err error) {
	if q.Room, err = roomID(c); err != nil {
		return q, err
	}
	if q.Before, err = anchor(c, "before"); err != nil {
		return q, err
	}
	q.Around, err = anchor(c, "around")
	if q.Around != (chat.Anchor{}) {
		q.Before = chat.Anchor{}
	}
	return q, err
}

// anchor reads a message's id or number from the query.
func anchor(c echo.Context, name string) (chat.Anchor, error) {
	text := c.QueryParam(name)
	if text == "" {
		return chat.Anchor{}, nil
	}
	if seq, err := strconv.ParseInt(text, 10, 64); err == nil && seq > 0 {
		return chat.Anchor{Seq: seq}, nil
	}
	id, err := chat.ParseMessageID(text)
	if err != nil {
		return chat.Anchor{}, chat.ErrNotFound
	}
	return chat.Anchor{ID: id}, nil
}

// roomID is the room of the path. What cannot be an id is not looked for.
func roomID(c echo.Context) (chat.RoomID, error) {
	id, err := pathID(c, "id")
	return chat.RoomID(id), err
}

func pathID(c echo.Context, name string) (string, error) {
	id := c.Param(name)
	if id == "" || len(id) > 64 {
		return "", chat.ErrNotFound
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
			return "", chat.ErrNotFound
		}
	}
	return id, nil
}

// messageID is the message of the path.
func messageID(c echo.Context) (chat.MessageID, error) {
	id, err := chat.ParseMessageID(c.Param("id"))
	if err != nil {
		return "", chat.ErrNotFound
	}
	return id, nil
}
