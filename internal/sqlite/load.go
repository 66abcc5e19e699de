package sqlite

import (
	"context"
	"maps"

	"example.com/chat/internal/chat"
)

// The columns of each table in the order of its scan function.
const (
	userColumns    = `id, name, name_key, role, password_hash, created_at`
	sessionColumns = `id, user_id, kind, label, token_hash, created_at, seen_at, expires_at`
	memberColumns  = `m.room_id, m.user_id, m.joined_id, m.read_seq, m.joined_at`
	messageColumns = `m.id, m.room_id, m.author_id, coalesce(u.name, ''), coalesce(u.role, ''), m.seq, m.room_rev, m.body,
		m.created_at, m.edited_at, m.deleted_at, m.posted_id, m.changed_id`
	messageTables = `messages m left join users u on u.id = m.author_id`
	roomColumns   = `r.id, r.name, r.private, r.creator_id, r.created_at, r.archived_at,
		max(r.rev_floor, coalesce((select e.room_rev from events e where e.room_id = r.id order by e.id desc limit 1), 0)),
		coalesce((select max(m.seq) from messages m where m.room_id = r.id), 0)`
)

func scanUser(r row) (u chat.User, err error) {
	err = r.Scan(&u.ID, &u.Name, &u.NameKey, &u.Role, &u.PasswordHash, instant{&u.CreatedAt})
	return u, err
}

func scanPerson(r row) (p chat.Person, err error) {
	err = r.Scan(&p.ID, &p.Name, &p.Role)
	return p, err
}

func scanSession(r row) (s chat.Session, err error) {
	err = r.Scan(&s.ID, &s.UserID, &s.Kind, &s.Label, &s.TokenHash,
		instant{&s.CreatedAt}, instant{&s.SeenAt}, instant{&s.ExpiresAt})
	return s, err
}

func scanRoom(r row) (m chat.Room, err error) {
	err = r.Scan(&m.ID, &m.Name, &m.Private, &m.CreatorID, instant{&m.CreatedAt}, instant{&m.ArchivedAt}, &m.Rev, &m.Seq)
	return m, err
}

func scanMember(r row) (m chat.Member, err error) {
	err = r.Scan(&m.RoomID, &m.UserID, &m.JoinedID, &m.ReadSeq, instant{&m.JoinedAt})
	return m, err
}

func scanMessage(r row) (m chat.Message, err error) {
	err = r.Scan(&m.ID, &m.RoomID, &m.Author.ID, &m.Author.Name, &m.Author.Role, &m.Seq, &m.RoomRev, &m.Body,
		instant{&m.CreatedAt}, instant{&m.EditedAt}, instant{&m.DeletedAt}, &m.PostedID, &m.ChangedID)
	return m, err
}

// load reads the rows named by keys into a map; no keys, no query.
func load[K comparable, V, N any](ctx context.Context, c *conn, into map[K]V, scan func(row) (V, error), key func(V) K, query string, keys []N) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := list(ctx, c, scan, query, set(keys))
	for _, v := range rows {
		into[key(v)] = v
	}
	return err
}

// state reads what an Update needs.
func (c *conn) state(ctx context.Context, needs *chat.Needs) (*chat.State, error) {
	s := chat.NewState()
	err := c.logState(ctx, s)
	for _, read := range []func() error{
		func() error { return c.loadUsers(ctx, s.Users, needs.Users, needs.Names) },
		func() error { return c.loadRooms(ctx, s.Rooms, needs.Rooms) },
		func() error { return c.loadMembers(ctx, s.Members, needs.Members) },
		func() error { return c.loadMessages(ctx, s.Messages, needs.Messages) },
		func() error { return c.loadSessions(ctx, s.Sessions, needs.Sessions, needs.SessionsOf) },
	} {
		if err == nil {
			err = read()
		}
	}
	return s, err
}

// logState reads the head and the clock. The clock never runs backwards from one event to the next,
// whatever the machine's does.
func (c *conn) logState(ctx context.Context, s *chat.State) (err error) {
	if s.Head, err = c.head(ctx); err != nil {
		return err
	}
	if s.Vacant, err = one(ctx, c, value[bool], `select not exists (select 1 from users)`); err != nil {
		return err
	}
	s.Now = now()
	newest, err := list(ctx, c, scanInstant, `select at from events where shard = $1 order by id desc limit 1`, chat.Shard)
	if len(newest) > 0 && newest[0].After(s.Now) {
		s.Now = newest[0]
	}
	return err
}

func (c *conn) loadUsers(ctx context.Context, into map[chat.UserID]chat.User, ids []chat.UserID, names []string) error {
	key := func(u chat.User) chat.UserID { return u.ID }
	if err := load(ctx, c, into, scanUser, key, `select `+userColumns+` from users
		where id in (select value from json_each($1))`, ids); err != nil {
		return err
	}
	return load(ctx, c, into, scanUser, key, `select `+userColumns+` from users
		where name_key in (select value from json_each($1))`, names)
}

func (c *conn) loadRooms(ctx context.Context, into map[chat.RoomID]chat.Room, ids []chat.RoomID) error {
	return load(ctx, c, into, scanRoom, func(r chat.Room) chat.RoomID { return r.ID },
		`select `+roomColumns+` from rooms r where r.id in (select value from json_each($1))`, ids)
}

func (c *conn) loadMembers(ctx context.Context, into map[chat.MemberKey]chat.Member, keys []chat.MemberKey) error {
	return load(ctx, c, into, scanMember, chat.Member.Key, `select `+memberColumns+`
		from json_each($1) k cross join members m on m.room_id = k.value->>'RoomID' and m.user_id = k.value->>'UserID'`, keys)
}

func (c *conn) loadMessages(ctx context.Context, into map[chat.MessageID]chat.Message, ids []chat.MessageID) error {
	return load(ctx, c, into, scanMessage, func(m chat.Message) chat.MessageID { return m.ID },
		`select `+messageColumns+` from `+messageTables+` where m.id in (select value from json_each($1))`, ids)
}

func (c *conn) loadSessions(ctx context.Context, into map[chat.SessionID]chat.Session, ids []chat.SessionID, users []chat.UserID) error {
	key := func(s chat.Session) chat.SessionID { return s.ID }
	if err := load(ctx, c, into, scanSession, key, `select `+sessionColumns+` from sessions
		where id in (select value from json_each($1))`, ids); err != nil {
		return err
	}
	return load(ctx, c, into, scanSession, key, `select `+sessionColumns+` from sessions
		where user_id in (select value from json_each($1))`, users)
}

// loadPersons reads the public part of users.
func (c *conn) loadPersons(ctx context.Context, ids map[chat.UserID]chat.Person) error {
	var keys []chat.UserID
	for id := range maps.Keys(ids) {
		keys = append(keys, id)
	}
	return load(ctx, c, ids, scanPerson, func(p chat.Person) chat.UserID { return p.ID },
		`select id, name, role from users where id in (select value from json_each($1))`, keys)
}
