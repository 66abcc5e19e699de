package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	_ "image/gif"  // read
	_ "image/jpeg" // read
	"image/png"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // read

	"example.com/chat/internal/chat"
)

// POST /settings/profile: name, status.
func (s *Server) changeProfile(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	var p chat.Profile
	if name, ok := in["name"]; ok {
		p.Name = &name
	}
	if status, ok := in["status"]; ok {
		p.Status = &status
	}
	_, err = s.Chat.ChangeProfile(c.Request().Context(), v.ID, p)
	return s.settingsChanged(c, v, in, err)
}

// POST /settings/preferences: quiet_from, quiet_to, zone, receipts (if the installation has them).
func (s *Server) changePrefs(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	err = s.Chat.ChangePrefs(c.Request().Context(), v.ID, chat.Prefs{
		QuietFrom: in["quiet_from"], QuietTo: in["quiet_to"], Zone: in["zone"], Receipts: in.flag("receipts"),
	})
	return s.settingsChanged(c, v, in, err)
}

// POST /settings/close: one's account is closed, and all of its sessions end.
func (s *Server) closeAccount(c echo.Context, v visitor) error {
	if err := s.Chat.CloseAccount(c.Request().Context(), v.ID); err != nil {
		return err
	}
	s.setCookie(c, "chat_session", "")
	return done(c, "/login")
}

// settingsChanged answers a form of the settings page: the page again with what was typed if that is the problem.
func (s *Server) settingsChanged(c echo.Context, v visitor, typed input, err error) error {
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showSettingsWith(c, v, settingsForm{Typed: typed, Problem: err})
	}
	if err != nil {
		return err
	}
	return done(c, "/settings")
}

// What a picture may be, and what it becomes.
const (
	maxPicture      = 5 << 20  // bytes
	maxPixels       = 24 << 20 // of what is uploaded, as many as cameras have
	maxScans        = 100      // of a JPEG: each takes as long as a picture, and need not be longer than 30 bytes
	avatarSide      = 256      // pixels
	avatarsForever  = "private, max-age=31536000, immutable"
	pictureProblem  = "This is not a picture that can be read: a PNG, JPEG, GIF or WebP of at most 5 MB."
	pictureTooLarge = "This picture has too many pixels."
	pictureTooSlow  = "This picture is drawn in too many steps."
)

// POST /settings/avatar: picture, a file; none goes back to the initials. What is kept is drawn anew: nothing
// of the file itself, nor of where it was taken, is served.
func (s *Server) changeAvatar(c echo.Context, v visitor) error {
	picture, err := s.takePicture(c, v)
	if err == nil {
		_, err = s.Chat.ChangeProfile(c.Request().Context(), v.ID, chat.Profile{Picture: &picture})
	}
	return s.settingsChanged(c, v, nil, err)
}

func (s *Server) takePicture(c echo.Context, v visitor) (chat.Picture, error) {
	var none chat.Picture
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return none, err
	}
	if err := parseForm(c.Request()); err != nil {
		return none, err
	}
	file, header, err := c.Request().FormFile("picture")
	if errors.Is(err, http.ErrMissingFile) || err == nil && header.Size == 0 {
		return none, nil
	}
	if err != nil {
		return none, invalid("picture", pictureProblem)
	}
	defer file.Close()
	original, err := io.ReadAll(io.LimitReader(file, maxPicture+1))
	if err != nil || len(original) > maxPicture {
		return none, invalid("picture", pictureProblem)
	}
	return s.redrawInTurn(c.Request().Context(), original)
}

// redrawInTurn redraws one picture at a time: a file of a few kilobytes can take some 300 MB to read.
func (s *Server) redrawInTurn(ctx context.Context, original []byte) (chat.Picture, error) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
		return redraw(original)
	case <-ctx.Done():
		return chat.Picture{}, ctx.Err()
	}
}

// redraw makes a square of whatever picture it can read, the right way up.
func redraw(original []byte) (chat.Picture, error) {
	size, format, err := image.DecodeConfig(bytes.NewReader(original))
	if err != nil {
		return chat.Picture{}, invalid("picture", pictureProblem)
	}
	if size.Width*size.Height > maxPixels || size.Width < 1 || size.Height < 1 {
		return chat.Picture{}, invalid("picture", pictureTooLarge)
	}
	if format == "jpeg" && bytes.Count(original, []byte{0xff, 0xda}) > maxScans {
		return chat.Picture{}, invalid("picture", pictureTooSlow)
	}
	from, _, err := image.Decode(bytes.NewReader(original))
	if err != nil {
		return chat.Picture{}, invalid("picture", pictureProblem)
	}
	side := min(from.Bounds().Dx(), from.Bounds().Dy())
	middle := image.Rect(0, 0, side, side).Add(from.Bounds().Min).
		Add(image.Pt((from.Bounds().Dx()-side)/2, (from.Bounds().Dy()-side)/2))
	to := image.NewRGBA(image.Rect(0, 0, avatarSide, avatarSide))
	draw.CatmullRom.Scale(to, to.Bounds(), from, middle, draw.Src, nil)
	var out bytes.Buffer
	if err := png.Encode(&out, turned(to, orientationOf(original))); err != nil {
		return chat.Picture{}, err
	}
	sum := sha256.Sum256(out.Bytes())
	return chat.Picture{ID: chat.AvatarID(hex.EncodeToString(sum[:])), Type: "image/png", Bytes: out.Bytes()}, nil
}

// GET /avatars/:id: somebody's picture. Its address changes with it.
func (s *Server) showAvatar(c echo.Context, _ visitor) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	picture, err := s.Chat.Picture(c.Request().Context(), chat.AvatarID(id))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", avatarsForever)
	return c.Blob(http.StatusOK, picture.Type, picture.Bytes)
}
