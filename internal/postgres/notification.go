package postgres

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// notificationColumns are those of notifications n with their actor a.
const (
	notificationColumns = `n.id, n.user_id, n.kind, coalesce(n.room_id, ''), coalesce(n.message_id, ''), n.seq,
		n.actor_id, ` + joinedPerson + `, n.text, n.created_at, n.read_at, n.event_id`
	withActor = ` left join lateral (select * from users where id = n.actor_id limit 1) a on true `
)

func notificationFields(n *chat.Notification) []any {
	return append(append([]any{&n.ID, &n.UserID, &n.Kind, &n.RoomID, &n.MessageID, &n.Seq}, personFields(&n.Actor)...),
		&n.Text, &n.CreatedAt, orZero(&n.ReadAt), &n.EventID)
}

const (
	loadNotificationsSQL = `select ` + notificationColumns + ` from notifications n` + withActor + `where n.id = any($1)`

	loadAboutSQL = `select ` + notificationColumns + `, ` + userColumns + ` from notifications n` + withActor + `
		join users u on u.id = n.user_id where n.message_id = any($1)`

	loadUnreadInSQL = `select ` + notificationColumns + ` from unnest($1::text[], $2::text[]) k (room_id, user_id)
		join notifications n on n.user_id = k.user_id and n.room_id = k.room_id and n.read_at is null` + withActor

	readAllSQL = `update notifications n set read_at = k.at from unnest($1::text[], $2::bigint[], $3::timestamptz[]) k (user_id, upto, at)
		where n.user_id = k.user_id and n.read_at is null and n.event_id <= k.upto`

	putNotificationsSQL = `insert into notifications (id, user_id, kind, room_id, message_id, seq, actor_id, text,
			created_at, read_at, event_id)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],
			$9::timestamptz[], $10::timestamptz[], $11::bigint[])
		on conflict (id) do update set user_id = excluded.user_id, kind = excluded.kind, room_id = excluded.room_id,
			message_id = excluded.message_id, seq = excluded.seq, actor_id = excluded.actor_id, text = excluded.text,
			created_at = excluded.created_at, read_at = excluded.read_at, event_id = excluded.event_id`

	dropNotificationsSQL = `delete from notifications where id = any($1)`
)

// notified is a notification with the user.
type notified struct {
	notification chat.Notification
	user         chat.User
}

func notifiedFields(n *notified) []any {
	return append(notificationFields(&n.notification), userFields(&n.user)...)
}

func loadNotifications(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	take := each(notificationFields, func(n chat.Notification) { state.Notifications[n.ID] = n })
	if len(needs.Notifications) > 0 {
		batch.Queue(loadNotificationsSQL, storable(needs.Notifications)).Query(take)
	}
	if len(needs.NotificationsAbout) > 0 {
		batch.Queue(loadAboutSQL, storable(needs.NotificationsAbout)).Query(each(notifiedFields, func(n notified) {
			state.Notifications[n.notification.ID], state.Users[n.user.ID] = n.notification, n.user
		}))
	}
	if keys := storableKeys(needs.UnreadIn); len(keys) > 0 {
		batch.Queue(loadUnreadInSQL, column(keys, roomOf), column(keys, userOf)).Query(take)
	}
}

// putNotifications marks all of a person's as read first: what is put may be newer.
func putNotifications(batch *pgx.Batch, rows *chat.Rows) {
	if r := rows.AllRead; len(r) > 0 {
		batch.Queue(readAllSQL,
			column(r, func(r chat.AllRead) string { return string(r.UserID) }),
			column(r, func(r chat.AllRead) int64 { return r.Upto }),
			column(r, func(r chat.AllRead) time.Time { return r.At }))
	}
	if n := rows.Notifications; len(n) > 0 {
		batch.Queue(putNotificationsSQL,
			column(n, func(n chat.Notification) string { return string(n.ID) }),
			column(n, func(n chat.Notification) string { return string(n.UserID) }),
			column(n, func(n chat.Notification) string { return string(n.Kind) }),
			column(n, func(n chat.Notification) zeronull.Text { return zeronull.Text(n.RoomID) }),
			column(n, func(n chat.Notification) zeronull.Text { return zeronull.Text(n.MessageID) }),
			column(n, func(n chat.Notification) int64 { return n.Seq }),
			column(n, func(n chat.Notification) string { return string(n.Actor.ID) }),
			column(n, func(n chat.Notification) string { return n.Text }),
			column(n, func(n chat.Notification) time.Time { return n.CreatedAt }),
			column(n, func(n chat.Notification) zeronull.Timestamptz { return orNull(n.ReadAt) }),
			column(n, func(n chat.Notification) int64 { return n.EventID }))
	}
	if len(rows.Dropped) > 0 {
		batch.Queue(dropNotificationsSQL, column(rows.Dropped, same[chat.NotificationID]))
	}
}

// A page of those of viewer $1 below event $2, without those about a room that they have left, and the rooms that
// it is about.
const (
	ofViewer = ` from notifications n` + withActor + `where n.user_id = $1 and n.event_id < $2
		and (n.room_id is null or exists (select from members m where m.room_id = n.room_id and m.user_id = $1))`
	newestFirst = ` order by n.event_id desc limit $3`
)

// filters are what of the viewer's notifications is shown.
var filters = map[chat.NotificationFilter]string{
	chat.AllNotifications: ``,
	chat.UnreadOnly:       ` and n.read_at is null`,
	chat.MentionsOnly:     ` and n.kind in ('mention', 'reply')`,
}

func notificationsSQL(f chat.NotificationFilter) string {
	return `select ` + notificationColumns + ofViewer + filters[f] + newestFirst
}

func notificationRoomsSQL(f chat.NotificationFilter) string {
	return `select ` + roomColumns + ` from rooms r where r.id = any(array(select n.room_id` + ofViewer + filters[f] + newestFirst + `))`
}

// Notifications reads a page and the rooms that it is about in one snapshot.
func (s *Store) Notifications(ctx context.Context, viewer chat.UserID, filter chat.NotificationFilter, before int64) (page chat.NotificationPage, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	page.Rooms = map[chat.RoomID]chat.Room{}
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	queueHead(batch, &page.Head)
	batch.Queue(bellSQL, viewer).QueryRow(one(&page.Unread, itself))
	batch.Queue(notificationsSQL(filter), viewer, before, chat.NotificationsLimit+1).Query(into(&page.Notifications, notificationFields))
	batch.Queue(notificationRoomsSQL(filter), viewer, before, chat.NotificationsLimit).
		Query(each(roomFields, func(r chat.Room) { page.Rooms[r.ID] = r }))
	batch.Queue(commit)
	if err := s.read(ctx, "notifications", batch); err != nil {
		return chat.NotificationPage{}, err
	}
	if page.More = len(page.Notifications) > chat.NotificationsLimit; page.More {
		page.Notifications = page.Notifications[:chat.NotificationsLimit]
	}
	return page, nil
}
