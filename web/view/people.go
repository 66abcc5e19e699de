package view

import (
	"net/url"
	"slices"
	"strconv"

	"example.com/chat/internal/chat"
)

// PeoplePage is people to write to, and for administrators accounts and invitations to look after.
type PeoplePage struct {
	Frame
	People      []chat.User
	Query       string
	Room        chat.RoomID       // whose members they are, "" for anybody
	Invitations []chat.Invitation // for administrators: those that are still valid
	Link        string            // of a new invitation, shown this once
	Typed       map[string]string // into the form for invitations, if that was refused
	Problem     Problem
}

// address is that of the page with this search.
func (v PeoplePage) address() string {
	search := url.Values{"q": {v.Query}}
	if v.Room != "" {
		search.Set("room", string(v.Room))
	}
	return "/people?" + search.Encode()
}

// typed is what was typed into a field of that form, or else what it begins with.
func (v PeoplePage) typed(field, first string) string {
	if text, ok := v.Typed[field]; ok {
		return text
	}
	return first
}

func (v PeoplePage) administrator() bool { return v.Viewer.Role == chat.Administrator }

func (v PeoplePage) blocked(p chat.User) bool { return slices.Contains(v.Blocked, p.ID) }

// inviting says whether the problem is that of the form for invitations.
func (v PeoplePage) inviting() bool {
	return slices.Contains([]string{"role", "room", "uses", "expires"}, v.Problem.Field)
}

var roles = []option{
	{string(chat.Ordinary), "Member"},
	{string(chat.Guest), "Guest: sees only rooms they were added to"},
}

var allRoles = append(slices.Clone(roles), option{string(chat.Administrator), "Administrator"})

var lives = []option{{"1h", "An hour"}, {"24h", "A day"}, {"168h", "A week"}, {"720h", "30 days"}}

// rooms are those that somebody can be invited to.
func (v PeoplePage) rooms() []option {
	list := []option{{"", "None but General"}}
	for _, l := range v.Lines {
		if !l.Room.Direct && !l.Room.Archived() {
			list = append(list, option{string(l.Room.ID), l.Room.Name})
		}
	}
	return list
}

// left says for how many people an invitation still is.
func left(i chat.Invitation) string {
	if i.Left == 1 {
		return "for one person"
	}
	return "for " + strconv.Itoa(i.Left) + " people"
}

// as says what those will be who come by an invitation.
func (v PeoplePage) as(i chat.Invitation) string {
	text := "Member"
	if i.Role == chat.Guest {
		text = "Guest"
	}
	if room := v.named(i.RoomID); room != "" {
		text += " of " + room
	}
	return text
}
