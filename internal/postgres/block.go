package postgres

import (
	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	loadBlocksSQL = `select b.user_id, b.blocked from blocks b where b.user_id = any($1) or b.blocked = any($2)`

	// blockedSQL are those whom the viewer does not want to hear from.
	blockedSQL = `select b.blocked from blocks b where b.user_id = $1 order by b.blocked collate "C"`

	putBlocksSQL = `insert into blocks (user_id, blocked) select * from unnest($1::text[], $2::text[])
		on conflict (user_id, blocked) do nothing`

	removeBlocksSQL = `delete from blocks b using unnest($1::text[], $2::text[]) k (user_id, blocked)
		where b.user_id = k.user_id and b.blocked = k.blocked`
)

func blockFields(k *chat.BlockKey) []any { return []any{&k.UserID, &k.Blocked} }

func loadBlocks(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.BlocksBy)+len(needs.BlocksOf) > 0 {
		batch.Queue(loadBlocksSQL, storable(needs.BlocksBy), storable(needs.BlocksOf)).
			Query(each(blockFields, func(k chat.BlockKey) { state.Blocks[k] = struct{}{} }))
	}
}

func putBlocks(batch *pgx.Batch, put, gone []chat.BlockKey) {
	queueBlocks(batch, putBlocksSQL, put)
	queueBlocks(batch, removeBlocksSQL, gone)
}

func queueBlocks(batch *pgx.Batch, sql string, keys []chat.BlockKey) {
	if len(keys) > 0 {
		batch.Queue(sql,
			column(keys, func(k chat.BlockKey) string { return string(k.UserID) }),
			column(keys, func(k chat.BlockKey) string { return string(k.Blocked) }))
	}
}
