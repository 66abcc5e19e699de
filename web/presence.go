package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
	"example.com/chat/internal/sse"
	"example.com/chat/web/view"
)

// NewPresence makes the tracker of who is there, with all that cfg does not say: somebody is seen in the rooms whose
// events their streams get, and every server tells the readers of those that it has itself.
func NewPresence(engine *sse.Engine, cfg presence.Config) *presence.Tracker {
	cfg.Places = func(person string) (rooms []string) {
		for _, key := range engine.KeysOf(userKey(chat.UserID(person))) {
			if key.Parts()[0] == "room" {
				rooms = append(rooms, string(key))
			}
		}
		return rooms
	}
	cfg.Tell = func(person string, state presence.State, rooms []string) {
		event := presenceEvent(chat.UserID(person), state)
		for _, room := range rooms {
			_ = engine.DeliverAs(sse.StreamKey(room), event) // it was made here, so it can be encoded
		}
	}
	return presence.New(cfg)
}

func presenceEvent(user chat.UserID, state presence.State) sse.Formats {
	return sse.Formats{
		formatJSON: {Name: "presence", Data: newJSONPresence(user, state)},
		formatHTML: {Name: "presence", Data: mustFragment(view.StreamPresence(view.PresenceChange{User: user, State: string(state)}))},
	}
}

// jsonPresence names people by their id alone: servers tell each other of presence, and no database knows of it.
type jsonPresence struct {
	Kind string `json:"kind"`
	User struct {
		ID chat.UserID `json:"id"`
	} `json:"user"`
	State presence.State `json:"state"`
}

func newJSONPresence(user chat.UserID, state presence.State) jsonPresence {
	p := jsonPresence{Kind: "presence", State: state}
	p.User.ID = user
	return p
}

// GET /presence: how those are there who share a room with the viewer; who is not named is offline.
func (s *Server) showPresence(c echo.Context, _ visitor) error {
	o, err := s.Chat.Opening(c.Request().Context(), s.secret(c.Request()))
	if err != nil {
		return err
	}
	var rooms []string
	for _, m := range o.Members {
		rooms = append(rooms, string(roomKey(m.RoomID)))
	}
	return c.JSON(http.StatusOK, s.Presence.In(rooms))
}

// POST /presence: state, online or away: whether anybody looks at the pages of this session.
func (s *Server) setPresence(c echo.Context, v visitor) error {
	in, err := readInput(c)
	if err != nil {
		return err
	}
	state := presence.State(strings.ToLower(in["state"]))
	if state != presence.Online && state != presence.Away {
		return invalid("state", "The state is online or away.")
	}
	s.Presence.SetAway(c.Request().Context(), string(v.ID), string(v.session.ID), state == presence.Away)
	return c.NoContent(http.StatusNoContent)
}
