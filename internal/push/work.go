package push

import (
	"context"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

// newsFor is how long after it was made a notification is worth waking somebody for.
const newsFor = time.Hour

// atOnce is how many requests are made for one person at the same time: others wait for theirs.
const atOnce = 2

// work is what has been found to do for a person.
type work struct {
	slots         chan struct{} // a request takes one
	subscriptions []chat.Subscription
	calls         []call
	withdrawn     []chat.Push
	shown         []chat.Push // were called for before, and are left to be withdrawn when they are read
	dropped       []chat.Push
}

// see does what there is to do for a person, until nothing is left.
func (s *Sender) see(ctx context.Context, user chat.UserID) error {
	for {
		w, err := s.find(ctx, user)
		if err != nil || w == nil {
			return err
		}
		if err := s.do(ctx, w); err != nil {
			return err
		}
	}
}

// find takes what there is to do, and decides on it; nil if there is nothing.
func (s *Sender) find(ctx context.Context, user chat.UserID) (w *work, err error) {
	err = s.inTurn(ctx, func() error {
		w, err = s.take(ctx, user)
		return err
	})
	return w, err
}

// inTurn asks the store for something when it is this one's turn.
func (s *Sender) inTurn(ctx context.Context, ask func() error) error {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return ask()
}

func (s *Sender) take(ctx context.Context, user chat.UserID) (*work, error) {
	offline, linger := s.cfg.Offline(user), s.cfg.Linger
	if !offline {
		linger = 0 // there is no reason to wait: nobody is to be woken
	}
	pushes, err := s.cfg.Store.TakePushes(ctx, user, linger, s.cfg.Lease)
	if err != nil || len(pushes) == 0 {
		return nil, err
	}
	w := work{slots: make(chan struct{}, atOnce)}
	if w.subscriptions, err = s.cfg.Store.Subscriptions(ctx, user); err != nil {
		return nil, err
	}
	wake := offline && len(w.subscriptions) > 0
	if wake {
		who, err := s.cfg.Store.User(ctx, user, user)
		if err != nil {
			return nil, err
		}
		wake = !who.Prefs.Quiet(time.Now())
	}
	for _, p := range pushes {
		if err := s.decide(ctx, &w, p, wake); err != nil {
			return nil, err
		}
	}
	return &w, nil
}

// decide says what becomes of one.
func (s *Sender) decide(ctx context.Context, w *work, p chat.Push, wake bool) error {
	if wake && !p.Gone && isYoung(p) {
		c, ok, err := s.call(ctx, p)
		if err != nil {
			return err
		}
		if ok {
			w.calls = append(w.calls, c)
			return nil
		}
	}
	switch {
	case p.Gone && p.Taken:
		w.withdrawn = append(w.withdrawn, p)
	case p.Taken:
		w.shown = append(w.shown, p)
	default:
		w.dropped = append(w.dropped, p)
	}
	return nil
}

func isYoung(p chat.Push) bool { return time.Since(p.CreatedAt) < newsFor }

// call is what to wake somebody with, unless it has been read, or they want to hear nothing of its room by now.
func (s *Sender) call(ctx context.Context, p chat.Push) (c call, ok bool, err error) {
	page, err := s.cfg.Store.Notifications(ctx, p.UserID, chat.UnreadOnly, p.EventID+1)
	if err != nil || len(page.Notifications) == 0 || page.Notifications[0].ID != p.ID {
		return c, false, err
	}
	n := page.Notifications[0]
	room := page.Rooms[n.RoomID]
	if n.RoomID != "" {
		m, err := s.cfg.Store.Member(ctx, p.UserID, n.RoomID)
		if chat.KindOf(err) == chat.NotFound {
			return c, false, nil
		}
		if err != nil || m.Notified(room, time.Now()) == chat.LevelNothing {
			return c, false, err
		}
	}
	return newCall(p, n, room), true, nil
}

// do pushes and withdraws, and notes what has been done before the lease runs out. What nobody took that may take it
// later, or what there was no time for, is left as it is: it comes again when the lease has run out.
func (s *Sender) do(ctx context.Context, w *work) error {
	sending, cancel := context.WithTimeout(ctx, s.cfg.Lease*3/4)
	defer cancel()
	s.callAll(sending, w)
	if len(w.withdrawn) > 0 && s.withdraw(sending, w) != unreached {
		w.dropped = append(w.dropped, w.withdrawn...)
	}
	ctx = context.WithoutCancel(ctx) // whoever stops notes what they have done
	return s.inTurn(ctx, func() error {
		if err := s.cfg.Store.SettlePushes(ctx, idsOf(w.shown)); err != nil {
			return err
		}
		return s.cfg.Store.DropPushes(ctx, idsOf(w.dropped))
	})
}

func (s *Sender) callAll(ctx context.Context, w *work) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, c := range w.calls {
		all.Go(func() {
			what := s.send(ctx, w, c, string(c.ID))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case what == delivered || what == refused && c.push.Taken:
				w.shown = append(w.shown, c.push)
			case what == refused:
				w.dropped = append(w.dropped, c.push)
			}
		})
	}
	all.Wait()
}

func (s *Sender) withdraw(ctx context.Context, w *work) outcome {
	gone := idsOf(w.withdrawn)
	topic := "" // that of the notification has it replaced where it was not delivered yet
	if len(gone) == 1 {
		topic = string(gone[0])
	}
	return s.send(ctx, w, withdrawal{gone}, topic)
}

func idsOf(pushes []chat.Push) (ids []chat.NotificationID) {
	for _, p := range pushes {
		ids = append(ids, p.ID)
	}
	return ids
}
