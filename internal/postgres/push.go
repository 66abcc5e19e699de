package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	// addPushesSQL is for notifications that are unread: there is something to do for people who have a subscription.
	addPushesSQL = `insert into pushes (notification_id, user_id, event_id, created_at, due_at)
		select k.id, k.user_id, k.event_id, k.at, k.at
		from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) k (id, user_id, event_id, at)
		where exists (select from push_subscriptions s where s.user_id = k.user_id) on conflict do nothing`

	// recallPushesSQL and recallAllSQL are for what was read, or is no more: whoever is at it is left alone until
	// they are done.
	recallPushesSQL = `update pushes set gone = true, due_at = coalesce(due_at, clock_timestamp()) where notification_id = any($1)`
	recallAllSQL    = `update pushes p set gone = true, due_at = coalesce(p.due_at, clock_timestamp())
		from unnest($1::text[], $2::bigint[]) k (user_id, upto) where p.user_id = k.user_id and p.event_id <= k.upto`

	// takePushesSQL leaves out what somebody else is just taking, or marks as read: those who do wait for nobody.
	takePushesSQL = `with due as (select notification_id, taken from pushes
			where user_id = $1 and (due_at <= clock_timestamp() - $2::interval or (taken or gone) and due_at <= clock_timestamp())
			order by event_id limit $4 for update skip locked)
		update pushes p set taken = true, due_at = clock_timestamp() + $3::interval from due where p.notification_id = due.notification_id
		returning p.notification_id, p.user_id, p.event_id, p.created_at, due.taken, p.gone`

	settlePushSQL = `update pushes set taken = true, due_at = case when gone then clock_timestamp() end where notification_id = $1`
	dropPushSQL   = `delete from pushes where notification_id = $1`

	overduePushesSQL = `select user_id from pushes where due_at <= statement_timestamp() - $1::interval
		group by user_id order by min(due_at) limit $2`
	forgetPushesSQL = `delete from pushes where notification_id in (select notification_id from pushes
		where created_at <= statement_timestamp() - $1::interval order by created_at limit $2)`
)

func putPushes(batch *pgx.Batch, rows *chat.Rows) {
	if r := rows.AllRead; len(r) > 0 {
		batch.Queue(recallAllSQL,
			column(r, func(r chat.AllRead) string { return string(r.UserID) }),
			column(r, func(r chat.AllRead) int64 { return r.Upto }))
	}
	var unread []chat.Notification
	gone := slices.Clone(rows.Dropped)
	for _, n := range rows.Notifications {
		if n.Read() {
			gone = append(gone, n.ID)
		} else {
			unread = append(unread, n)
		}
	}
	if len(gone) > 0 {
		batch.Queue(recallPushesSQL, column(gone, same[chat.NotificationID]))
	}
	if len(unread) > 0 {
		batch.Queue(addPushesSQL,
			column(unread, func(n chat.Notification) string { return string(n.ID) }),
			column(unread, func(n chat.Notification) string { return string(n.UserID) }),
			column(unread, func(n chat.Notification) int64 { return n.EventID }),
			column(unread, func(n chat.Notification) time.Time { return n.CreatedAt }))
	}
}

func pushFields(p *chat.Push) []any {
	return []any{&p.ID, &p.UserID, &p.EventID, &p.CreatedAt, &p.Taken, &p.Gone}
}

// TakePushes takes what there is to do for a person, without the log lock.
func (s *Store) TakePushes(ctx context.Context, user chat.UserID, linger, lease time.Duration) (pushes []chat.Push, err error) {
	batch := &pgx.Batch{}
	batch.Queue(takePushesSQL, user, linger, lease, chat.PushesMost).Query(into(&pushes, pushFields))
	err = s.read(ctx, "take pushes", batch)
	slices.SortFunc(pushes, func(a, b chat.Push) int { return cmp.Compare(a.EventID, b.EventID) })
	return pushes, err
}

// SettlePushes keeps pushes until they are gone.
func (s *Store) SettlePushes(ctx context.Context, ids []chat.NotificationID) error {
	return s.eachPush(ctx, "settle pushes", settlePushSQL, ids)
}

// DropPushes forgets pushes.
func (s *Store) DropPushes(ctx context.Context, ids []chat.NotificationID) error {
	return s.eachPush(ctx, "drop pushes", dropPushSQL, ids)
}

// eachPush has a transaction for each: whoever holds one row and waits for another one could wait for an Update that
// waits for the first.
func (s *Store) eachPush(ctx context.Context, operation, sql string, ids []chat.NotificationID) error {
	for _, id := range ids {
		batch := &pgx.Batch{}
		batch.Queue(sql, id)
		if err := s.read(ctx, operation, batch); err != nil {
			return err
		}
	}
	return nil
}

// OverduePushes are people whom nobody has seen to.
func (s *Store) OverduePushes(ctx context.Context, since time.Duration, limit int) (users []chat.UserID, err error) {
	batch := &pgx.Batch{}
	batch.Queue(overduePushesSQL, since, limit).Query(into(&users, itself))
	err = s.read(ctx, "overdue pushes", batch)
	return users, err
}
