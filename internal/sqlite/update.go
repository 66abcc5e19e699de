package sqlite

import (
	"context"
	"fmt"
	"strings"

	"example.com/chat/internal/chat"
)

// Update implements chat.Store.
func (s *Store) Update(ctx context.Context, needs *chat.Needs, decide func(*chat.State) *chat.Rows) error {
	var head chat.Position
	err := s.write(ctx, func(c *conn) error {
		state, err := c.state(ctx, needs)
		if err != nil {
			return err
		}
		head = state.Head
		rows := decide(state)
		if rows == nil {
			return nil
		}
		if err := rows.Continue(head); err != nil {
			return err
		}
		head.ID += int64(len(rows.Events))
		return c.put(ctx, rows)
	})
	if err == nil {
		s.heads.moved(head)
	}
	return err
}

// upsert is the statement that writes whole rows. Columns it does not name keep their value.
func upsert(table, key, columns string) string {
	names := strings.Split(columns, ", ")
	values, sets := make([]string, len(names)), make([]string, len(names))
	for i, name := range names {
		values[i] = fmt.Sprintf("$%d", i+1)
		sets[i] = name + " = excluded." + name
	}
	return fmt.Sprintf("insert into %s (%s) values (%s) on conflict (%s) do update set %s",
		table, columns, strings.Join(values, ", "), key, strings.Join(sets, ", "))
}

var (
	putUser    = upsert("users", "id", userColumns)
	putSession = upsert("sessions", "id", sessionColumns)
	putRoom    = upsert("rooms", "id", "id, name, private, creator_id, created_at, archived_at")
	putMember  = upsert("members", "room_id, user_id", "room_id, user_id, joined_id, read_seq, joined_at")
	putMessage = upsert("messages", "id", "id, room_id, author_id, seq, room_rev, body, created_at, edited_at, deleted_at, posted_id, changed_id")
)

const (
	removeMember  = `delete from members where room_id = $1 and user_id = $2`
	removeSession = `delete from sessions where id = $1`
	appendEvent   = `insert into events (shard, id, epoch, at, kind, room_id, user_id, message_id, actor_id, room_rev, ref)
		values ($1, $2, $3, $4, $5, nullif($6, ''), nullif($7, ''), nullif($8, ''), nullif($9, ''), $10, $11)`
)

// put writes the rows an Update decided on.
func (c *conn) put(ctx context.Context, rows *chat.Rows) error {
	w := writing{ctx: ctx, conn: c}
	for _, u := range rows.Users {
		w.exec(putUser, u.ID, u.Name, u.NameKey, u.Role, u.PasswordHash, millis(u.CreatedAt))
	}
	for _, r := range rows.Rooms {
		w.exec(putRoom, r.ID, r.Name, r.Private, r.CreatorID, millis(r.CreatedAt), millis(r.ArchivedAt))
	}
	for _, k := range rows.Left {
		w.exec(removeMember, k.RoomID, k.UserID)
	}
	for _, m := range rows.Members {
		w.exec(putMember, m.RoomID, m.UserID, m.JoinedID, m.ReadSeq, millis(m.JoinedAt))
	}
	for _, m := range rows.Messages {
		if m.Deleted() {
			m.Body = ""
		}
		w.exec(putMessage, m.ID, m.RoomID, m.Author.ID, m.Seq, m.RoomRev, m.Body,
			millis(m.CreatedAt), millis(m.EditedAt), millis(m.DeletedAt), m.PostedID, m.ChangedID)
	}
	for _, id := range rows.Ended {
		w.exec(removeSession, id)
	}
	for _, s := range rows.Sessions {
		w.exec(putSession, s.ID, s.UserID, s.Kind, s.Label, s.TokenHash, millis(s.CreatedAt), millis(s.SeenAt), millis(s.ExpiresAt))
	}
	for _, e := range rows.Events {
		w.exec(appendEvent, chat.Shard, e.ID, e.Epoch, millis(e.At), e.Kind,
			e.RoomID, e.UserID, e.MessageID, e.ActorID, e.RoomRev, e.Ref.JSON())
	}
	return w.err
}

// writing executes statements until one fails.
type writing struct {
	ctx  context.Context
	conn *conn
	err  error
}

func (w *writing) exec(query string, args ...any) {
	if w.err == nil {
		w.err = w.conn.exec(w.ctx, query, args...)
	}
}
