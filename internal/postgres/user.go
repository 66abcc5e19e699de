package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// The columns of users u, as the scan functions below expect them. Who has done something is joined to it as a, and
// it is told even without them. For a page they are looked up one by one (lateral with limit 1, or offset 0 for
// several): a planner that may join reads all the users there are for fifty messages, as long as it believes that
// they are few.
const (
	userColumns = `u.id, u.name, u.name_key, u.role, u.password_hash, u.created_at,
		u.status, u.avatar, u.disabled_at, u.unread, u.prefs`
	personColumns = `u.id, u.name, u.role, u.avatar, u.status`
	joinedPerson  = `coalesce(a.name, ''), coalesce(a.role, ''), coalesce(a.avatar, ''), coalesce(a.status, '')`
)

func userFields(u *chat.User) []any {
	return []any{&u.ID, &u.Name, &u.NameKey, &u.Role, &u.PasswordHash, &u.CreatedAt,
		&u.Status, &u.Avatar, orZero(&u.DisabledAt), &u.Unread, document{&u.Prefs}}
}

// personFields are those of personColumns, and of an id with joinedPerson.
func personFields(p *chat.Person) []any { return []any{&p.ID, &p.Name, &p.Role, &p.Avatar, &p.Status} }

const (
	loadUsersSQL = `select ` + userColumns + ` from users u where u.id = any($1) or u.name_key = any($2)`

	putUsersSQL = `insert into users (id, name, name_key, role, password_hash, created_at,
			status, avatar, disabled_at, unread, prefs)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
			$7::text[], $8::text[], $9::timestamptz[], $10::bigint[], $11::text[])
		on conflict (id) do update set name = excluded.name, name_key = excluded.name_key, role = excluded.role,
			password_hash = excluded.password_hash, created_at = excluded.created_at, status = excluded.status,
			avatar = excluded.avatar, disabled_at = excluded.disabled_at, unread = excluded.unread, prefs = excluded.prefs`
)

func loadUsers(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.Users)+len(needs.Names) > 0 {
		batch.Queue(loadUsersSQL, storable(needs.Users), storable(needs.Names)).
			Query(each(userFields, func(u chat.User) { state.Users[u.ID] = u }))
	}
}

func putUsers(batch *pgx.Batch, u []chat.User) {
	if len(u) == 0 {
		return
	}
	batch.Queue(putUsersSQL,
		column(u, func(u chat.User) string { return string(u.ID) }),
		column(u, func(u chat.User) string { return u.Name }),
		column(u, func(u chat.User) string { return u.NameKey }),
		column(u, func(u chat.User) string { return string(u.Role) }),
		column(u, func(u chat.User) string { return u.PasswordHash }),
		column(u, func(u chat.User) time.Time { return u.CreatedAt }),
		column(u, func(u chat.User) string { return u.Status }),
		column(u, func(u chat.User) string { return string(u.Avatar) }),
		column(u, func(u chat.User) zeronull.Timestamptz { return orNull(u.DisabledAt) }),
		column(u, func(u chat.User) int64 { return int64(u.Unread) }),
		column(u, func(u chat.User) string { return asDocument(u.Prefs) }))
}
