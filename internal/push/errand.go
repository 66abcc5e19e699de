package push

import (
	"context"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

func (s *Sender) do(ctx context.Context, e errand) error {
	if e.notification.ID == "" {
		return s.withdraw(ctx, e.user)
	}
	if !s.cfg.Offline(e.user) {
		return nil
	}
	// Before it is looked whether it has been read: who reads it after that has it withdrawn.
	s.pushed.add(e.user, e.notification)
	told, err := s.tell(ctx, e.user, e.notification)
	if !told {
		s.pushed.remove(e.user, e.notification.ID)
	}
	return err
}

// tell pushes a notification that is still unread, unless the person is not to be called now or has no browser that
// can be.
func (s *Sender) tell(ctx context.Context, user chat.UserID, n chat.Notification) (told bool, err error) {
	page, err := s.cfg.Store.Notifications(ctx, user, chat.UnreadOnly, n.EventID+1)
	if err != nil || len(page.Notifications) == 0 || page.Notifications[0].ID != n.ID {
		return false, err
	}
	who, err := s.cfg.Store.User(ctx, user, user)
	if err != nil || who.Prefs.Quiet(time.Now()) {
		return false, err
	}
	subscriptions, err := s.cfg.Store.Subscriptions(ctx, user)
	if err != nil || len(subscriptions) == 0 {
		return false, err
	}
	n = page.Notifications[0]
	s.send(ctx, subscriptions, newCall(n, page.Rooms[n.RoomID]), string(n.ID))
	return true, nil
}

// withdraw takes back what was pushed and is not unread any more.
func (s *Sender) withdraw(ctx context.Context, user chat.UserID) error {
	page, err := s.cfg.Store.Notifications(ctx, user, chat.UnreadOnly, 0)
	if err != nil {
		return err
	}
	var gone []chat.NotificationID
	for _, n := range s.pushed.of(user) {
		if !unread(page, n) {
			gone = append(gone, n.ID)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	s.pushed.remove(user, gone...)
	subscriptions, err := s.cfg.Store.Subscriptions(ctx, user)
	if err != nil {
		return err
	}
	topic := "" // that of the notification has it replaced where it was not delivered yet
	if len(gone) == 1 {
		topic = string(gone[0])
	}
	s.send(ctx, subscriptions, withdrawal{gone}, topic)
	return nil
}

// unread says whether a notification is among the unread ones, or too old to be on this page of them.
func unread(page chat.NotificationPage, n chat.Notification) bool {
	for _, u := range page.Notifications {
		if u.ID == n.ID {
			return true
		}
	}
	return page.More && n.EventID < page.Notifications[len(page.Notifications)-1].EventID
}

// What a memory holds at most: for one person, and people.
const (
	pushedMost = 50
	peopleMost = 10_000
)

// memory is what was pushed and may have to be withdrawn.
type memory struct {
	mu     sync.Mutex
	pushed map[chat.UserID][]chat.Notification
}

func (m *memory) any(user chat.UserID) bool { return len(m.of(user)) > 0 }

func (m *memory) of(user chat.UserID) []chat.Notification {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pushed[user]
}

func (m *memory) add(user chat.UserID, n chat.Notification) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pushed == nil || len(m.pushed) >= peopleMost { // what is forgotten stays until it is opened
		m.pushed = map[chat.UserID][]chat.Notification{}
	}
	list := append(without(m.pushed[user], n.ID), n)
	m.pushed[user] = list[max(0, len(list)-pushedMost):]
}

func (m *memory) remove(user chat.UserID, ids ...chat.NotificationID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if left := without(m.pushed[user], ids...); len(left) > 0 {
		m.pushed[user] = left
	} else {
		delete(m.pushed, user)
	}
}
