package view

import (
	"strconv"
	"time"

	"example.com/chat/internal/chat"
)

// SidebarView is the list of rooms. Form is what was typed to make a new one.
type SidebarView struct {
	Frame
	Current chat.RoomID // "" for none
	Showing string      // as in place
	Form    RoomForm
}

// RoomForm is what somebody who makes a room has typed, and what was wrong with it.
type RoomForm struct {
	Name    string
	Private bool
	Problem Problem
}

func (v SidebarView) rooms() []chat.RoomLine {
	return v.lines(func(l chat.RoomLine) bool { return l.Joined && !l.Room.Direct })
}

func (v SidebarView) directs() []chat.RoomLine {
	return v.lines(func(l chat.RoomLine) bool { return l.Joined && l.Room.Direct })
}

func (v SidebarView) others() []chat.RoomLine {
	return v.lines(func(l chat.RoomLine) bool { return !l.Joined && !l.Room.Archived() })
}

// otherKey orders rooms as chat.SortRoomLines does.
func otherKey(r chat.Room) string {
	if r.ID == chat.General {
		return ""
	}
	return chat.NameKey(r.Name) + " " + string(r.ID)
}

func (v SidebarView) lines(which func(chat.RoomLine) bool) []chat.RoomLine {
	var lines []chat.RoomLine
	for _, l := range v.Lines {
		if which(l) {
			lines = append(lines, l)
		}
	}
	return lines
}

// named is what the viewer calls a room of theirs; "" if it is none that they can see.
func (f Frame) named(room chat.RoomID) string {
	for _, l := range f.Lines {
		if l.Room.ID == room {
			return l.Called(f.Viewer.ID)
		}
	}
	return ""
}

// company is who else is in a direct room; the viewer if nobody is.
func company(people []chat.Person, viewer chat.UserID) []chat.Person {
	var others []chat.Person
	for _, p := range people {
		if p.ID != viewer {
			others = append(others, p)
		}
	}
	return others
}

// level is what the viewer is notified of while the room is not muted.
func level(l chat.RoomLine) chat.Level {
	return chat.Member{Level: l.Level}.Unmuted(l.Room)
}

// muted says whether the viewer wants to hear nothing of the room now.
func muted(l chat.RoomLine) bool {
	return chat.Member{Level: l.Level, MutedUntil: l.MutedUntil}.Notified(l.Room, time.Now()) == chat.LevelNothing
}

func badge(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
