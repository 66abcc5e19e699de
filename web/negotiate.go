package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

const turboType = "text/vnd.turbo-stream.html"

// wantsTurbo says whether the page asks for fragments to apply.
func wantsTurbo(c echo.Context) bool { return accepts(c, turboType) }

// wantsJSON says whether a program, or a page's script, asks: by Accept, or else by what it sends. Whoever
// can take HTML gets it.
func wantsJSON(c echo.Context) bool {
	switch {
	case accepts(c, "text/html"):
		return false
	case accepts(c, "application/json"):
		return true
	case wantsTurbo(c):
		return false
	}
	return bearer(c.Request()) != "" || hasJSON(c.Request())
}

func accepts(c echo.Context, mediaType string) bool {
	for _, line := range c.Request().Header.Values("Accept") {
		if strings.Contains(strings.ToLower(line), mediaType) {
			return true
		}
	}
	return false
}

// seeOther is how a form succeeds.
func seeOther(c echo.Context, location string) error {
	return c.Redirect(http.StatusSeeOther, location)
}

// done answers a request after which there is nothing to tell: a person goes on to a page.
func done(c echo.Context, location string) error {
	if wantsJSON(c) {
		return c.NoContent(http.StatusNoContent)
	}
	return seeOther(c, location)
}
