package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// What a request's body may cost. The longest message there is, 8,000 emoji, has 96 kB once a form
// has escaped it.
const (
	maxBody   = 128 << 10
	maxUpload = maxPicture + 64<<10 // with what a form adds
	bodyTime  = 20 * time.Second
)

var (
	errTooLarge     = &chat.Error{Kind: chat.TooLarge, Message: "This is more than can be sent at once."}
	errPictureLarge = &chat.Error{Kind: chat.TooLarge, Field: "picture", Message: "A picture can have at most 5 MB."}
)

// bodyLimit is how many bytes a body may have, and what is said of more.
func bodyLimit(path string) (int64, error) {
	if path == avatarPath {
		return maxUpload, errPictureLarge
	}
	return maxBody, errTooLarge
}

// boundBody bounds the size of a body, unread if its length is known, and the time it takes to come.
func (s *Server) boundBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength == 0 {
			return next(c)
		}
		limit, problem := bodyLimit(r.URL.Path)
		if r.ContentLength > limit {
			c.Response().Header().Set("Connection", "close")
			return problem
		}
		r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, limit)
		// It is never lifted: the server reads what a handler left unread, and sets its own for the next
		// request. Only the writers of tests know no deadlines.
		_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(bodyTime))
		return next(c)
	}
}

// overrideMethod lets a form, which knows only GET and POST, reach PATCH and DELETE.
func overrideMethod(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method != http.MethodPost || !hasForm(r) {
			return next(c)
		}
		if err := parseForm(r); err != nil {
			return err
		}
		switch method := strings.ToUpper(r.PostForm.Get("_method")); method {
		case http.MethodPatch, http.MethodDelete:
			r.Method = method
		}
		return next(c)
	}
}
