package chattest

import (
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// The cast. Ada and Grace are in #general and #ops, Linus is in #general only.
var (
	Ada   = chat.User{ID: "ada", Name: "Ada", NameKey: "ada", Role: chat.Administrator, PasswordHash: "$argon2id$ada"}
	Grace = chat.User{ID: "grace", Name: "Grace", NameKey: "grace", Role: chat.Ordinary, PasswordHash: "$argon2id$grace"}
	Linus = chat.User{ID: "linus", Name: "Linus", NameKey: "linus", Role: chat.Ordinary, PasswordHash: "$argon2id$linus"}

	Ops = chat.Room{ID: "ops", Name: "ops", Private: true, CreatorID: "ada"}
)

// Cast brings the cast into a fresh store.
func Cast(t *testing.T, store chat.Store) {
	t.Helper()
	s := &stage{T: t, store: store}
	s.change(chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
		for _, user := range []chat.User{Ada, Grace, Linus} {
			user.CreatedAt = d.Now
			d.rows.Users = append(d.rows.Users, user)
			d.join(chat.General, user.ID)
		}
		ops := Ops
		ops.CreatedAt = d.Now
		d.rows.Rooms = append(d.rows.Rooms, ops)
		d.Rooms[ops.ID] = ops
		d.emit(chat.Event{Kind: chat.RoomCreated, RoomID: ops.ID, ActorID: Ada.ID})
		d.join(ops.ID, Ada.ID)
		d.join(ops.ID, Grace.ID)
	})
}

func (s *stage) cast() {
	s.Helper()
	Cast(s.T, s.store)
}

// draft is a change being decided on.
type draft struct {
	*chat.State
	rows chat.Rows
}

// change carries out act on the state that needs name.
func (s *stage) change(needs chat.Needs, act func(*draft)) {
	s.Helper()
	s.must(changeIn(s, s.store, needs, act))
}

func changeIn(s *stage, store chat.Store, needs chat.Needs, act func(*draft)) error {
	return store.Update(s.ctx(), &needs, func(state *chat.State) *chat.Rows {
		d := &draft{State: state}
		act(d)
		return &d.rows
	})
}

// emit appends an event. Its room must be among the needs.
func (d *draft) emit(e chat.Event) chat.Event {
	d.Head.ID++
	e.ID, e.Epoch, e.At = d.Head.ID, d.Head.Epoch, d.Now
	if room, ok := d.Rooms[e.RoomID]; ok {
		room.Rev++
		d.Rooms[room.ID] = room
		e.RoomRev = room.Rev
	}
	d.rows.Events = append(d.rows.Events, e)
	return e
}

func (d *draft) join(room chat.RoomID, user chat.UserID) chat.Member {
	e := d.emit(chat.Event{Kind: chat.UserJoined, RoomID: room, UserID: user, ActorID: user, Ref: chat.Ref{Seq: d.Rooms[room].Seq}})
	m := chat.Member{RoomID: room, UserID: user, JoinedID: e.ID, ReadSeq: d.Rooms[room].Seq, JoinedAt: d.Now}
	d.rows.Members = append(d.rows.Members, m)
	return m
}

func (d *draft) post(room chat.RoomID, author chat.User, body string) chat.Message {
	e := chat.Event{Kind: chat.MessagePosted, RoomID: room, MessageID: chat.NewMessageID(), ActorID: author.ID}
	e = d.emit(e)
	r := d.Rooms[room]
	r.Seq++
	d.Rooms[room] = r
	m := chat.Message{
		ID: e.MessageID, RoomID: room, Author: author.Person(), Seq: r.Seq, RoomRev: e.RoomRev,
		Body: body, CreatedAt: d.Now, PostedID: e.ID, ChangedID: e.ID,
	}
	d.rows.Messages = append(d.rows.Messages, m)
	return m
}

func (s *stage) join(room chat.RoomID, user chat.User) (m chat.Member) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) { m = d.join(room, user.ID) })
	return m
}

func (s *stage) leave(room chat.RoomID, user chat.User) (e chat.Event) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) {
		e = d.emit(chat.Event{Kind: chat.UserLeft, RoomID: room, UserID: user.ID, ActorID: user.ID, Ref: chat.Ref{Seq: d.Rooms[room].Seq}})
		d.rows.Left = append(d.rows.Left, chat.MemberKey{RoomID: room, UserID: user.ID})
	})
	return e
}

func (s *stage) post(room chat.RoomID, author chat.User, body string) (m chat.Message) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) { m = d.post(room, author, body) })
	return m
}

// postMany posts n messages in one Update.
func (s *stage) postMany(room chat.RoomID, author chat.User, n int) {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{room}}, func(d *draft) {
		for range n {
			d.post(room, author, "one of many")
		}
	})
}

func (s *stage) edit(m chat.Message, body string) chat.Message {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{m.RoomID}}, func(d *draft) {
		e := d.emit(chat.Event{Kind: chat.MessageEdited, RoomID: m.RoomID, MessageID: m.ID, ActorID: m.Author.ID})
		m.Body, m.EditedAt, m.RoomRev, m.ChangedID = body, e.At, e.RoomRev, e.ID
		d.rows.Messages = append(d.rows.Messages, m)
	})
	return m
}

func (s *stage) delete(m chat.Message) chat.Message {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{m.RoomID}}, func(d *draft) {
		e := d.emit(chat.Event{Kind: chat.MessageDeleted, RoomID: m.RoomID, MessageID: m.ID, ActorID: m.Author.ID})
		m.Body, m.DeletedAt, m.RoomRev, m.ChangedID = "", e.At, e.RoomRev, e.ID
		d.rows.Messages = append(d.rows.Messages, m)
	})
	return m
}

// tellUser appends an event that concerns a user and no room.
func (s *stage) tellUser(user chat.User, ref chat.Ref) (e chat.Event) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		e = d.emit(chat.Event{Kind: chat.ReadMoved, UserID: user.ID, ActorID: user.ID, Ref: ref})
	})
	return e
}

// emit appends an event.
func (s *stage) emit(e chat.Event) chat.Event {
	s.Helper()
	s.change(chat.Needs{Rooms: []chat.RoomID{e.RoomID}}, func(d *draft) { e = d.emit(e) })
	return e
}

// put replaces a user's row.
func (s *stage) put(user chat.User) chat.User {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) { d.rows.Users = []chat.User{user} })
	return user
}

// signUp makes a user who is in no room.
func (s *stage) signUp(name string, role chat.Role) (user chat.User) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		user = chat.User{ID: chat.UserID(chat.NewID()), Name: name, NameKey: chat.NameKey(name), Role: role, CreatedAt: d.Now}
		d.rows.Users = []chat.User{user}
	})
	return user
}

// signIn gives a user a session that ends after life.
func (s *stage) signIn(user chat.User, kind chat.SessionKind, life time.Duration) (session chat.Session) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		session = chat.Session{
			ID: chat.SessionID(chat.NewID()), UserID: user.ID, Kind: kind, Label: "Firefox on a train",
			TokenHash: []byte(chat.NewID()), CreatedAt: d.Now, SeenAt: d.Now, ExpiresAt: d.Now.Add(life),
		}
		d.rows.Sessions = append(d.rows.Sessions, session)
	})
	return session
}
