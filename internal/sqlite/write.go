package sqlite

import (
	"context"
	"fmt"
	"strings"

	"example.com/chat/internal/chat"
)

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
	putRoom    = upsert("rooms", "id", "id, name, private, direct, creator_id, created_at, archived_at")
	putMember  = upsert("members", "room_id, user_id", "room_id, user_id, joined_id, read_seq, joined_at, level, muted_until, seen_seq")
	putMessage = upsert("messages", "id", "id, room_id, author_id, seq, room_rev, body, "+
		"created_at, edited_at, deleted_at, posted_id, changed_id, reply_to, mentions, called, everybody")
	putNotification = upsert("notifications", "id", "id, user_id, kind, room_id, message_id, seq, "+
		"actor_id, text, created_at, read_at, event_id")
	putInvitation = upsert("invitations", "id", invitationColumns)
)

const (
	removeMember  = `delete from members where room_id = $1 and user_id = $2`
	removeSession = `delete from sessions where id = $1`
	appendEvent   = `insert into events (shard, id, epoch, at, kind, room_id, user_id, message_id, actor_id, room_rev, ref)
		values ($1, $2, $3, $4, $5, nullif($6, ''), nullif($7, ''), nullif($8, ''), nullif($9, ''), $10, $11)`

	putReaction    = `insert into reactions (message_id, emoji, user_id) values ($1, $2, $3) on conflict do nothing`
	removeReaction = `delete from reactions where message_id = $1 and emoji = $2 and user_id = $3`
	putBlock       = `insert into blocks (user_id, blocked) values ($1, $2) on conflict do nothing`
	removeBlock    = `delete from blocks where user_id = $1 and blocked = $2`

	dropNotification = `delete from notifications where id = $1`
	readAll          = `update notifications indexed by notifications_unread set read_at = $3
		where user_id = $1 and event_id <= $2 and read_at is null`
)

// put writes the rows an Update decided on.
func (c *conn) put(ctx context.Context, rows *chat.Rows) error {
	w := &writing{ctx: ctx, conn: c}
	w.people(rows)
	w.pictures(rows)
	w.rooms(rows)
	w.messages(rows)
	w.notifications(rows)
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

func (w *writing) people(rows *chat.Rows) {
	for _, u := range rows.Users {
		w.exec(putUser, u.ID, u.Name, u.NameKey, u.Role, u.PasswordHash, millis(u.CreatedAt),
			u.Status, u.Avatar, millis(u.DisabledAt), u.Unread, object(u.Prefs))
	}
	for _, id := range rows.Ended {
		w.exec(removeSession, id)
	}
	for _, s := range rows.Sessions {
		w.exec(putSession, s.ID, s.UserID, s.Kind, s.Label, s.TokenHash, millis(s.CreatedAt), millis(s.SeenAt), millis(s.ExpiresAt))
	}
	for _, k := range rows.Unblocks {
		w.exec(removeBlock, k.UserID, k.Blocked)
	}
	for _, k := range rows.Blocks {
		w.exec(putBlock, k.UserID, k.Blocked)
	}
	for _, i := range rows.Invitations {
		w.exec(putInvitation, i.ID, i.SecretHash, i.CreatorID, i.Role, i.RoomID, millis(i.CreatedAt), millis(i.ExpiresAt), i.Left)
	}
}

func (w *writing) rooms(rows *chat.Rows) {
	for _, r := range rows.Rooms {
		w.exec(putRoom, r.ID, r.Name, r.Private, r.Direct, r.CreatorID, millis(r.CreatedAt), millis(r.ArchivedAt))
	}
	for _, k := range rows.Left {
		w.exec(removeMember, k.RoomID, k.UserID)
	}
	for _, m := range rows.Members {
		w.exec(putMember, m.RoomID, m.UserID, m.JoinedID, m.ReadSeq, millis(m.JoinedAt), m.Level, millis(m.MutedUntil), m.SeenSeq)
	}
}

// listed is how a list is stored: "" for none.
func listed[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	return set(list)
}

func (w *writing) messages(rows *chat.Rows) {
	for _, m := range rows.Messages {
		if m.Deleted() {
			m.Body = ""
		}
		w.exec(putMessage, m.ID, m.RoomID, m.Author.ID, m.Seq, m.RoomRev, m.Body,
			millis(m.CreatedAt), millis(m.EditedAt), millis(m.DeletedAt), m.PostedID, m.ChangedID,
			orNull(m.ReplyTo), listed(m.Mentions), listed(m.Called), m.Everybody)
	}
	for _, k := range rows.Unreactions {
		w.exec(removeReaction, k.MessageID, k.Emoji, k.UserID)
	}
	for _, k := range rows.Reactions {
		w.exec(putReaction, k.MessageID, k.Emoji, k.UserID)
	}
}

// notifications marks all as read first: the rows that follow are newer, and whole.
func (w *writing) notifications(rows *chat.Rows) {
	for _, a := range rows.AllRead {
		w.exec(readAll, a.UserID, a.Upto, millis(a.At))
		w.exec(recallAll, a.UserID, a.Upto, millis(now()))
	}
	for _, id := range rows.Dropped {
		w.exec(dropNotification, id)
		w.exec(recallPush, id, millis(now()))
	}
	for _, n := range rows.Notifications {
		w.exec(putNotification, n.ID, n.UserID, n.Kind, orNull(n.RoomID), orNull(n.MessageID), n.Seq,
			n.Actor.ID, n.Text, millis(n.CreatedAt), millis(n.ReadAt), n.EventID)
		if n.Read() {
			w.exec(recallPush, n.ID, millis(now()))
		} else {
			w.exec(addPush, n.ID, n.UserID, n.EventID, millis(n.CreatedAt))
		}
	}
}
