package web

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// house is one server without HTTP: a store, a writer, and a feed that fills two engines. One has a ring
// that holds everything, the other a ring that holds nothing, so it reads the store.
type house struct {
	t       *testing.T
	chat    *chat.Chat
	store   chat.Store
	cursors *chat.Cursors
	feed    *chat.Feed
	ring    *sse.Engine
	reader  *sse.Engine
}

func newHouse(t *testing.T, store chat.Store) *house {
	h := &house{t: t, store: store, cursors: chat.NewCursors(make([]byte, 16))}
	b := NewBroadcast(store, h.cursors)
	engine := func(ring int) *sse.Engine {
		return sse.New(sse.Config{Replay: b.Replay, Cursor: b.Cursor, Control: b.Control, Ring: ring, PerKey: 1000, Total: 10_000,
			Heartbeat: 30 * time.Millisecond}) // which also moves the position over what is not for the reader
	}
	h.ring, h.reader = engine(1<<14), engine(1)
	log := slog.New(slog.DiscardHandler)
	h.feed = chat.NewFeed(store, func(e chat.Event) {
		h.ring.Append(b.Entry(e))
		h.reader.Append(b.Entry(e))
	}, func(p chat.Position) {
		h.ring.Reset(sse.Position(p))
		h.reader.Reset(sse.Position(p))
	}, log)
	writer := chat.NewWriter(store, h.feed.Committed, log)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go h.feed.Run(ctx)
	go func() { _ = h.ring.Run(ctx) }()
	go func() { _ = h.reader.Run(ctx) }()
	go writer.Run(ctx)
	h.chat = chat.New(store, writer, chat.Config{Receipts: true})
	h.await("the feed begins", func() bool { return h.feed.Applied().Epoch != 0 })
	return h
}

func (h *house) await(what string, ok func() bool) {
	h.t.Helper()
	deadline := time.After(20 * time.Second)
	for tick := time.Tick(2 * time.Millisecond); !ok(); {
		select {
		case <-tick:
		case <-deadline:
			h.t.Fatalf("in 20 s it did not happen that %s", what)
		}
	}
}

// guest is somebody who lives in the house.
type guest struct {
	user   chat.User
	secret string
}

func (h *house) signUp(name string) guest {
	h.t.Helper()
	entry, err := h.chat.SignUp(h.t.Context(), name, "correct horse battery", "", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return guest{entry.User, entry.Secret}
}

// sheet is what a person's page knows of all their rooms, written so that two can be compared.
type sheet struct {
	h      *house
	g      guest
	rooms  map[chat.RoomID]*sheetRoom
	people map[chat.UserID]string // names
	bell   int
	cursor string
	resets int
	stales int
}

type sheetRoom struct {
	rev      int64
	name     string
	archived bool
	readSeq  int64
	level    chat.Level
	members  map[chat.UserID]bool
	messages map[chat.MessageID]jsonMessage
	seen     seenUpTo
}

// fresh loads every room anew.
func (h *house) fresh(g guest) *sheet {
	h.t.Helper()
	page, err := h.chat.Page(h.t.Context(), g.user.ID, chat.PageQuery{})
	if err != nil {
		h.t.Fatal(err)
	}
	s := &sheet{h: h, g: g, rooms: map[chat.RoomID]*sheetRoom{}, people: map[chat.UserID]string{}, bell: page.Bell, cursor: h.cursors.Encode(page.Head)}
	for _, line := range page.Rooms {
		if line.Joined {
			s.fetch(line.Room.ID)
		}
	}
	return s
}

// fetch loads a room anew, or drops it if the person is no member any more.
func (s *sheet) fetch(id chat.RoomID) {
	page, err := s.h.chat.Page(s.h.t.Context(), s.g.user.ID, chat.PageQuery{Room: id, Limit: 10_000})
	if chat.KindOf(err) == chat.NotFound || err == nil && page.Member == nil {
		delete(s.rooms, id)
		return
	}
	if err != nil {
		s.h.t.Fatal(err)
	}
	r := &sheetRoom{
		rev: page.Room.Rev, name: page.Room.Name, archived: page.Room.Archived(), readSeq: page.Member.ReadSeq, level: page.Member.Level,
		members: map[chat.UserID]bool{}, messages: map[chat.MessageID]jsonMessage{}, seen: seenUpTo{},
	}
	for _, p := range page.Members {
		r.members[p.ID] = true
		r.seen.set(p.ID, page.Seen[p.ID])
		s.people[p.ID] = p.Name
	}
	for _, m := range page.Messages {
		if !m.Deleted() {
			s.put(r, messageJSON(m))
		}
	}
	s.rooms[id] = r
}

func (s *sheet) put(r *sheetRoom, m jsonMessage) {
	r.messages[m.ID] = m
	s.people[m.Author.ID] = m.Author.Name
	for _, reaction := range m.Reactions {
		s.meet(reaction.Users)
	}
}

func (s *sheet) meet(people []*jsonPerson) {
	for _, p := range people {
		s.people[p.ID] = p.Name
	}
}

// line is a message as it is shown.
func (s *sheet) line(m jsonMessage) string {
	var reactions []string
	for _, r := range m.Reactions {
		reactions = append(reactions, fmt.Sprint(r.Emoji, " ", len(r.Users), " ", s.names(r.Users)))
	}
	slices.Sort(reactions)
	var mentions []string
	for _, id := range m.Mentions {
		mentions = append(mentions, s.people[id])
	}
	slices.Sort(mentions)
	return fmt.Sprintf("%d %s %q edited=%v reply=%v mentions=%v %v reactions=%v",
		m.Seq, s.people[m.Author.ID], m.Body, m.EditedAt != nil, m.ReplyTo != nil, mentions, m.Everybody, reactions)
}

func (s *sheet) names(people []*jsonPerson) (names []string) {
	for _, p := range people {
		names = append(names, s.people[p.ID])
	}
	slices.Sort(names)
	return names
}

// unread counts what the page knows not to have been read.
func (s *sheet) unread(r *sheetRoom) (n int) {
	for _, m := range r.messages {
		if m.Seq > r.readSeq && m.Author.ID != s.g.user.ID {
			n++
		}
	}
	return n
}

// apply does what a program that follows the stream does.
func (s *sheet) apply(f frame) {
	d := f.data
	r := s.rooms[d.Room]
	ofSelf := d.User != nil && d.User.ID == s.g.user.ID
	switch {
	case f.name == "reset":
		s.resets++
		*s = *s.h.fresh(s.g)
		return
	case f.name == "room_stale":
		s.stales++
		s.fetch(d.Room)
	case ofSelf && (f.name == "user_joined" || f.name == "user_left"):
		s.fetch(d.Room)
	case f.name == "read" && r != nil:
		r.readSeq = d.Seq // a read position can also go back
	case f.name == "level" && r != nil:
		r.level = d.Level
	case f.name == "notification":
		s.bell = *d.Unread
	case f.name == "user" && d.Room == "":
		s.people[d.User.ID] = d.User.Name
	case r != nil && d.RoomRev > r.rev:
		r.rev = d.RoomRev
		s.applyToRoom(r, f)
	}
	if f.id != "" {
		s.cursor = f.id
	}
}

func (s *sheet) applyToRoom(r *sheetRoom, f frame) {
	switch f.name {
	case "message", "message_edited":
		s.put(r, *f.data.Message)
	case "message_deleted":
		delete(r.messages, f.data.Message.ID)
	case "reaction":
		s.react(r, f.data)
	case "seen":
		r.seen.set(f.data.User.ID, f.data.Seq)
	case "user":
		s.people[f.data.User.ID] = f.data.User.Name
	case "user_joined":
		r.members[f.data.User.ID] = true
		s.people[f.data.User.ID] = f.data.User.Name
	case "user_left":
		delete(r.members, f.data.User.ID)
	case "room":
		r.name, r.archived = f.data.Name, *f.data.Archived
	}
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
	s.meet(d.Users)
}

func (s *sheet) String() string {
	lines := []string{fmt.Sprint("bell ", s.bell)}
	for id, r := range s.rooms {
		var members []string
		for id := range r.members {
			members = append(members, s.people[id])
		}
		slices.Sort(members)
		lines = append(lines, fmt.Sprintf("%s %q archived=%v read=%d unread=%d level=%s members=%v seen=%v",
			id, r.name, r.archived, r.readSeq, s.unread(r), r.level, members, r.seen.by(s.people)))
		for _, m := range r.messages {
			lines = append(lines, fmt.Sprintf("%s  %s", id, s.line(m)))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// copy is another page in the same state.
func (s *sheet) copy() *sheet {
	c := *s
	c.rooms, c.people = map[chat.RoomID]*sheetRoom{}, maps.Clone(s.people)
	for id, r := range s.rooms {
		room := *r
		room.members, room.messages, room.seen = maps.Clone(r.members), maps.Clone(r.messages), maps.Clone(r.seen)
		c.rooms[id] = &room
	}
	return &c
}

// follow opens a stream of the page's at its cursor.
func (s *sheet) follow(engine *sse.Engine) *sse.Stream {
	s.h.t.Helper()
	o, err := s.h.chat.Opening(s.h.t.Context(), s.g.secret)
	if err != nil {
		s.h.t.Fatal(err)
	}
	opening := sse.Opening{Format: formatJSON, Owner: userKey(o.User.ID), Keys: map[sse.StreamKey]int64{}, Now: sse.Position(o.Head)}
	for _, m := range o.Members {
		opening.Keys[roomKey(m.RoomID)] = m.JoinedID
	}
	if at, ok := s.h.cursors.Decode(s.cursor); ok {
		position := sse.Position(at)
		opening.Cursor = &position
	}
	stream, err := engine.Open(opening)
	if err != nil {
		s.h.t.Fatal(err)
	}
	return stream
}

// read applies what a stream has, until it is level with the head.
func (s *sheet) read(stream *sse.Stream) {
	s.h.t.Helper()
	head := s.h.feed.Applied()
	for stream.Position().ID < head.ID {
		ctx, cancel := context.WithTimeout(s.h.t.Context(), 10*time.Second)
		frames, err := stream.Next(ctx)
		cancel()
		if err != nil {
			s.h.t.Fatalf("at %v of %v: %v", stream.Position(), head, err)
		}
		for _, b := range frames {
			s.apply(parseFrame(b))
		}
		if len(frames) == 0 {
			return
		}
	}
	s.drain(stream)
}

// drain applies what is still queued.
func (s *sheet) drain(stream *sse.Stream) {
	for {
		ctx, cancel := context.WithTimeout(s.h.t.Context(), 5*time.Millisecond)
		frames, err := stream.Next(ctx)
		cancel()
		if err != nil {
			return
		}
		for _, b := range frames {
			s.apply(parseFrame(b))
		}
	}
}

// life makes random history of every kind that exists.
type life struct {
	h      *house
	rng    *rand.Rand
	guests []guest
	rooms  []chat.RoomID

	// steady lives have nothing in them that changes how older events are told: no reactions, no new names, no
	// receipts. What those come to is the same however it is read; the frames on the way are not.
	steady bool
}

func (l *life) step() {
	ctx := l.h.t.Context()
	who := l.guests[l.rng.IntN(len(l.guests))].user.ID
	other := l.guests[l.rng.IntN(len(l.guests))].user.ID
	room := l.rooms[l.rng.IntN(len(l.rooms))]
	var err error
	switch n := l.rng.IntN(100); {
	case n < 8 && !l.steady:
		err = l.converse(who, other)
	case n < 45:
		_, _, err = l.h.chat.Post(ctx, who, room, l.draft(who, room))
	case n < 52:
		if id, ok := l.message(who, room); ok && !l.steady {
			_, err = l.h.chat.React(ctx, who, id, []string{"👍", "🎉", "👀"}[l.rng.IntN(3)], l.rng.IntN(3) > 0)
		}
	case n < 57:
		if id, ok := l.message(who, room); ok {
			_, err = l.h.chat.Edit(ctx, who, id, fmt.Sprint("edited ", l.rng.IntN(1000)))
		}
	case n < 64:
		if id, ok := l.message(who, room); ok {
			_, err = l.h.chat.Delete(ctx, who, id)
		}
	case n < 74:
		err = l.h.chat.Join(ctx, who, room)
	case n < 80:
		err = l.h.chat.Leave(ctx, who, room)
	case n < 84:
		err = l.h.chat.AddMember(ctx, who, room, string(other))
	case n < 87:
		err = l.h.chat.RemoveMember(ctx, who, room, other)
	case n < 90:
		err = l.h.chat.MarkRead(ctx, who, room, int64(l.rng.IntN(30)))
	case n < 91:
		if id, ok := l.message(who, room); ok {
			err = l.h.chat.MarkUnread(ctx, who, room, id)
		}
	case n < 92:
		err = l.h.chat.SetLevel(ctx, who, room, []chat.Level{chat.LevelEverything, chat.LevelMentions, chat.LevelNothing}[l.rng.IntN(3)])
	case n < 93:
		err = l.h.chat.ReadNotifications(ctx, who)
	case n < 94:
		var r chat.Room
		if r, _, err = l.h.chat.OpenDirect(ctx, who, []string{string(other)}); err == nil && !slices.Contains(l.rooms, r.ID) {
			l.rooms = append(l.rooms, r.ID)
		}
	case n < 95:
		if l.steady {
			return
		}
		name := fmt.Sprint("Name ", l.rng.IntN(1000))
		_, err = l.h.chat.ChangeProfile(ctx, who, chat.Profile{Name: &name})
	case n < 97:
		err = l.h.chat.RenameRoom(ctx, who, room, fmt.Sprint("room ", l.rng.IntN(100)))
	case n < 99:
		var r chat.Room
		if r, err = l.h.chat.CreateRoom(ctx, who, "another room", l.rng.IntN(2) == 0); err == nil {
			l.rooms = append(l.rooms, r.ID)
		}
	default:
		err = l.h.chat.ArchiveRoom(ctx, who, room)
	}
	switch chat.KindOf(err) {
	case "", chat.NotFound, chat.Forbidden, chat.Invalid:
	default:
		l.h.t.Fatal(err)
	}
	if err != nil && chat.KindOf(err) == "" {
		l.h.t.Fatal(err)
	}
}

// draft is something to say, perhaps an answer, perhaps to somebody.
func (l *life) draft(who chat.UserID, room chat.RoomID) chat.Draft {
	d := chat.Draft{Body: fmt.Sprint("text ", l.rng.IntN(1000), " <b>\n\nevent: reset\ndata: x")}
	switch l.rng.IntN(5) {
	case 0:
		d.Body += " @Ada @room"
	case 1:
		if id, ok := l.message(who, room); ok {
			d.ReplyTo = string(id)
		}
	}
	return d
}

// message picks one of the messages that the person sees.
func (l *life) message(who chat.UserID, room chat.RoomID) (chat.MessageID, bool) {
	page, err := l.h.chat.Page(l.h.t.Context(), who, chat.PageQuery{Room: room})
	if err != nil || len(page.Messages) == 0 {
		return "", false
	}
	return page.Messages[l.rng.IntN(len(page.Messages))].ID, true
}

func newLife(h *house, seed uint64) *life {
	l := &life{h: h, rng: rand.New(rand.NewPCG(seed, 7)), rooms: []chat.RoomID{chat.General}}
	for _, name := range []string{"Ada", "Grace", "Linus"} {
		l.guests = append(l.guests, h.signUp(name))
	}
	for _, private := range []bool{false, true} {
		r, err := h.chat.CreateRoom(h.t.Context(), l.guests[0].user.ID, "ops", private)
		if err != nil {
			h.t.Fatal(err)
		}
		l.rooms = append(l.rooms, r.ID)
	}
	return l
}
