package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/web/view"
)

// POST /dms: user, one or more, each an id or a name: the conversation with exactly these people.
func (s *Server) openDirect(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	ctx := c.Request().Context()
	room, err := s.Chat.OpenDirect(ctx, v.ID, in.list("user"))
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showPeopleWith(c, v, peopleForm{Problem: err})
	}
	if err != nil {
		return err
	}
	if !wantsJSON(c) {
		return seeOther(c, roomURL(room.ID))
	}
	page, err := s.Chat.Page(ctx, v.ID, chat.PageQuery{Room: room.ID, Limit: 1})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, roomJSON(roomLine(page))) // also where it was there: for the viewer it begins now
}

// POST /blocks: user, and state, on or off: whether one wants to hear from somebody.
func (s *Server) block(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	on, err := in.on("state")
	if err != nil {
		return err
	}
	if err := s.Chat.Block(c.Request().Context(), v.ID, in["user"], on); err != nil {
		return err
	}
	return done(c, "/people")
}

// peopleForm is what somebody has typed on the page of people, what was wrong with it, and what came of it: the
// link of a new invitation, which is shown this once.
type peopleForm struct {
	Query   string
	Link    string
	Typed   input
	Problem error
}

// GET /people (q, room): people whose name begins so, members of a room of the viewer's if one is named.
// Administrators look after accounts and invitations here.
func (s *Server) showPeople(c echo.Context, v visitor) error {
	return s.showPeopleWith(c, v, peopleForm{Query: c.QueryParam("q")})
}

func (s *Server) showPeopleWith(c echo.Context, v visitor, form peopleForm) error {
	ctx := c.Request().Context()
	page, err := s.around(c, v)
	if err != nil {
		return err
	}
	room := chat.RoomID(c.QueryParam("room"))
	people, err := s.Chat.People(ctx, v.ID, room, form.Query)
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		return c.JSON(http.StatusOK, each(people, func(u chat.User) jsonMember { return memberJSON(u.Person()) }))
	}
	shown := view.PeoplePage{
		Frame: s.frame(page), People: people, Query: form.Query, Room: room, Link: form.Link,
		Typed: form.Typed, Problem: view.ProblemOf(form.Problem),
	}
	if v.Role == chat.Administrator {
		if shown.Invitations, err = s.Chat.Invitations(ctx, v.User); err != nil {
			return err
		}
	}
	return showHTML(c, formStatus(c, form.Problem), view.People(shown))
}

// POST /users/:id/role: role.
func (s *Server) setRole(c echo.Context, v visitor) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.Chat.SetRole(c.Request().Context(), v.ID, chat.UserID(id), chat.Role(in["role"])); err != nil {
		return addressed(err)
	}
	return done(c, "/people")
}

// addressed is the error for somebody whom the address names: who does not exist is not there, and no field is
// wrong.
func addressed(err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok && e.Kind == chat.Invalid && e.Field == "user" {
		return chat.ErrNotFound
	}
	return err
}

// POST /users/:id/ban: state, on or off.
func (s *Server) ban(c echo.Context, v visitor) error {
	id, err := pathID(c, "id")
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
	if err := s.Chat.Ban(c.Request().Context(), v.ID, chat.UserID(id), on); err != nil {
		return addressed(err)
	}
	return done(c, "/people")
}

// How an invitation is unless it says otherwise.
const (
	invitationUses = 1
	invitationLife = 7 * 24 * time.Hour
)

// POST /invitations: role (member or guest), room, uses, expires (how long, such as 24h or 7d, or a moment).
func (s *Server) invite(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	invitation, secret, err := s.makeInvitation(c, v, in)
	if chat.KindOf(err) == chat.Invalid && !wantsJSON(c) {
		return s.showPeopleWith(c, v, peopleForm{Typed: in, Problem: err})
	}
	if err != nil {
		return err
	}
	link := s.base(c.Request()) + joinPath + secret
	if wantsJSON(c) {
		return c.JSON(http.StatusCreated, jsonInvitation{
			invitation.ID, link, invitation.Role, invitation.RoomID, invitation.Left, invitation.ExpiresAt.UTC(),
		})
	}
	return s.showPeopleWith(c, v, peopleForm{Link: link})
}

func (s *Server) makeInvitation(c echo.Context, v visitor, in input) (chat.Invitation, string, error) {
	role, uses, life := chat.Role(in["role"]), int64(invitationUses), invitationLife
	if role == "" {
		role = chat.Ordinary
	}
	var err error
	if in["uses"] != "" {
		if uses, err = in.number("uses"); err != nil {
			return chat.Invitation{}, "", err
		}
	}
	if in["expires"] != "" {
		var ok bool
		if life, ok = parseSpan(in["expires"]); !ok {
			at, err := parseUntil("expires", in["expires"])
			if err != nil {
				return chat.Invitation{}, "", err
			}
			life = time.Until(at)
		}
	}
	return s.Chat.Invite(c.Request().Context(), v.ID, role, chat.RoomID(in["room"]), int(min(uses, 1<<20)), life)
}

// DELETE /invitations/:id
func (s *Server) uninvite(c echo.Context, v visitor) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := s.Chat.Uninvite(c.Request().Context(), v.User, chat.InvitationID(id)); err != nil {
		return err
	}
	return done(c, "/people")
}

// GET /join/:token: the sign-up form of who is invited.
func (s *Server) showInvitation(c echo.Context) error {
	if _, err := s.visitor(c); err == nil {
		return seeOther(c, "/")
	}
	token := c.Param("token")
	_, err := s.Chat.Invited(c.Request().Context(), token)
	if err != nil && chat.KindOf(err) != chat.Forbidden {
		return err
	}
	if wantsJSON(c) {
		if err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
	return s.signupPage(c, entrance{Invitation: token, Problem: err})
}
