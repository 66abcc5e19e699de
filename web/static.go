package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/web/view"
)

// staticPath is followed by a hash of all files, so that a file can be kept for ever and modules can
// import each other by relative paths.
const staticPath = "/static/"

//go:embed static
var embedded embed.FS

var (
	static     = mustSub(embedded, "static")
	staticHash = hashTree(static)
)

func init() { view.AssetPrefix = staticPath + staticHash }

func mustSub(files fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic(err)
	}
	return sub
}

// hashTree gives the same for the same names with the same contents.
func hashTree(files fs.FS) string {
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		sum := sha256.Sum256(content)
		hash.Write([]byte(name + "\x00"))
		hash.Write(sum[:])
		return err
	})
	if err != nil {
		panic("the embedded files: " + err.Error())
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// contentTypes does not leave to the machine what a browser is told.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// GET /static/:hash/*: an embedded file. Under the hash of another version, which another server may
// run while a new one is rolled out, it is given but not to be kept.
func (s *Server) showStatic(c echo.Context) error {
	name := path.Clean(c.Param("*"))
	contentType, known := contentTypes[path.Ext(name)]
	if !known || !fs.ValidPath(name) {
		return echo.ErrNotFound
	}
	content, err := fs.ReadFile(static, name)
	if err != nil {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", contentType)
	if c.Param("hash") == staticHash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Del("Vary")
	}
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, bytes.NewReader(content))
	return nil
}
