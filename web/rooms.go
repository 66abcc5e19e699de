package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// lastRoom is the cookie that remembers where the browser was.
const lastRoom = "chat_room"

// GET /: the room last visited, or else the first there is.
func (s *Server) showHome(c echo.Context, v visitor) error {
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
	if err != nil {
		return err
	}
	var last string
	if cookie, err := c.Cookie(s.cookieName(lastRoom, c.Request())); err == nil {
		last = cookie.Value
	}
	home := "/rooms"
	for _, line := range page.Rooms { // General comes first
		if line.Joined && (home == "/rooms" || string(line.Room.ID) == last) {
			home = roomURL(line.Room.ID)
		}
	}
	return seeOther(c, home)
}

func roomURL(id chat.RoomID) string { return "/rooms/" + string(id) }

// GET /rooms: the public rooms and one's own.
func (s *Server) listRooms(c echo.Context, v visitor) error {
	return s.showRooms(c, v, newRoom{})
}

// newRoom is what somebody who makes a room has typed, and what was wrong with it.
type newRoom struct {
	Name    string
	Private bool
	Problem error
}

func (s *Server) showRooms(c echo.Context, v visitor, form newRoom) error {
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, roomListJSON(page, s.Cursors.Encode(page.Head)))
	}
	return s.roomsPage(c, page, form)
}

// POST /rooms: name, private.
func (s *Server) createRoom(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	room, err := s.Chat.CreateRoom(c.Request().Context(), v.ID, in["name"], in.flag("private"))
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showRooms(c, v, newRoom{in["name"], in.flag("private"), err})
	}
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusCreated, roomJSON(chat.RoomLine{Room: room, Joined: true}))
	}
	return seeOther(c, roomURL(room.ID))
}

// GET /rooms/:id (before, around): a room with a page of its messages, the newest ones if not told
// otherwise. reply is the message that the composer is to answer.
func (s *Server) showRoom(c echo.Context, v visitor) error {
	reply, _ := chat.ParseMessageID(c.QueryParam("reply")) // what is none is not answered
	return s.showRoomWith(c, v, draft{ReplyTo: string(reply)})
}

// draft is what somebody has typed into one of a room's forms, and what was wrong with it.
type draft struct {
	Body    string // of the message
	ID      string // of the message, so that the same one is sent again
	ReplyTo string // the message that it answers
	Name    string // of the room
	Member  string // to be added
	Problem error
}

func (s *Server) showRoomWith(c echo.Context, v visitor, form draft) error {
	q, err := pageQuery(c)
	if err != nil {
		return err
	}
	page, err := s.Chat.Page(c.Request().Context(), v.ID, q)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, roomPageJSON(page, s.Cursors.Encode(page.Head)))
	}
	if page.Member != nil {
		s.remember(c, page.Room.ID)
	}
	return s.roomPage(c, page, form)
}

// remember notes the room that was visited last.
func (s *Server) remember(c echo.Context, id chat.RoomID) {
	cookie, err := c.Cookie(s.cookieName(lastRoom, c.Request()))
	if err != nil || cookie.Value != string(id) {
		s.setCookie(c, lastRoom, string(id))
	}
}

// PATCH /rooms/:id: name.
func (s *Server) renameRoom(c echo.Context, v visitor) error {
	id, in, err := roomInput(c)
	if err != nil {
		return err
	}
	err = s.Chat.RenameRoom(c.Request().Context(), v.ID, id, in["name"])
	return s.changed(c, v, err, draft{Name: in["name"]})
}

// POST /rooms/:id/archive
func (s *Server) archiveRoom(c echo.Context, v visitor) error {
	id, err := roomID(c)
	if err != nil {
		return err
	}
	err = s.Chat.ArchiveRoom(c.Request().Context(), v.ID, id)
	return s.changed(c, v, err, draft{})
}

func roomInput(c echo.Context) (chat.RoomID, input, error) {
	id, err := roomID(c)
	if err != nil {
		return "", nil, err
	}
	in, err := readInput(c)
	return id, in, err
}

// changed answers a form of the room's page: the page again with what was typed if that is the problem.
func (s *Server) changed(c echo.Context, v visitor, err error, form draft) error {
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		form.Problem = err
		return s.showRoomWith(c, v, form)
	}
	if err != nil {
		return err
	}
	return done(c, roomURL(chat.RoomID(c.Param("id"))))
}
