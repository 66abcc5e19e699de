package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/web/view"
)

// GET /notifications (filter: unread or mentions; before): what concerns the viewer, the newest first. JSON: a
// list; where the older ones are, the header Link tells (rel="next").
func (s *Server) listNotifications(c echo.Context, v visitor) error {
	ctx := c.Request().Context()
	filter := chat.NotificationFilter(c.QueryParam("filter"))
	before, err := s.notificationsBefore(c)
	if err != nil {
		return err
	}
	page, err := s.around(c, v)
	if err != nil {
		return err
	}
	list, err := s.Chat.Notifications(ctx, v.ID, filter, before)
	if err != nil {
		return err
	}
	older := ""
	if n := len(list.Notifications); list.More && n > 0 {
		older = "/notifications?filter=" + string(filter) + "&before=" + s.Cursors.Encode(chat.Position{ID: list.Notifications[n-1].EventID})
		c.Response().Header().Set("Link", "<"+older+`>; rel="next"`)
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, each(list.Notifications, notificationJSON))
	}
	return showHTML(c, http.StatusOK, view.Notifications(view.NotificationsPage{
		Frame: s.frame(page), Notifications: list.Notifications, Filter: filter, Older: older,
	}))
}

// notificationsBefore reads where a page of notifications ends. Ids of events never leave the server, so it is a
// cursor.
func (s *Server) notificationsBefore(c echo.Context) (int64, error) {
	text := c.QueryParam("before")
	if text == "" {
		return 0, nil
	}
	at, ok := s.Cursors.Decode(text)
	if !ok {
		return 0, chat.ErrNotFound
	}
	return at.ID, nil
}

// POST /notifications/:id/read
func (s *Server) readNotification(c echo.Context, v visitor) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Chat.ReadNotification(c.Request().Context(), v.ID, chat.NotificationID(id)); err != nil {
		return err
	}
	return done(c, "/notifications")
}

// POST /notifications/read: all of them.
func (s *Server) readNotifications(c echo.Context, v visitor) error {
	if err := s.Chat.ReadNotifications(c.Request().Context(), v.ID); err != nil {
		return err
	}
	return done(c, "/notifications")
}

// POST /api/notify: user (an id or a name), text. An administrator's program may notify anybody, others'
// those whose they are.
func (s *Server) notify(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	if err := s.Chat.Notify(c.Request().Context(), v.ID, in["user"], in["text"]); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
