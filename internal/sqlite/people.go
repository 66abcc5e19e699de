package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

// The columns of users in the order of their scan functions. What a message or a reaction shows of somebody may
// have to be shown without their row.
const (
	userColumns   = `id, name, name_key, role, password_hash, created_at, status, avatar, disabled_at, unread, prefs`
	personColumns = `u.id, u.name, u.role, u.avatar, u.status`
	joinedPerson  = `coalesce(u.name, ''), coalesce(u.role, ''), coalesce(u.avatar, ''), coalesce(u.status, '')`
)

func scanUser(r row) (u chat.User, err error) {
	err = r.Scan(&u.ID, &u.Name, &u.NameKey, &u.Role, &u.PasswordHash, instant{&u.CreatedAt},
		&u.Status, &u.Avatar, instant{&u.DisabledAt}, &u.Unread, document{&u.Prefs})
	return u, err
}

func scanPerson(r row) (p chat.Person, err error) {
	err = r.Scan(personFields(&p)...)
	return p, err
}

func personFields(p *chat.Person) []any { return []any{&p.ID, &p.Name, &p.Role, &p.Avatar, &p.Status} }

const (
	usersByID   = `select ` + userColumns + ` from users where id in (select value from json_each($1))`
	usersByName = `select ` + userColumns + ` from users where name_key in (select value from json_each($1))`
)

func (c *conn) loadUsers(ctx context.Context, into map[chat.UserID]chat.User, ids []chat.UserID, names []string) error {
	key := func(u chat.User) chat.UserID { return u.ID }
	if err := loadMap(ctx, c, into, scanUser, key, usersByID, ids); err != nil {
		return err
	}
	return loadMap(ctx, c, into, scanUser, key, usersByName, names)
}

// Named implements chat.Store.
func (s *Store) Named(ctx context.Context, nameKeys []string) (users []chat.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		users, err = list(ctx, c, scanUser, usersByName, set(nameKeys))
		return err
	})
	return users, err
}

// Whom a viewer may know of: $1 is the viewer. Everybody knows of themselves; of a viewer who does not exist
// there is no role, and so they know of nobody.
const (
	roleOfViewer = `(select v.role from users v where v.id = $1)`
	known        = `(u.id = $1 or exists (select 1 from blocks b where b.user_id = $1 and b.blocked = u.id)
		or (u.disabled_at is null or ` + roleOfViewer + ` = 'administrator')
		and (` + roleOfViewer + ` <> 'guest' or exists (select 1 from members mine
			cross join members theirs on theirs.room_id = mine.room_id and theirs.user_id = u.id
			where mine.user_id = $1)))`

	// together: both are members of the room $4.
	together = `(exists (select 1 from members m where m.room_id = $4 and m.user_id = $1)
		and exists (select 1 from members m where m.room_id = $4 and m.user_id = u.id))`

	people = `select ` + userColumns + ` from users u where u.name_key >= $2 and u.name_key < $3 and ` + known + ` and ($4 = '' or ` + together + `)
		order by u.name_key limit $5`
	person = `select ` + userColumns + ` from users u where u.id = $2 and ` + known
)

// afterEverything sorts behind all text: as a byte, it is in no UTF-8. What begins with a prefix lies between the
// prefix and the prefix with this.
const afterEverything = "\xff"

// People implements chat.Store.
func (s *Store) People(ctx context.Context, viewer chat.UserID, q chat.PeopleQuery) (users []chat.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		users, err = list(ctx, c, scanUser, people, viewer, q.Prefix, q.Prefix+afterEverything, q.Room, q.Limit)
		return err
	})
	return users, err
}

// User implements chat.Store.
func (s *Store) User(ctx context.Context, viewer, id chat.UserID) (user chat.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		user, err = one(ctx, c, scanUser, person, viewer, id)
		return err
	})
	return user, err
}
