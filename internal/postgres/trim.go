package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// What one Trim deletes is bounded: it holds the log lock meanwhile.
const (
	trimMost   = 2000
	expireMost = 1000
)

const (
	// cutSQL is the newest event that is old enough. Times in the log never run backwards.
	cutSQL = `select coalesce(max(id), 0), count(*) from (select id, at from events where shard = $1 order by id limit $2) e
		where at < clock_timestamp() - $3::interval`

	// keepRevSQL comes before the events go: a room whose newest event goes too must not count anew.
	keepRevSQL = `update rooms r set rev_floor = greatest(r.rev_floor, gone.rev)
		from (select room_id, max(room_rev) as rev from events where shard = $1 and id <= $2 and room_id is not null group by room_id) gone
		where r.id = gone.room_id and not exists (select from events e where e.room_id = r.id and e.id > $2)`

	raiseFloorSQL = `insert into log_floor (shard, floor) values ($1, $2)
		on conflict (shard) do update set floor = greatest(log_floor.floor, excluded.floor)`

	// expireSQL asks for a time that stands still during the statement: with clock_timestamp() the index
	// could not be used.
	expireSQL = `delete from sessions where id in
		(select id from sessions where expires_at <= statement_timestamp() order by expires_at limit $1)`

	forgetNotificationsSQL = `delete from notifications where id in
		(select id from notifications where read_at < statement_timestamp() - $1::interval order by read_at limit $2)`

	forgetSQL = `delete from events where shard = $1 and id <= $2`
)

// Trim forgets up to trimMost events older than retention.
func (s *Store) Trim(ctx context.Context, retention time.Duration) (trimmed int, err error) {
	err = s.exclusive(ctx, "trim", func(ctx context.Context, conn *pgx.Conn) error {
		tx, err := lockLog(ctx, conn)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(ctx) }()
		var cut int64
		if err := tx.QueryRow(ctx, cutSQL, chat.Shard, trimMost, retention).Scan(&cut, &trimmed); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue(expireSQL, expireMost)
		batch.Queue(forgetNotificationsSQL, chat.NotificationsKept, expireMost)
		batch.Queue(forgetPushesSQL, chat.PushesKept, expireMost)
		batch.Queue(keepRevSQL, chat.Shard, cut)
		batch.Queue(raiseFloorSQL, chat.Shard, cut)
		batch.Queue(forgetSQL, chat.Shard, cut)
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		return tx.Commit(ctx)
	})
	if err != nil {
		return 0, err
	}
	return trimmed, nil
}
