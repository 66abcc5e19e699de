package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/web/view"
)

// Browsers ask for these by themselves, under addresses that stay the same.
const (
	workerPath   = "/service-worker.js"
	manifestPath = "/manifest.webmanifest"
)

// GET /service-worker.js: what a browser runs when it is woken and no page is open.
func (s *Server) showWorker(c echo.Context) error {
	content, err := fs.ReadFile(static, "service-worker.js")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Service-Worker-Allowed", "/")
	return sendUnkept(c, contentTypes[".js"], content)
}

// manifest is what a browser needs to know to install the chat as a program.
const manifest = `{
  "id": "/",
  "name": "Chat",
  "short_name": "Chat",
  "start_url": "/",
  "scope": "/",
  "display": "standalone",
  "background_color": "#ffffff",
  "theme_color": "#4253c5",
  "icons": [
    {"src": "{img}/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "{img}/icon-512.png", "sizes": "512x512", "type": "image/png"}
  ]
}
`

// GET /manifest.webmanifest
func (s *Server) showManifest(c echo.Context) error {
	content := bytes.ReplaceAll([]byte(manifest), []byte("{img}"), []byte(view.AssetPrefix+"/img"))
	return sendUnkept(c, contentTypes[".webmanifest"], content)
}

// sendUnkept sends what is the same for everybody, to be asked for anew each time.
func sendUnkept(c echo.Context, contentType string, content []byte) error {
	h := c.Response().Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-cache")
	h.Del("Vary")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(content))
	return nil
}
