package sqlite

import (
	"context"
	"time"

	"example.com/chat/internal/chat"
)

const (
	// addPush is for a notification $1 of user $2 that is unread: there is something to do if they have a subscription.
	addPush = `insert into pushes (notification_id, user_id, event_id, created_at, due_at)
		select $1, $2, $3, $4, $4 where exists (select 1 from push_subscriptions indexed by push_subscriptions_of_user where user_id = $2)
		on conflict do nothing`

	// recallPush and recallAll are for what was read, or is no more: whoever is at it is left alone until they are done.
	recallPush = `update pushes set gone = 1, due_at = coalesce(due_at, $2) where notification_id = $1`
	recallAll  = `update pushes indexed by pushes_of_user set gone = 1, due_at = coalesce(due_at, $3) where user_id = $1 and event_id <= $2`

	pushesToDo = `select notification_id, user_id, event_id, created_at, taken, gone from pushes indexed by pushes_of_user
		where user_id = $1 and (due_at <= $2 or (taken or gone) and due_at <= $3) order by event_id limit $4`
	takePush   = `update pushes set taken = 1, due_at = $2 where notification_id = $1`
	settlePush = `update pushes set taken = 1, due_at = case when gone then $2 end where notification_id = $1`
	dropPush   = `delete from pushes where notification_id = $1`

	overduePushes = `select user_id from pushes indexed by pushes_due where due_at <= $1 group by user_id order by min(due_at) limit $2`
	forgetPushes  = `delete from pushes where notification_id in
		(select notification_id from pushes indexed by pushes_by_age where created_at <= $1 order by created_at limit $2)`
)

func scanPush(r row) (p chat.Push, err error) {
	err = r.Scan(&p.ID, &p.UserID, &p.EventID, instant{&p.CreatedAt}, &p.Taken, &p.Gone)
	return p, err
}

// TakePushes implements chat.Store. Mostly there is nothing to do, so it looks before it takes the lock.
func (s *Store) TakePushes(ctx context.Context, user chat.UserID, linger, lease time.Duration) (pushes []chat.Push, err error) {
	look := func(c *conn) error {
		pushes, err = list(ctx, c, scanPush, pushesToDo, user, millis(now().Add(-linger)), millis(now()), chat.PushesMost)
		return err
	}
	if err = s.read(ctx, look); err != nil || len(pushes) == 0 {
		return nil, err
	}
	err = s.write(ctx, func(c *conn) error {
		err := look(c)
		for _, p := range pushes {
			if err == nil {
				err = c.exec(ctx, takePush, p.ID, millis(now().Add(lease)))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return pushes, nil
}

// SettlePushes implements chat.Store.
func (s *Store) SettlePushes(ctx context.Context, ids []chat.NotificationID) error {
	return s.eachPush(ctx, ids, func(c *conn, id chat.NotificationID) error {
		return c.exec(ctx, settlePush, id, millis(now()))
	})
}

// DropPushes implements chat.Store.
func (s *Store) DropPushes(ctx context.Context, ids []chat.NotificationID) error {
	return s.eachPush(ctx, ids, func(c *conn, id chat.NotificationID) error { return c.exec(ctx, dropPush, id) })
}

func (s *Store) eachPush(ctx context.Context, ids []chat.NotificationID, do func(*conn, chat.NotificationID) error) error {
	if len(ids) == 0 {
		return nil
	}
	return s.write(ctx, func(c *conn) error {
		for _, id := range ids {
			if err := do(c, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// OverduePushes implements chat.Store.
func (s *Store) OverduePushes(ctx context.Context, since time.Duration, limit int) (users []chat.UserID, err error) {
	err = s.read(ctx, func(c *conn) error {
		users, err = list(ctx, c, value[chat.UserID], overduePushes, millis(now().Add(-since)), limit)
		return err
	})
	return users, err
}
