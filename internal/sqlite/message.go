package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const (
	messageColumns = `m.id, m.room_id, m.author_id, ` + joinedPerson + `, m.seq, m.room_rev, m.body,
		m.created_at, m.edited_at, m.deleted_at, m.posted_id, m.changed_id, coalesce(m.reply_to, ''), m.mentions, m.called, m.everybody`
	messageTables = `messages m left join users u on u.id = m.author_id`

	messagesByID    = `select ` + messageColumns + ` from ` + messageTables + ` where m.id in (select value from json_each($1))`
	messageOfViewer = `select ` + messageColumns + ` from ` + messageTables + `
		where m.id = $2 and (exists (select 1 from members v where v.room_id = m.room_id and v.user_id = $1)
			or exists (select 1 from rooms r join users v on v.id = $1 where r.id = m.room_id and not r.private and v.role = 'administrator'))`
)

// scanMessage reads a message without its reactions: see conn.react.
func scanMessage(r row) (m chat.Message, err error) {
	columns := append([]any{&m.ID, &m.RoomID}, personFields(&m.Author)...)
	err = r.Scan(append(columns, &m.Seq, &m.RoomRev, &m.Body,
		instant{&m.CreatedAt}, instant{&m.EditedAt}, instant{&m.DeletedAt}, &m.PostedID, &m.ChangedID,
		&m.ReplyTo, document{&m.Mentions}, document{&m.Called}, &m.Everybody)...)
	return m, err
}

// messages reads messages with their reactions.
func (c *conn) messages(ctx context.Context, query string, args ...any) ([]chat.Message, error) {
	messages, err := list(ctx, c, scanMessage, query, args...)
	if err != nil {
		return nil, err
	}
	return messages, c.react(ctx, messages)
}

func (c *conn) loadMessages(ctx context.Context, into map[chat.MessageID]chat.Message, ids []chat.MessageID) error {
	if len(ids) == 0 {
		return nil
	}
	messages, err := c.messages(ctx, messagesByID, set(ids))
	for _, m := range messages {
		into[m.ID] = m
	}
	return err
}

// Message implements chat.Store.
func (s *Store) Message(ctx context.Context, viewer chat.UserID, id chat.MessageID) (message chat.Message, err error) {
	err = s.read(ctx, func(c *conn) error {
		found, err := c.messages(ctx, messageOfViewer, viewer, id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return chat.ErrNotFound
		}
		message = found[0]
		return nil
	})
	return message, err
}
