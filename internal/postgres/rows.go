package postgres

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// The columns of each table as the scan functions below expect them: users u, rooms r, members m,
// sessions s, and messages x with their author a.
const (
	userColumns    = `u.id, u.name, u.name_key, u.role, u.password_hash, u.created_at`
	memberColumns  = `m.room_id, m.user_id, m.joined_id, m.read_seq, m.joined_at`
	sessionColumns = `s.id, s.user_id, s.kind, s.label, s.token_hash, s.created_at, s.seen_at, s.expires_at`
	messageColumns = `x.id, x.room_id, x.author_id, coalesce(a.name, ''), coalesce(a.role, ''), x.seq, x.room_rev,
		x.body, x.created_at, x.edited_at, x.deleted_at, x.posted_id, x.changed_id`

	// A room's newest event and message give its numbers: one probe of an index each. Columns kept up to
	// date would be rows that every post in the room rewrites, and that rot under a long snapshot.
	roomColumns = `r.id, r.name, r.private, r.creator_id, r.created_at, r.archived_at,
		greatest(r.rev_floor, (select e.room_rev from events e where e.room_id = r.id order by e.id desc limit 1)),
		coalesce((select y.seq from messages y where y.room_id = r.id order by y.seq desc limit 1), 0)`
)

func userFields(u *chat.User) []any {
	return []any{&u.ID, &u.Name, &u.NameKey, &u.Role, &u.PasswordHash, &u.CreatedAt}
}

func roomFields(r *chat.Room) []any {
	return []any{&r.ID, &r.Name, &r.Private, &r.CreatorID, &r.CreatedAt, orZero(&r.ArchivedAt), &r.Rev, &r.Seq}
}

func memberFields(m *chat.Member) []any {
	return []any{&m.RoomID, &m.UserID, &m.JoinedID, &m.ReadSeq, &m.JoinedAt}
}

func sessionFields(s *chat.Session) []any {
	return []any{&s.ID, &s.UserID, &s.Kind, &s.Label, &s.TokenHash, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt}
}

func messageFields(m *chat.Message) []any {
	return []any{&m.ID, &m.RoomID, &m.Author.ID, &m.Author.Name, &m.Author.Role, &m.Seq, &m.RoomRev,
		&m.Body, &m.CreatedAt, orZero(&m.EditedAt), orZero(&m.DeletedAt), &m.PostedID, &m.ChangedID}
}

// orZero reads NULL as the zero time.
func orZero(t *time.Time) *zeronull.Timestamptz { return (*zeronull.Timestamptz)(t) }

// each has take called with every row, scanned into the fields of a new T.
func each[T any](fields func(*T) []any, take func(T)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			var row T
			if err := rows.Scan(fields(&row)...); err != nil {
				return err
			}
			take(row)
		}
		return rows.Err()
	}
}

// into collects every row.
func into[T any](list *[]T, fields func(*T) []any) func(pgx.Rows) error {
	return each(fields, func(row T) { *list = append(*list, row) })
}

// column is one column of a set of rows, as unnest takes it.
func column[T, V any](rows []T, value func(T) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = value(row)
	}
	return values
}

func same[K ~string](k K) string { return string(k) }

// storable keeps the ids that can exist. Postgres refuses a statement for one that is not UTF-8 or
// contains NUL, and somebody's broken id must not abort the batch of all the others.
func storable[K ~string](ids []K) []string {
	kept := make([]string, 0, len(ids))
	for _, id := range ids {
		if isStorable(string(id)) {
			kept = append(kept, string(id))
		}
	}
	return kept
}

func isStorable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
