package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const (
	blocksBy = `select user_id, blocked from blocks where user_id in (select value from json_each($1))`
	blocksOf = `select user_id, blocked from blocks where blocked in (select value from json_each($1))`
)

func scanBlock(r row) (k chat.BlockKey, err error) {
	err = r.Scan(&k.UserID, &k.Blocked)
	return k, err
}

// loadBlocks reads whom people have blocked, and who has blocked people.
func (c *conn) loadBlocks(ctx context.Context, into map[chat.BlockKey]struct{}, by, of []chat.UserID) error {
	for _, read := range []struct {
		query string
		users []chat.UserID
	}{{blocksBy, by}, {blocksOf, of}} {
		if len(read.users) == 0 {
			continue
		}
		keys, err := list(ctx, c, scanBlock, read.query, set(read.users))
		if err != nil {
			return err
		}
		for _, k := range keys {
			into[k] = struct{}{}
		}
	}
	return nil
}

// blocked lists whom somebody has blocked.
func (c *conn) blocked(ctx context.Context, user chat.UserID) ([]chat.UserID, error) {
	return list(ctx, c, value[chat.UserID], `select blocked from blocks where user_id = $1 order by blocked`, user)
}
