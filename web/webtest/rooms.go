package webtest

import (
	"slices"
	"strconv"
	"strings"
)

// message is a message as programs read it.
type message struct {
	ID      string
	Author  struct{ ID string }
	Deleted bool
	Seq     int
}

// aMessage is one of a room's newest that somebody sees and that is not deleted; own: of their own.
func (l *Life) aMessage(who *Person, room string, own bool) (message, bool) {
	l.t.Helper()
	var page struct{ Messages []message }
	if !l.read(who, "/rooms/"+room, &page) {
		return message{}, false
	}
	var some []message
	for _, m := range page.Messages {
		if !m.Deleted && (!own || m.Author.ID == who.ID) {
			some = append(some, m)
		}
	}
	if len(some) == 0 {
		return message{}, false
	}
	return oneOf(l, some), true
}

// aRoom is any room; where there are conversations, one of them every third time.
func (l *Life) aRoom() string {
	direct := slices.DeleteFunc(slices.Clone(l.rooms), func(room string) bool { return !strings.HasPrefix(room, "dm-") })
	if len(direct) > 0 && l.rng.IntN(3) == 0 {
		return oneOf(l, direct)
	}
	return oneOf(l, l.rooms)
}

func post(l *Life, who *Person) (request, bool) {
	room := l.aRoom()
	r := with("body", "text "+strconv.Itoa(l.rng.IntN(1000))+" <b>\n\nevent: reset\ndata: x").to(room)
	switch l.rng.IntN(5) {
	case 0:
		r.fields.Set("body", r.fields.Get("body")+" @"+oneOf(l, l.people).Name+" and @room")
	case 1:
		if m, ok := l.aMessage(who, room, false); ok {
			r.fields.Set("reply_to", m.ID)
		}
	}
	return r, true
}

func edit(l *Life, who *Person) (request, bool) {
	m, ok := l.aMessage(who, oneOf(l, l.rooms), true)
	return with("body", "edited "+strconv.Itoa(l.rng.IntN(1000))+" @"+oneOf(l, l.people).Name).to(m.ID), ok
}

func remove(l *Life, who *Person) (request, bool) {
	m, ok := l.aMessage(who, oneOf(l, l.rooms), l.rng.IntN(2) == 0)
	return with().to(m.ID), ok
}

func react(l *Life, who *Person) (request, bool) {
	m, ok := l.aMessage(who, oneOf(l, l.rooms), false)
	return with("emoji", oneOf(l, []string{"👍", "🎉", "👀"}), "state", oneOf(l, []string{"on", "on", "off"})).to(m.ID), ok
}

func makeRoom(l *Life, _ *Person) (request, bool) {
	r := with("name", "another room", "private", oneOf(l, []string{"true", "false"}))
	r.then = l.moved
	return r, true
}

func renameRoom(l *Life, _ *Person) (request, bool) {
	return with("name", "room "+strconv.Itoa(l.rng.IntN(100))).to(oneOf(l, l.rooms)), true
}

// archive spares the rooms that there were in the beginning, so that life goes on.
func archive(l *Life, _ *Person) (request, bool) {
	const first = 3
	if len(l.rooms) == first {
		return request{}, false
	}
	return with().to(oneOf(l, l.rooms[first:])), true
}

func inARoom(l *Life, _ *Person) (request, bool) { return with().to(oneOf(l, l.rooms)), true }

func nothing(*Life, *Person) (request, bool) { return with(), true }

func addMember(l *Life, _ *Person) (request, bool) {
	return with("user", oneOf(l, l.people).Name).to(oneOf(l, l.rooms)), true
}

func removeMember(l *Life, _ *Person) (request, bool) {
	return with().to(oneOf(l, l.rooms), oneOf(l, l.people).ID), true
}

func openDirect(l *Life, _ *Person) (request, bool) {
	r := with("user", oneOf(l, l.people).ID, "user", oneOf(l, l.people).Name)
	r.then = l.moved
	return r, true
}

func markRead(l *Life, _ *Person) (request, bool) {
	r := with().to(l.aRoom())
	if l.rng.IntN(3) > 0 {
		r.fields.Set("seq", strconv.Itoa(l.rng.IntN(30)))
	}
	return r, true
}

func markUnread(l *Life, who *Person) (request, bool) {
	room := oneOf(l, l.rooms)
	m, ok := l.aMessage(who, room, false)
	return with("message", m.ID).to(room), ok
}

func setLevel(l *Life, _ *Person) (request, bool) {
	return with("level", oneOf(l, []string{"everything", "mentions", "nothing"})).to(oneOf(l, l.rooms)), true
}

func mute(l *Life, _ *Person) (request, bool) {
	return with("until", oneOf(l, []string{"2999-01-01T00:00:00Z", "2998-01-01T00:00:00Z", "off"})).to(oneOf(l, l.rooms)), true
}
