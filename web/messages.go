package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/web/view"
)

// POST /rooms/:id/messages: body, and optionally the message's id, so that sending it again is safe, and
// reply_to, the id of the message that it answers.
func (s *Server) postMessage(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	m, again, err := s.post(c, v, id, in)
	switch chat.KindOf(err) {
	case chat.Invalid, chat.Conflict, chat.TooMany: // the text must not be lost
		if !wantsJSON(c) {
			return s.showRoomWith(c, v, draft{Body: in["body"], ID: in["id"], ReplyTo: in["reply_to"], Problem: err})
		}
	}
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
	}
	return s.tellMessage(c, status, m)
}

func (s *Server) post(c echo.Context, v visitor, room chat.RoomID, in input) (chat.Message, bool, error) {
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return chat.Message{}, false, err
	}
	return s.Chat.Post(c.Request().Context(), v.ID, room, chat.Draft{ID: in["id"], Body: in["body"], ReplyTo: in["reply_to"]})
}

// GET /messages/:id: what can be done with the message; JSON: the message.
func (s *Server) showMessage(c echo.Context, v visitor) error {
	id, err := messageID(c)
	if err != nil {
		return err
	}
	m, err := s.Chat.Message(c.Request().Context(), v.ID, id)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, messageJSON(m))
	}
	if m.Deleted() {
		return seeOther(c, roomURL(m.RoomID)+"?around="+string(m.ID)+"#message-"+string(m.ID))
	}
	return s.messagePage(c, v, m, m.Body, nil)
}

// PATCH /messages/:id: body.
func (s *Server) editMessage(c echo.Context, v visitor) error {
	id, err := messageID(c)
	if err != nil {
		return err
	}
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	ctx := c.Request().Context()
	m, err := s.Chat.Edit(ctx, v.ID, id, in["body"])
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		current, problem := s.Chat.Message(ctx, v.ID, id)
		if problem != nil {
			return problem
		}
		return s.messagePage(c, v, current, in["body"], err)
	}
	if err != nil {
		return err
	}
	return s.tellMessage(c, http.StatusOK, m)
}

// DELETE /messages/:id
func (s *Server) deleteMessage(c echo.Context, v visitor) error {
	id, err := messageID(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	m, err := s.Chat.Delete(c.Request().Context(), v.ID, id)
	if err != nil {
		return err
	}
	return s.tellMessage(c, http.StatusOK, m)
}

// POST /messages/:id/reactions: emoji, and state, which is on or off, so that doing it again is harmless.
func (s *Server) react(c echo.Context, v visitor) error {
	id, err := messageID(c)
	if err != nil {
		return err
	}
	in, err := readInput(c)
	if err != nil {
		return err
	}
	on, err := in.on("state")
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	m, err := s.Chat.React(c.Request().Context(), v.ID, id, in["emoji"], on)
	if err != nil {
		return err
	}
	if wantsTurbo(c) {
		return show(c, http.StatusOK, turboType+"; charset=utf-8", view.StreamReactions(reactionChange(m.RoomRev, m)))
	}
	return s.tellMessage(c, http.StatusOK, m)
}

// tellMessage answers with the message as it is now: what everybody's stream is told, too.
func (s *Server) tellMessage(c echo.Context, status int, m chat.Message) error {
	switch {
	case wantsTurbo(c):
		return s.messageFragment(c, status, m)
	case wantsJSON(c):
		return c.JSON(status, receiptJSON(m))
	}
	return seeOther(c, roomURL(m.RoomID)+"#message-"+string(m.ID))
}
