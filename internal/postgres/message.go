package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// messageColumns are those of messages x with their author a.
const (
	messageColumns = `x.id, x.room_id, x.author_id, ` + joinedPerson + `, x.seq, x.room_rev, x.body,
	x.created_at, x.edited_at, x.deleted_at, x.posted_id, x.changed_id, coalesce(x.reply_to, ''), x.mentions, x.called, x.everybody`
	withAuthor = ` from messages x left join lateral (select * from users where id = x.author_id limit 1) a on true `
)

// messageFields are all but the reactions.
func messageFields(m *chat.Message) []any {
	return append(append([]any{&m.ID, &m.RoomID}, personFields(&m.Author)...),
		&m.Seq, &m.RoomRev, &m.Body, &m.CreatedAt, orZero(&m.EditedAt), orZero(&m.DeletedAt), &m.PostedID, &m.ChangedID,
		&m.ReplyTo, document{&m.Mentions}, document{&m.Called}, &m.Everybody)
}

const (
	loadMessagesSQL = `select ` + messageColumns + withAuthor + `where x.id = any($1)`

	messageSQL = `select ` + messageColumns + withAuthor + `where x.id = $2 and (
		exists (select from members m where m.room_id = x.room_id and m.user_id = $1)
		or exists (select from rooms r join users v on v.id = $1 where r.id = x.room_id and not r.private and v.role = 'administrator'))`

	putMessagesSQL = `insert into messages (id, room_id, author_id, seq, room_rev, body,
			created_at, edited_at, deleted_at, posted_id, changed_id, reply_to, mentions, called, everybody)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
			$7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::bigint[],
			$12::text[], $13::text[], $14::text[], $15::boolean[])
		on conflict (id) do update set room_id = excluded.room_id, author_id = excluded.author_id, seq = excluded.seq,
			room_rev = excluded.room_rev, body = excluded.body, created_at = excluded.created_at,
			edited_at = excluded.edited_at, deleted_at = excluded.deleted_at,
			posted_id = excluded.posted_id, changed_id = excluded.changed_id,
			reply_to = excluded.reply_to, mentions = excluded.mentions, called = excluded.called, everybody = excluded.everybody`
)

func loadMessages(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.Messages) == 0 {
		return
	}
	ids := storable(needs.Messages)
	batch.Queue(loadMessagesSQL, ids).Query(each(messageFields, func(m chat.Message) { state.Messages[m.ID] = m }))
	batch.Queue(reactionsSQL, ids).Query(reacted(func(id chat.MessageID, reactions []chat.Reaction) {
		m := state.Messages[id]
		m.Reactions = reactions
		state.Messages[id] = m
	}))
}

func putMessages(batch *pgx.Batch, m []chat.Message) {
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
		column(m, func(m chat.Message) zeronull.Timestamptz { return orNull(m.EditedAt) }),
		column(m, func(m chat.Message) zeronull.Timestamptz { return orNull(m.DeletedAt) }),
		column(m, func(m chat.Message) int64 { return m.PostedID }),
		column(m, func(m chat.Message) int64 { return m.ChangedID }),
		column(m, func(m chat.Message) zeronull.Text { return zeronull.Text(m.ReplyTo) }),
		column(m, func(m chat.Message) string { return asDocument(m.Mentions) }),
		column(m, func(m chat.Message) string { return asDocument(m.Called) }),
		column(m, func(m chat.Message) bool { return m.Everybody }))
}

// keptBody is the text that is stored: of what was taken back, none.
func keptBody(m chat.Message) string {
	if m.Deleted() {
		return ""
	}
	return m.Body
}

// Message is a message of a room the viewer is a member of.
func (s *Store) Message(ctx context.Context, viewer chat.UserID, id chat.MessageID) (m chat.Message, err error) {
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	batch.Queue(messageSQL, viewer, id).QueryRow(one(&m, messageFields))
	batch.Queue(reactionsSQL, []chat.MessageID{id}).
		Query(reacted(func(_ chat.MessageID, reactions []chat.Reaction) { m.Reactions = reactions }))
	batch.Queue(commit)
	if err := s.read(ctx, "message", batch); err != nil {
		return chat.Message{}, err
	}
	return m, nil
}
