package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// The writes of an Update: one statement a table, however many rows.
const (
	putUsersSQL = `insert into users (id, name, name_key, role, password_hash, created_at)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
		on conflict (id) do update set name = excluded.name, name_key = excluded.name_key, role = excluded.role,
			password_hash = excluded.password_hash, created_at = excluded.created_at`

	putRoomsSQL = `insert into rooms (id, name, private, creator_id, created_at, archived_at)
		select * from unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::timestamptz[], $6::timestamptz[])
		on conflict (id) do update set name = excluded.name, private = excluded.private,
			creator_id = excluded.creator_id, created_at = excluded.created_at, archived_at = excluded.archived_at`

	putMembersSQL = `insert into members (room_id, user_id, joined_id, read_seq, joined_at)
		select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[])
		on conflict (room_id, user_id) do update set joined_id = excluded.joined_id, read_seq = excluded.read_seq,
			joined_at = excluded.joined_at`

	removeMembersSQL = `delete from members m using unnest($1::text[], $2::text[]) k (room_id, user_id)
		where m.room_id = k.room_id and m.user_id = k.user_id`

	putMessagesSQL = `insert into messages (id, room_id, author_id, seq, room_rev, body,
			created_at, edited_at, deleted_at, posted_id, changed_id)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
			$7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::bigint[])
		on conflict (id) do update set room_id = excluded.room_id, author_id = excluded.author_id, seq = excluded.seq,
			room_rev = excluded.room_rev, body = excluded.body, created_at = excluded.created_at,
			edited_at = excluded.edited_at, deleted_at = excluded.deleted_at,
			posted_id = excluded.posted_id, changed_id = excluded.changed_id`

	putSessionsSQL = `insert into sessions (id, user_id, kind, label, token_hash, created_at, seen_at, expires_at)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[],
			$6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
		on conflict (id) do update set user_id = excluded.user_id, kind = excluded.kind, label = excluded.label,
			token_hash = excluded.token_hash, created_at = excluded.created_at, seen_at = excluded.seen_at,
			expires_at = excluded.expires_at`

	endSessionsSQL = `delete from sessions where id = any($1)`

	appendSQL = `insert into events (shard, id, epoch, at, kind, room_id, user_id, message_id, actor_id, room_rev, ref)
		select $1, e.* from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
			$8::text[], $9::text[], $10::bigint[], $11::text[]) e`
)

// queueWrites queues the statements that write the rows.
func queueWrites(batch *pgx.Batch, rows *chat.Rows) {
	if u := rows.Users; len(u) > 0 {
		batch.Queue(putUsersSQL,
			column(u, func(u chat.User) string { return string(u.ID) }),
			column(u, func(u chat.User) string { return u.Name }),
			column(u, func(u chat.User) string { return u.NameKey }),
			column(u, func(u chat.User) string { return string(u.Role) }),
			column(u, func(u chat.User) string { return u.PasswordHash }),
			column(u, func(u chat.User) time.Time { return u.CreatedAt }))
	}
	if r := rows.Rooms; len(r) > 0 {
		batch.Queue(putRoomsSQL,
			column(r, func(r chat.Room) string { return string(r.ID) }),
			column(r, func(r chat.Room) string { return r.Name }),
			column(r, func(r chat.Room) bool { return r.Private }),
			column(r, func(r chat.Room) string { return string(r.CreatorID) }),
			column(r, func(r chat.Room) time.Time { return r.CreatedAt }),
			column(r, func(r chat.Room) zeronull.Timestamptz { return zeronull.Timestamptz(r.ArchivedAt) }))
	}
	queueMembers(batch, rows)
	queueMessages(batch, rows.Messages)
	queueSessions(batch, rows)
	queueEvents(batch, rows.Events)
}

func queueMembers(batch *pgx.Batch, rows *chat.Rows) {
	if m := rows.Members; len(m) > 0 {
		batch.Queue(putMembersSQL,
			column(m, func(m chat.Member) string { return string(m.RoomID) }),
			column(m, func(m chat.Member) string { return string(m.UserID) }),
			column(m, func(m chat.Member) int64 { return m.JoinedID }),
			column(m, func(m chat.Member) int64 { return m.ReadSeq }),
			column(m, func(m chat.Member) time.Time { return m.JoinedAt }))
	}
	if k := rows.Left; len(k) > 0 {
		batch.Queue(removeMembersSQL, column(k, roomOf), column(k, userOf))
	}
}

func queueMessages(batch *pgx.Batch, m []chat.Message) {
	if len(m) == 0 {
		return
	}
	batch.Queue(putMessagesSQL,
		column(m, func(m chat.Message) string { return string(m.ID) }),
		column(m, func(m chat.Message) string { return string(m.RoomID) }),
		column(m, func(m chat.Message) string { return string(m.Author.ID) }),
		column(m, func(m chat.Message) int64 { return m.Seq }),
		column(m, func(m chat.Message) int64 { return m.RoomRev }),
		column(m, keptBody),
		column(m, func(m chat.Message) time.Time { return m.CreatedAt }),
		column(m, func(m chat.Message) zeronull.Timestamptz { return zeronull.Timestamptz(m.EditedAt) }),
		column(m, func(m chat.Message) zeronull.Timestamptz { return zeronull.Timestamptz(m.DeletedAt) }),
		column(m, func(m chat.Message) int64 { return m.PostedID }),
		column(m, func(m chat.Message) int64 { return m.ChangedID }))
}

// keptBody is the text that is stored: of what was taken back, none.
func keptBody(m chat.Message) string {
	if m.Deleted() {
		return ""
	}
	return m.Body
}

func queueSessions(batch *pgx.Batch, rows *chat.Rows) {
	if s := rows.Sessions; len(s) > 0 {
		batch.Queue(putSessionsSQL,
			column(s, func(s chat.Session) string { return string(s.ID) }),
			column(s, func(s chat.Session) string { return string(s.UserID) }),
			column(s, func(s chat.Session) string { return string(s.Kind) }),
			column(s, func(s chat.Session) string { return s.Label }),
			column(s, func(s chat.Session) []byte { return s.TokenHash }),
			column(s, func(s chat.Session) time.Time { return s.CreatedAt }),
			column(s, func(s chat.Session) time.Time { return s.SeenAt }),
			column(s, func(s chat.Session) time.Time { return s.ExpiresAt }))
	}
	if len(rows.Ended) > 0 {
		batch.Queue(endSessionsSQL, column(rows.Ended, same[chat.SessionID]))
	}
}

func queueEvents(batch *pgx.Batch, e []chat.Event) {
	if len(e) == 0 {
		return
	}
	batch.Queue(appendSQL, chat.Shard,
		column(e, func(e chat.Event) int64 { return e.ID }),
		column(e, func(e chat.Event) int64 { return int64(e.Epoch) }),
		column(e, func(e chat.Event) time.Time { return e.At }),
		column(e, func(e chat.Event) string { return string(e.Kind) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.RoomID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.UserID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.MessageID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.ActorID) }),
		column(e, func(e chat.Event) int64 { return e.RoomRev }),
		column(e, func(e chat.Event) string { return e.Ref.JSON() }))
}
