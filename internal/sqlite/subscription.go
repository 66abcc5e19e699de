package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const subscriptionColumns = `endpoint, user_id, session_id, p256dh, auth, local, created_at`

var keepSubscription = upsert("push_subscriptions", "endpoint", subscriptionColumns)

const (
	// validSubscriptions are those of user $1 whose sessions are valid at $2.
	validSubscriptions = ` from push_subscriptions indexed by push_subscriptions_of_user where user_id = $1
		and exists (select 1 from sessions s where s.id = session_id and s.expires_at > $2)
		order by created_at desc, endpoint limit $3`

	subscriptionsOf   = `select ` + subscriptionColumns + validSubscriptions
	dropSubscriptions = `delete from push_subscriptions where user_id = $1 and endpoint not in (select endpoint` + validSubscriptions + `)`
	dropSubscription  = `delete from push_subscriptions where endpoint = $1`
)

func scanSubscription(r row) (s chat.Subscription, err error) {
	err = r.Scan(&s.Endpoint, &s.UserID, &s.SessionID, &s.P256dh, &s.Auth, &s.Local, instant{&s.CreatedAt})
	return s, err
}

// KeepSubscription implements chat.Store.
func (s *Store) KeepSubscription(ctx context.Context, sub chat.Subscription) error {
	return s.write(ctx, func(c *conn) error {
		err := c.exec(ctx, keepSubscription, sub.Endpoint, sub.UserID, sub.SessionID, sub.P256dh, sub.Auth, sub.Local, millis(sub.CreatedAt))
		if err != nil {
			return err
		}
		return c.exec(ctx, dropSubscriptions, sub.UserID, millis(now()), chat.SubscriptionsMost)
	})
}

// Subscriptions implements chat.Store.
func (s *Store) Subscriptions(ctx context.Context, user chat.UserID) (subscriptions []chat.Subscription, err error) {
	err = s.read(ctx, func(c *conn) error {
		subscriptions, err = list(ctx, c, scanSubscription, subscriptionsOf, user, millis(now()), chat.SubscriptionsMost)
		return err
	})
	return subscriptions, err
}

// DropSubscription implements chat.Store.
func (s *Store) DropSubscription(ctx context.Context, endpoint string) error {
	return s.write(ctx, func(c *conn) error { return c.exec(ctx, dropSubscription, endpoint) })
}
