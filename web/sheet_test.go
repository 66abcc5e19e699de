package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/chat/internal/chat"
	"example.com/chat/web/webtest"
)

// sheet is what a person's pages show: the rooms that they are in as the list and as their own pages have them, the
// bell and the notification centre, people as they are called and look, and the lists that are loaded anew when
// something in them has changed. It is written so that two can be compared.
type sheet struct {
	h       *house
	g       *webtest.Person
	role    chat.Role
	rooms   map[chat.RoomID]*sheetRoom
	people  map[chat.UserID]chat.Person
	notes   map[chat.NotificationID]jsonNotification
	blocked []chat.UserID
	lists   []string // people, rooms to join, sessions and tokens; for administrators also closed accounts, and invitations
	bell    int
	cursor  string
	resets  int
	stales  int
}

type sheetRoom struct {
	rev      int64
	shown    chat.Room // what is shown of it
	readSeq  int64
	level    chat.Level
	muted    string
	members  map[chat.UserID]bool
	messages map[chat.MessageID]jsonMessage
	moves    []sheetMove // who came and went
	seen     seenUpTo
}

// sheetMove is somebody who came or went.
type sheetMove struct {
	kind        chat.Kind
	user, actor chat.UserID
	after       int64
}

// is says whether an id is there, and this one.
func is[T ~string](id *T, want T) bool { return id != nil && *id == want }

func (s *sheet) viewer() chat.UserID { return chat.UserID(s.g.ID) }

// fresh loads everything anew.
func (h *house) fresh(g *webtest.Person) *sheet {
	h.t.Helper()
	s := &sheet{h: h, g: g, rooms: map[chat.RoomID]*sheetRoom{}, people: map[chat.UserID]chat.Person{}}
	page, err := h.chat.Page(h.t.Context(), s.viewer(), chat.PageQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	s.role, s.bell, s.blocked, s.cursor = page.Viewer.Role, page.Bell, page.Blocked, h.cursors.Encode(page.Head)
	for _, line := range page.Rooms {
		if line.Joined {
			s.fetch(line.Room.ID)
		}
	}
	s.fetchNotes()
	s.fetchLists()
	for _, line := range page.Rooms {
		s.agrees(line)
	}
	return s
}

// fetchLists loads them anew. Of whom a guest has blocked and shares no room with, nothing is told: they are left out.
func (s *sheet) fetchLists() {
	s.h.t.Helper()
	ctx, add := s.h.t.Context(), func(line string, values ...any) { s.lists = append(s.lists, fmt.Sprintf(line, values...)) }
	o, err := s.h.chat.Opening(ctx, s.g.Token)
	s.h.must(err)
	people, err := s.h.chat.People(ctx, s.viewer(), "", "")
	s.h.must(err)
	sessions, err := s.h.chat.Sessions(ctx, s.viewer())
	s.h.must(err)
	page, err := s.h.chat.Page(ctx, s.viewer(), chat.PageQuery{})
	s.h.must(err)
	s.lists = []string{fmt.Sprintf("am a %s called %s, %+v", o.User.Role, o.User.Name, o.User.Prefs)}
	for i, u := range people {
		if o.User.Role != chat.Guest || !slices.Contains(s.blocked, u.ID) {
			add("person %d %s (%s, %q, %.6s) closed=%v", i, u.Name, u.Role, u.Status, u.Avatar, u.Disabled())
		}
	}
	for _, line := range page.Rooms {
		if !line.Joined {
			add("to join: %q archived=%v", line.Room.Name, line.Room.Archived())
		}
	}
	for i, session := range sessions {
		add("session %d %s %s", i, session.Kind, session.Label)
	}
	if o.User.Role != chat.Administrator {
		return
	}
	invitations, err := s.h.chat.Invitations(ctx, o.User)
	s.h.must(err)
	for i, invitation := range invitations {
		add("invitation %d for %d", i, invitation.Left)
	}
}

// fetch loads a room anew, or drops it if the person is no member any more.
func (s *sheet) fetch(id chat.RoomID) {
	s.h.t.Helper()
	page, err := s.h.chat.Page(s.h.t.Context(), s.viewer(), chat.PageQuery{Room: id, Limit: 10_000})
	if chat.KindOf(err) == chat.NotFound || err == nil && page.Member == nil {
		delete(s.rooms, id)
		return
	}
	if err != nil {
		s.h.t.Fatal(err)
	}
	r := &sheetRoom{
		rev: page.Room.Rev, shown: page.Room, readSeq: page.Member.ReadSeq, level: page.Member.Unmuted(page.Room), muted: moment(instant(page.Member.MutedUntil)),
		members: map[chat.UserID]bool{}, messages: map[chat.MessageID]jsonMessage{}, seen: seenUpTo{},
	}
	for _, m := range page.Moves {
		r.moves = append(r.moves, sheetMove{m.Kind, m.User.ID, m.Actor.ID, m.Seq})
		s.call(personJSON(m.User), personJSON(m.Actor))
	}
	for _, m := range page.Messages {
		if !m.Deleted() {
			s.put(r, messageJSON(m))
		}
	}
	for _, p := range page.Members {
		r.members[p.ID] = true
		r.seen.set(p.ID, page.Seen[p.ID])
		s.people[p.ID] = p
	}
	s.rooms[id] = r
}

// cameAndWent is how those stand between the messages who came and went.
func (s *sheet) cameAndWent(r *sheetRoom) (lines []string) {
	who := func(id chat.UserID) string {
		if name := s.name(id); name != string(id) {
			return name
		}
		return "somebody"
	}
	for _, m := range r.moves {
		lines = append(lines, fmt.Sprintf("%s %s by %s after %d", m.kind, who(m.user), who(m.actor), m.after))
	}
	return lines
}

// readers are those who let it be seen how far they have read.
func (s *sheet) readers(r *sheetRoom) (lines []string) {
	for user, seq := range r.seen {
		lines = append(lines, fmt.Sprint(s.name(user), "=", seq))
	}
	slices.Sort(lines)
	return lines
}

// fetchNotes loads the notification centre anew.
func (s *sheet) fetchNotes() {
	s.h.t.Helper()
	s.notes = map[chat.NotificationID]jsonNotification{}
	for before, more := int64(0), true; more; {
		page, err := s.h.chat.Notifications(s.h.t.Context(), s.viewer(), chat.AllNotifications, before)
		if err != nil {
			s.h.t.Fatal(err)
		}
		for _, n := range page.Notifications {
			s.note(notificationJSON(n))
			before = n.EventID
		}
		more = page.More
	}
}

// agrees checks that the list of rooms says the same of a room as the room's own page, and the notification centre.
func (s *sheet) agrees(line chat.RoomLine) {
	s.h.t.Helper()
	r := s.rooms[line.Room.ID]
	if !line.Joined || r == nil {
		return
	}
	got := fmt.Sprint(line.Unread, line.Mentions, line.ReadSeq, chat.Member{Level: line.Level}.Unmuted(line.Room), moment(instant(line.MutedUntil)), line.Room)
	if want := fmt.Sprint(s.unread(r), s.forViewer(line.Room.ID), r.readSeq, r.level, r.muted, r.shown); got != want {
		s.h.t.Errorf("%s: the list of %s's rooms says %s, the room's page %s", line.Room.ID, s.g.Name, got, want)
	}
}

// unread counts what the page knows not to have been read.
func (s *sheet) unread(r *sheetRoom) (n int) {
	for _, m := range r.messages {
		if m.Seq > r.readSeq && m.Author.ID != s.viewer() {
			n++
		}
	}
	return n
}

// forViewer counts what is unread in a room and meant for the viewer.
func (s *sheet) forViewer(room chat.RoomID) (n int) {
	for _, note := range s.notes {
		switch note.Kind {
		case chat.NotifyMention, chat.NotifyReply, chat.NotifyDirect:
			if is(note.Room, room) && !note.Read {
				n++
			}
		}
	}
	return n
}

func (s *sheet) String() string {
	lines := append(slices.Clone(s.lists), fmt.Sprint("bell ", s.bell))
	for _, id := range s.blocked {
		lines = append(lines, fmt.Sprint("blocked ", id))
	}
	for id, r := range s.rooms {
		lines = append(lines, fmt.Sprintf("%s %q private=%v direct=%v archived=%v read=%d unread=%d mentions=%d level=%s muted=%s members=%v seen=%v moves=%v",
			id, r.shown.Name, r.shown.Private, r.shown.Direct, r.shown.Archived(), r.readSeq, s.unread(r), s.forViewer(id), r.level, r.muted,
			s.looks(slices.Collect(maps.Keys(r.members))), s.readers(r), s.cameAndWent(r)))
		for _, m := range r.messages {
			lines = append(lines, fmt.Sprintf("%s  %s", id, s.line(m)))
		}
	}
	for _, n := range s.notes {
		actor := "nobody"
		if n.Actor != nil {
			actor = s.name(n.Actor.ID)
		}
		lines = append(lines, fmt.Sprintf("notification %s in a room=%v by %s %q read=%v", n.Kind, n.Room != nil, actor, n.Text, n.Read))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// line is a message as it is shown.
func (s *sheet) line(m jsonMessage) string {
	var reactions []string
	for _, r := range m.Reactions {
		var who []chat.UserID
		for _, p := range r.Users {
			who = append(who, p.ID)
		}
		reactions = append(reactions, fmt.Sprint(r.Emoji, " ", r.Count, " ", s.called(who)))
	}
	slices.Sort(reactions)
	mentions := slices.Sorted(slices.Values(m.Mentions)) // who is named need not be known
	return fmt.Sprintf("%d %s %q edited=%v reply=%v mentions=%v %v reactions=%v",
		m.Seq, s.name(m.Author.ID), m.Body, m.EditedAt != nil, m.ReplyTo != nil, mentions, m.Everybody, reactions)
}

func (s *sheet) called(people []chat.UserID) (names []string) {
	for _, id := range people {
		names = append(names, s.name(id))
	}
	slices.Sort(names)
	return names
}

// name is what somebody is called. Of those who share no room with a guest any more, nothing is told: they are called
// what they were when the page was loaded, and the law leaves them out.
func (s *sheet) name(id chat.UserID) string {
	if who, known := s.people[id]; known && s.role != chat.Guest {
		return who.Name
	}
	for _, r := range s.rooms {
		if r.members[id] {
			return s.people[id].Name
		}
	}
	return string(id)
}

// looks is how people stand in the list of a room's members.
func (s *sheet) looks(people []chat.UserID) (lines []string) {
	for _, id := range people {
		p := s.people[id]
		lines = append(lines, fmt.Sprintf("%s (%s, %q, %.6s)", p.Name, p.Role, p.Status, p.Avatar))
	}
	slices.Sort(lines)
	return lines
}

// differs says in what the page is not as another, "" if in nothing.
func (s *sheet) differs(other *sheet) string { return differ(s.String(), other.String()) }

// differ gives the lines that only one of two texts has.
func differ(this, other string) string {
	here, there := strings.Split(this, "\n"), strings.Split(other, "\n")
	var lines []string
	for _, line := range here {
		if !slices.Contains(there, line) {
			lines = append(lines, "this:  "+line)
		}
	}
	for _, line := range there {
		if !slices.Contains(here, line) {
			lines = append(lines, "other: "+line)
		}
	}
	if len(here) != len(there) {
		lines = append(lines, fmt.Sprintf("%d lines, and %d", len(here), len(there)))
	}
	return strings.Join(lines, "\n")
}

// copy is another page in the same state.
func (s *sheet) copy() *sheet {
	c := *s
	c.rooms, c.people, c.notes = map[chat.RoomID]*sheetRoom{}, maps.Clone(s.people), maps.Clone(s.notes)
	for id, r := range s.rooms {
		room := *r
		room.members, room.messages, room.seen, room.moves = maps.Clone(r.members), maps.Clone(r.messages), maps.Clone(r.seen), slices.Clone(r.moves)
		c.rooms[id] = &room
	}
	return &c
}
