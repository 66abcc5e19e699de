package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const keepSubscriptionSQL = `insert into push_subscriptions (endpoint, user_id, session_id, p256dh, auth, local, created_at)
	values ($1, $2, $3, $4, $5, $6, $7)
	on conflict (endpoint) do update set user_id = excluded.user_id, session_id = excluded.session_id,
		p256dh = excluded.p256dh, auth = excluded.auth, local = excluded.local, created_at = excluded.created_at`

// validSubscriptions are those of user $1 whose sessions have not ended.
var validSubscriptions = fmt.Sprintf(` from push_subscriptions p join sessions s on s.id = p.session_id and s.expires_at > clock_timestamp()
	where p.user_id = $1 order by p.created_at desc, p.endpoint limit %d`, chat.SubscriptionsMost)

var (
	subscriptionsSQL     = `select p.endpoint, p.user_id, p.session_id, p.p256dh, p.auth, p.local, p.created_at` + validSubscriptions
	dropSubscriptionsSQL = `delete from push_subscriptions where user_id = $1 and endpoint not in (select p.endpoint` + validSubscriptions + `)`
)

const dropSubscriptionSQL = `delete from push_subscriptions where endpoint = $1`

func subscriptionFields(s *chat.Subscription) []any {
	return []any{&s.Endpoint, &s.UserID, &s.SessionID, &s.P256dh, &s.Auth, &s.Local, &s.CreatedAt}
}

// KeepSubscription keeps a subscription. It takes no log lock: nobody else decides anything by it.
func (s *Store) KeepSubscription(ctx context.Context, sub chat.Subscription) error {
	batch := &pgx.Batch{}
	batch.Queue(keepSubscriptionSQL, sub.Endpoint, sub.UserID, sub.SessionID, sub.P256dh, sub.Auth, sub.Local, sub.CreatedAt)
	batch.Queue(dropSubscriptionsSQL, sub.UserID)
	return s.read(ctx, "keep subscription", batch)
}

// Subscriptions are those of a person's unexpired sessions, the newest first.
func (s *Store) Subscriptions(ctx context.Context, user chat.UserID) (subscriptions []chat.Subscription, err error) {
	batch := &pgx.Batch{}
	batch.Queue(subscriptionsSQL, user).Query(into(&subscriptions, subscriptionFields))
	err = s.read(ctx, "subscriptions", batch)
	return subscriptions, err
}

// DropSubscription forgets a subscription.
func (s *Store) DropSubscription(ctx context.Context, endpoint string) error {
	batch := &pgx.Batch{}
	batch.Queue(dropSubscriptionSQL, endpoint)
	return s.read(ctx, "drop subscription", batch)
}
