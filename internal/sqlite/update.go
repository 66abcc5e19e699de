package sqlite

import (
	"context"

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
