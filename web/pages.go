package web

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/web/view"
)

func (s *Server) signupPage(c echo.Context, e entrance) error {
	shown, err := s.entrance(c, e)
	if err != nil {
		return err
	}
	return showHTML(c, formStatus(c, e.Problem), view.Signup(shown))
}

func (s *Server) loginPage(c echo.Context, e entrance) error {
	status := formStatus(c, e.Problem)
	if status == http.StatusUnauthorized { // which is for programs: people are where they have to be
		status = http.StatusUnprocessableEntity
	}
	shown, err := s.entrance(c, e)
	if err != nil {
		return err
	}
	return showHTML(c, status, view.Login(shown))
}

func (s *Server) entrance(c echo.Context, e entrance) (view.Entrance, error) {
	shown := view.Entrance{Name: e.Name, Next: e.Next, Invitation: e.Invitation, Problem: view.ProblemOf(e.Problem)}
	if s.Chat.SignupOpen() {
		return shown, nil
	}
	vacant, err := s.Chat.Vacant(c.Request().Context())
	shown.Closed, shown.First = !vacant, vacant
	return shown, err
}

// around reads what a page has around its list. It comes first, so that its cursor is not ahead of the list. Programs
// are not shown it.
func (s *Server) around(c echo.Context, v visitor) (chat.Page, error) {
	if wantsJSON(c) {
		return chat.Page{}, nil
	}
	return s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
}

// frame is what a page has around it.
func (s *Server) frame(p chat.Page) view.Frame {
	return view.Frame{Viewer: p.Viewer, Cursor: s.Cursors.Encode(p.Head), Lines: p.Rooms, Bell: p.Bell, Blocked: p.Blocked}
}

// roomsPage is the list of rooms, alone if the page asks for the frame that it stands in.
func (s *Server) roomsPage(c echo.Context, page chat.Page, form newRoom) error {
	list := view.RoomForm{Name: form.Name, Private: form.Private, Problem: view.ProblemOf(form.Problem)}
	if c.Request().Header.Get("Turbo-Frame") == "sidebar" {
		return showHTML(c, http.StatusOK, view.Sidebar(view.SidebarView{Frame: s.frame(page), Form: list}))
	}
	return showHTML(c, formStatus(c, form.Problem), view.Rooms(view.RoomsPage{
		Frame: s.frame(page), Form: list,
	}))
}

func (s *Server) roomPage(c echo.Context, page chat.Page, form draft) error {
	id, err := chat.ParseMessageID(form.ID)
	if err != nil || chat.KindOf(form.Problem) == chat.Conflict {
		id = chat.NewMessageID()
	}
	return showHTML(c, formStatus(c, form.Problem), view.Room(view.RoomPage{
		Frame: s.frame(page), Page: page,
		MessageID: id, Body: form.Body, ReplyTo: form.ReplyTo, Name: form.Name, Member: form.Member, Problem: view.ProblemOf(form.Problem),
	}))
}

// messagePage is where a message is edited; text is what is in the form.
func (s *Server) messagePage(c echo.Context, v visitor, m chat.Message, text string, problem error) error {
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{Room: m.RoomID, Limit: 1})
	if err != nil {
		return err
	}
	return showHTML(c, formStatus(c, problem), view.EditMessage(view.MessagePage{
		Viewer: v.Person(), Message: m, Member: page.Member != nil, Archived: page.Room.Archived(), Body: text, Problem: view.ProblemOf(problem),
	}))
}

// messageFragment is what everybody's stream is told of the message.
func (s *Server) messageFragment(c echo.Context, status int, m chat.Message) error {
	return show(c, status, turboType+"; charset=utf-8", messageStream(m.RoomRev, m))
}

func (s *Server) settingsPage(c echo.Context, v visitor, page chat.Page, sessions []chat.Session, form settingsForm) error {
	return showHTML(c, formStatus(c, form.Problem), view.Settings(view.SettingsPage{
		Frame:    s.frame(page),
		Sessions: sessions, Current: v.session.ID,
		Label: form.Label, Secret: form.Secret, Prefs: v.Prefs, Receipts: s.Chat.Receipts(), Typed: form.Typed, Problem: view.ProblemOf(form.Problem),
	}))
}

// errorPage is for errors that no form can be shown beside. The number of the request is on it only if an
// operator can help: else all pages about what is not there are the same, byte for byte.
func (s *Server) errorPage(c echo.Context, f failure) error {
	page := view.ErrorPage{Status: f.status, Message: f.message}
	if f.status >= 500 {
		page.RequestID = requestID(c)
	}
	return showHTML(c, f.status, view.Error(page))
}

// formStatus is the status of a page whose form had this problem, if any.
func formStatus(c echo.Context, problem error) int {
	if problem == nil {
		return http.StatusOK
	}
	f := describe(problem)
	sayWhen(c, f)
	return f.status
}

// sayWhen tells when trying again may help.
func sayWhen(c echo.Context, f failure) {
	if f.after > 0 {
		seconds := int((f.after + time.Second - 1) / time.Second)
		c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}

func showHTML(c echo.Context, status int, component templ.Component) error {
	return show(c, status, "text/html; charset=utf-8", component)
}

// show renders before the status is written, so that a template that fails is an error with a page of
// its own.
func show(c echo.Context, status int, contentType string, component templ.Component) error {
	var page bytes.Buffer
	if err := component.Render(c.Request().Context(), &page); err != nil {
		return err
	}
	return c.Blob(status, contentType, page.Bytes())
}
