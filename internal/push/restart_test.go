package push_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/push"
	"example.com/chat/internal/push/pushtest"
)

// run runs a server that the place did not begin with, until stop is called.
func (p *place) run(change ...func(*push.Config)) (s *server, stop func()) {
	p.t.Helper()
	s = p.server(change...)
	ctx, cancel := context.WithCancel(p.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.push.Run(ctx) }()
	stop = func() { cancel(); <-done }
	p.t.Cleanup(stop)
	return s, stop
}

// dead is a server that commits and then does nothing more.
func dead(c *push.Config) { c.Linger, c.Rounds = time.Hour, 2*time.Hour }

func TestWhatAServerDidNotLiveToPushAnotherOnePushesOnce(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := p.subscribe()
	p.notify(0, "left behind")
	for range 3 {
		p.run()
	}
	if got := titles(browser.Wait(1)); got[0] != "left behind" {
		t.Errorf("%q", got)
	}
	p.waitForNothingToDo()
	browser.Wait(1)
}

func TestWhatWasReadAfterThePushingServerDiedIsWithdrawn(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := p.subscribe()
	p.notify(0, "left behind")
	_, stop := p.run()
	pushed := browser.Wait(1)[0]
	p.waitForNothingToDo()
	stop()
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	p.run()
	if got := browser.Wait(2)[1]; !slices.Equal(got.Withdraw, []string{pushed.ID}) {
		t.Errorf("%+v", got)
	}
}

func TestWhatMayHaveBeenPushedByAServerThatDiedIsPushedAgainAndThenWithdrawn(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := p.subscribe()
	p.notify(0, "half done")
	taken, err := p.store.TakePushes(t.Context(), p.grace.User.ID, 0, 50*time.Millisecond) // by somebody who dies
	p.must(err)
	if len(taken) != 1 {
		t.Fatalf("%d were taken: this proves nothing", len(taken))
	}
	p.run()
	pushed := browser.Wait(1)[0]
	if pushed.Header.Get("Topic") != string(taken[0].ID) {
		t.Errorf("%v would not take the place of the first one", pushed.Header)
	}
	p.waitForNothingToDo()
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	if got := browser.Wait(2)[1]; !slices.Equal(got.Withdraw, []string{pushed.ID}) {
		t.Errorf("%+v", got)
	}
}

func TestWhatMayHaveBeenPushedIsWithdrawnAlsoIfItWasReadMeanwhile(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := p.subscribe()
	p.notify(0, "half done")
	taken, err := p.store.TakePushes(t.Context(), p.grace.User.ID, 0, 50*time.Millisecond)
	p.must(err)
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	p.run()
	if got := browser.Wait(1)[0]; !slices.Equal(got.Withdraw, []string{string(taken[0].ID)}) {
		t.Errorf("%+v", got)
	}
}

func TestWhatNoPushServiceTookIsTriedAgainWhenTheLeaseHasRunOut(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.Lease = 500 * time.Millisecond })
	browser := pushtest.New(t, p.servers[0].push.PublicKey(), 503)
	browser.Later = "3600" // longer than anybody waits
	p.must(p.servers[0].Subscribe(t.Context(), p.grace.Session, browser.Subscription()))
	p.notify(0, "patience")
	browser.Wait(1)
	if n := browser.Asked(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// aged is a store in which everything is older than what is worth waking somebody for.
type aged struct{ chat.Store }

func (s aged) TakePushes(ctx context.Context, user chat.UserID, linger, lease time.Duration) ([]chat.Push, error) {
	pushes, err := s.Store.TakePushes(ctx, user, linger, lease)
	for i := range pushes {
		pushes[i].CreatedAt = pushes[i].CreatedAt.Add(-2 * time.Hour)
	}
	return pushes, err
}

func TestAWithdrawalIsTriedAgainHoweverOldWhatItWithdraws(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := pushtest.New(t, p.servers[0].push.PublicKey(), 503)
	browser.Later = "3600" // longer than anybody waits
	p.must(p.servers[0].Subscribe(t.Context(), p.grace.Session, browser.Subscription()))
	p.notify(0, "half done")
	taken, err := p.store.TakePushes(t.Context(), p.grace.User.ID, 0, 50*time.Millisecond)
	p.must(err)
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	p.run(func(c *push.Config) { c.Store, c.Lease = aged{c.Store}, 500*time.Millisecond })
	if got := browser.Wait(1)[0]; !slices.Equal(got.Withdraw, []string{string(taken[0].ID)}) {
		t.Errorf("%+v", got)
	}
	if n := browser.Asked(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestAServerThatOthersMayNotHaveHeardOfDecidesBeforeThey(t *testing.T) {
	var there atomic.Bool
	there.Store(true)
	p := newPlace(t, 1, func(c *push.Config) { c.Linger, c.Rounds = 500*time.Millisecond, time.Hour }) // thinks she is not there
	browser := p.subscribe()
	other, _ := p.run(func(c *push.Config) {
		c.Offline = func(chat.UserID) bool { return !there.Load() }
		c.Unheard = func(chat.UserID) bool { return there.Load() }
	})
	p.hearing = append(p.hearing, other)
	p.notify(0, "while there")
	p.waitForNothingToDo()
	there.Store(false)
	p.notify(0, "after leaving")
	if got := titles(browser.Wait(1)); got[0] != "after leaving" {
		t.Errorf("%q", got)
	}
}

func TestPuttingNeverWaits(t *testing.T) {
	p := newPlace(t, 1)
	s := p.server() // nobody runs it
	for i := range 5000 {
		n := chat.Event{
			Kind: chat.Notified, UserID: chat.UserID(fmt.Sprint(i)), Told: chat.Told{Notification: &chat.Notification{ID: "n"}},
		}
		for range 3 {
			s.push.Put(chat.Batch{Events: []chat.Event{n}})
		}
	}
	if n := s.push.Postponed(); n != 3*(5000-4096) {
		t.Errorf("%d were postponed", n)
	}
}

// broken is a store that cannot be asked who has a subscription.
type broken struct {
	chat.Store
	asked chan struct{}
}

func (b broken) Subscriptions(context.Context, chat.UserID) ([]chat.Subscription, error) {
	b.asked <- struct{}{}
	return nil, &chat.Error{Kind: chat.Unavailable, Message: "away"}
}

func TestWhileTheDatabaseIsAwayNothingIsDecided(t *testing.T) {
	p := newPlace(t, 1, dead)
	browser := p.subscribe()
	p.notify(0, "kept")
	asked := make(chan struct{}, 100)
	_, stop := p.run(func(c *push.Config) {
		c.Store, c.Lease, c.Log = broken{c.Store, asked}, time.Millisecond, slog.New(slog.DiscardHandler)
	})
	<-asked
	stop()
	p.run()
	if got := titles(browser.Wait(1)); got[0] != "kept" {
		t.Errorf("%q", got)
	}
}
