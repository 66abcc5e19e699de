package sqlite

import (
	"context"
	"math"

	"example.com/chat/internal/chat"
)

const (
	notificationColumns = `n.id, n.user_id, n.kind, coalesce(n.room_id, ''), coalesce(n.message_id, ''), n.seq,
		n.actor_id, ` + joinedPerson + `, n.text, n.created_at, n.read_at, n.event_id`
	withActor = ` left join users u on u.id = n.actor_id `
)

func scanNotification(r row) (n chat.Notification, err error) {
	columns := append([]any{&n.ID, &n.UserID, &n.Kind, &n.RoomID, &n.MessageID, &n.Seq}, personFields(&n.Actor)...)
	err = r.Scan(append(columns, &n.Text, instant{&n.CreatedAt}, instant{&n.ReadAt}, &n.EventID)...)
	return n, err
}

func notificationKey(n chat.Notification) chat.NotificationID { return n.ID }

const (
	notificationsByID = `select ` + notificationColumns + ` from notifications n` + withActor + `
		where n.id in (select value from json_each($1))`
	notificationsAbout = `select ` + notificationColumns + ` from notifications n` + withActor + `
		where n.message_id in (select value from json_each($1))`
	unreadIn = `select ` + notificationColumns + ` from json_each($1) k cross join notifications n indexed by notifications_unread
		on n.user_id = k.value->>'UserID' and n.room_id = k.value->>'RoomID' and n.read_at is null` + withActor
)

func (c *conn) loadNotifications(ctx context.Context, into map[chat.NotificationID]chat.Notification, ids []chat.NotificationID) error {
	return loadMap(ctx, c, into, scanNotification, notificationKey, notificationsByID, ids)
}

func (c *conn) loadUnreadIn(ctx context.Context, into map[chat.NotificationID]chat.Notification, keys []chat.MemberKey) error {
	return loadMap(ctx, c, into, scanNotification, notificationKey, unreadIn, keys)
}

// loadNotificationsAbout reads what was told of messages, with those who were told.
func (c *conn) loadNotificationsAbout(ctx context.Context, s *chat.State, messages []chat.MessageID) error {
	if len(messages) == 0 {
		return nil
	}
	about, err := list(ctx, c, scanNotification, notificationsAbout, set(messages))
	if err != nil {
		return err
	}
	var users []chat.UserID
	for _, n := range about {
		s.Notifications[n.ID] = n
		users = append(users, n.UserID)
	}
	return c.loadUsers(ctx, s.Users, users, nil)
}

// notificationsOfViewer are those of viewer $1 below event $2, without those about a room that they have left.
const notificationsOfViewer = `select ` + notificationColumns + ` from notifications n indexed by notifications_of_user` + withActor + `
	where n.user_id = $1 and n.event_id < $2
		and (n.room_id is null or exists (select 1 from members m where m.room_id = n.room_id and m.user_id = $1))`

// filtered is what a page of notifications is read by.
var filtered = map[chat.NotificationFilter]string{
	chat.AllNotifications: notificationsOfViewer + newestFirst,
	chat.UnreadOnly:       notificationsOfViewer + ` and n.read_at is null` + newestFirst,
	chat.MentionsOnly:     notificationsOfViewer + ` and n.kind in ('mention', 'reply')` + newestFirst,
}

const newestFirst = ` order by n.event_id desc limit $3`

// Notifications implements chat.Store.
func (s *Store) Notifications(ctx context.Context, viewer chat.UserID, filter chat.NotificationFilter, before int64) (p chat.NotificationPage, err error) {
	err = s.read(ctx, func(c *conn) error {
		p, err = c.notifications(ctx, viewer, filter, before)
		return err
	})
	return p, err
}

func (c *conn) notifications(ctx context.Context, viewer chat.UserID, filter chat.NotificationFilter, before int64) (p chat.NotificationPage, err error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	if p.Head, err = c.head(ctx); err != nil {
		return p, err
	}
	if p.Unread, err = c.bell(ctx, viewer); err != nil {
		return p, err
	}
	if p.Notifications, err = list(ctx, c, scanNotification, filtered[filter], viewer, before, chat.NotificationsLimit+1); err != nil {
		return p, err
	}
	if p.More = len(p.Notifications) > chat.NotificationsLimit; p.More {
		p.Notifications = p.Notifications[:chat.NotificationsLimit]
	}
	p.Rooms = map[chat.RoomID]chat.Room{}
	var rooms []chat.RoomID
	for _, n := range p.Notifications {
		if n.RoomID != "" {
			rooms = append(rooms, n.RoomID)
		}
	}
	return p, c.loadRooms(ctx, p.Rooms, rooms)
}
