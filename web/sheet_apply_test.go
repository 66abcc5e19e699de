package web

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// apply does what a program that follows the stream does.
func (s *sheet) apply(f frame) {
	d := f.data
	r := s.rooms[d.Room]
	switch f.name {
	case "user", "user_joined", "user_left", "room", "room_stale", "block", "session", "invitation":
		s.fetchLists()
	}
	ofSelf := d.User != nil && d.User.ID == s.viewer()
	switch {
	case f.name == "reset":
		s.resets++
		s.renew()
		return
	case f.name == "user" && ofSelf && d.Role != s.role: // one may know of others than before
		s.renew()
	case f.name == "room_stale":
		s.stales++
		s.fetch(d.Room)
	case ofSelf && (f.name == "user_joined" || f.name == "user_left"): // what the room told before comes and goes with it
		s.fetch(d.Room)
		s.fetchNotes()
	case f.name == "notification":
		s.notified(d)
	case f.name == "block":
		s.blocked = s.h.fresh(s.g).blocked
	case f.name == "user": // told to each room that they share, of which any may be ahead: the last word holds
		s.meet(d)
	case r == nil:
	case f.name == "read":
		if d.Seq > r.readSeq { // it can also go back, which reads nothing
			s.readNotes(func(n jsonNotification) bool {
				return is(n.Room, d.Room) && n.Message != nil && r.messages[*n.Message].Seq <= d.Seq
			})
		}
		r.readSeq = d.Seq
	case f.name == "level":
		r.level, r.muted = d.Level, moment(d.MutedUntil)
	case d.RoomRev > r.rev:
		r.rev = d.RoomRev
		s.applyToRoom(r, f)
	}
	if f.id != "" {
		s.cursor = f.id
	}
}

// renew loads everything anew.
func (s *sheet) renew() {
	resets, stales := s.resets, s.stales
	*s = *s.h.fresh(s.g)
	s.resets, s.stales = resets, stales
}

func (s *sheet) applyToRoom(r *sheetRoom, f frame) {
	d := f.data
	switch f.name {
	case "message", "message_edited":
		s.put(r, *d.Message)
	case "message_deleted":
		delete(r.messages, d.Message.ID)
		maps.DeleteFunc(s.notes, func(_ chat.NotificationID, n jsonNotification) bool { return is(n.Message, d.Message.ID) })
	case "reaction":
		s.react(r, d)
	case "seen":
		r.seen.set(d.User.ID, d.Seq)
	case "user_joined":
		r.move(d)
		s.call(d.Actor)
		r.members[d.User.ID] = true
		s.meet(d)
	case "user_left":
		r.move(d)
		s.call(d.User, d.Actor)
		delete(r.members, d.User.ID)
	case "room":
		r.shown.Name, r.shown.Private, r.shown.ArchivedAt = d.Name, *d.Private, time.Time{}
		if *d.Archived {
			r.shown.ArchivedAt = time.Unix(1, 0)
		}
	}
}

// move notes that somebody came or went, which in a direct room nobody does.
func (r *sheetRoom) move(d jsonEvent) {
	if !r.shown.Direct {
		r.moves = append(r.moves, sheetMove{chat.Kind(d.Kind), d.User.ID, d.Actor.ID, d.Seq})
	}
}

func (s *sheet) put(r *sheetRoom, m jsonMessage) {
	r.messages[m.ID] = m
	s.call(m.Author)
	for _, reaction := range m.Reactions {
		s.call(reaction.Users...)
	}
}

// call notes what people are called.
func (s *sheet) call(people ...*jsonPerson) {
	for _, p := range people {
		known := s.people[p.ID]
		known.ID, known.Name = p.ID, p.Name
		s.people[p.ID] = known
	}
}

// meet notes how somebody is called and looks.
func (s *sheet) meet(d jsonEvent) {
	s.people[d.User.ID] = chat.Person{ID: d.User.ID, Name: d.User.Name, Role: d.Role, Avatar: d.Avatar, Status: d.Status}
}

func (s *sheet) react(r *sheetRoom, d jsonEvent) {
	m, ok := r.messages[d.Of]
	if !ok {
		return
	}
	m.Reactions = slices.DeleteFunc(slices.Clone(m.Reactions), func(r jsonReaction) bool { return r.Emoji == d.Emoji })
	if *d.Count > 0 {
		m.Reactions = append(m.Reactions, jsonReaction{d.Emoji, *d.Count, d.Users})
	}
	r.messages[d.Of] = m
	s.call(d.Users...)
}

// notified has one notification that is new or was read, or was told that several were read or are gone.
func (s *sheet) notified(d jsonEvent) {
	s.bell = *d.Unread
	switch n := d.Notification; {
	case n != nil:
		s.note(*n)
	case d.Withdrawn != "":
		delete(s.notes, d.Withdrawn)
	case *d.Unread == 0:
		s.readNotes(func(jsonNotification) bool { return true })
	default: // which ones, the page has to ask
		s.fetchNotes()
	}
}

func (s *sheet) note(n jsonNotification) {
	s.notes[n.ID] = n
	if n.Actor != nil {
		s.call(n.Actor)
	}
}

func (s *sheet) readNotes(which func(jsonNotification) bool) {
	for id, n := range s.notes {
		if which(n) {
			n.Read = true
			s.notes[id] = n
		}
	}
}

// hear applies what has been received, and says how many events that was: they end with an empty line, and what comes
// after the last one has not been heard.
func (s *sheet) hear(stream []byte) (events int) {
	for d := sse.NewDecoder(bytes.NewReader(stream)); ; events++ {
		m, err := d.Next()
		if err != nil {
			return events
		}
		s.apply(asFrame(m))
	}
}

// moment is a time as it is compared, "" for none.
func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
