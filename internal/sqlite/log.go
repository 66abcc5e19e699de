package sqlite

import (
	"context"
	"time"

	"example.com/chat/internal/chat"
)

func scanPosition(r row) (p chat.Position, err error) {
	err = r.Scan(&p.Epoch, &p.ID)
	return p, err
}

func scanInstant(r row) (t time.Time, err error) {
	err = r.Scan(instant{&t})
	return t, err
}

// head reads the newest position; its epoch is 0 only before the first one began.
func (c *conn) head(ctx context.Context) (chat.Position, error) {
	return one(ctx, c, scanPosition, `select
		coalesce((select epoch from log_epochs where shard = $1 order by n desc limit 1), 0),
		coalesce((select id from events where shard = $1 order by id desc limit 1),
			(select floor from log_floor where shard = $1))`, chat.Shard)
}

// floor is the id up to which everything has been trimmed.
func (c *conn) floor(ctx context.Context) (int64, error) {
	return one(ctx, c, value[int64], `select floor from log_floor where shard = $1`, chat.Shard)
}

// Head implements chat.Store.
func (s *Store) Head(ctx context.Context) (head chat.Position, err error) {
	err = s.read(ctx, func(c *conn) error {
		head, err = c.head(ctx)
		return err
	})
	return head, err
}

// Events implements chat.Store.
func (s *Store) Events(ctx context.Context, after int64, limit int) (b chat.Batch, err error) {
	err = s.read(ctx, func(c *conn) error {
		head, err := c.head(ctx)
		if err != nil {
			return err
		}
		b.Epoch = head.Epoch
		b.Events, err = c.events(ctx, eventsAfter, chat.Shard, after, limit)
		return err
	})
	return b, err
}

// Fork implements chat.Store.
func (s *Store) Fork(ctx context.Context, seen chat.Position) error {
	return s.write(ctx, func(c *conn) error {
		head, err := c.head(ctx)
		if err != nil || head.Epoch != seen.Epoch || head.ID >= seen.ID {
			return err
		}
		return s.fork(ctx, c, head)
	})
}

// trimAtOnce bounds the time the lock is held by one Trim: it is the number of events, of sessions, and of
// notifications.
const trimAtOnce = 1000

const (
	expireSessions = `delete from sessions where id in
		(select id from sessions indexed by sessions_by_expiry where expires_at <= $1 order by expires_at limit $2)`

	forgetNotifications = `delete from notifications where id in
		(select id from notifications indexed by notifications_by_reading where read_at < $1 order by read_at limit $2)`
)

// Trim implements chat.Store. Times rise with ids, so the old events are those at the beginning.
func (s *Store) Trim(ctx context.Context, retention time.Duration) (n int, err error) {
	err = s.write(ctx, func(c *conn) error {
		floor, err := one(ctx, c, value[int64], `select coalesce(max(id), 0) from
			(select id, at from events where shard = $1 order by id limit $2) where at < $3`,
			chat.Shard, trimAtOnce, millis(now().Add(-retention)))
		if err != nil {
			return err
		}
		if err := c.exec(ctx, forgetPushes, millis(now().Add(-chat.PushesKept)), trimAtOnce); err != nil {
			return err
		}
		if err := c.exec(ctx, expireSessions, millis(now()), trimAtOnce); err != nil {
			return err
		}
		if err := c.exec(ctx, forgetNotifications, millis(now().Add(-chat.NotificationsKept)), trimAtOnce); err != nil || floor == 0 {
			return err
		}
		if err := c.raiseFloors(ctx, floor); err != nil {
			return err
		}
		n, err = c.change(ctx, `delete from events where shard = $1 and id <= $2`, chat.Shard, floor)
		return err
	})
	return n, err
}

// raiseFloors keeps what could no longer be told from the events up to floor: the head of the log, and
// the revision of rooms without a newer event.
func (c *conn) raiseFloors(ctx context.Context, floor int64) error {
	if err := c.exec(ctx, `update log_floor set floor = $2 where shard = $1`, chat.Shard, floor); err != nil {
		return err
	}
	return c.exec(ctx, `update rooms set rev_floor = old.rev
		from (select room_id, max(room_rev) as rev from events where shard = $1 and id <= $2 group by room_id) as old
		where rooms.id = old.room_id
			and not exists (select 1 from events e where e.room_id = rooms.id and e.id > $2)`, chat.Shard, floor)
}
