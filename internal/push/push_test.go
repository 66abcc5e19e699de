package push_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/push"
	"example.com/chat/internal/push/pushtest"
	"example.com/chat/internal/sqlite"
)

// place is an installation of some servers, with Ada (the administrator) and Grace.
type place struct {
	t          *testing.T
	store      chat.Store
	key        []byte
	servers    []*server
	hearing    []*server // that commit nothing
	ada, grace chat.Entry
	online     atomic.Bool // Grace is
}

// server commits by itself and hears what all of them commit.
type server struct {
	*chat.Chat
	push *push.Sender
}

func newPlace(t *testing.T, servers int, change ...func(*push.Config)) *place {
	t.Helper()
	store, err := sqlite.Open(t.Context(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, store: store, key: push.NewKey()}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for range servers {
		s := p.server(change...)
		writer := chat.NewWriter(store, func(b chat.Batch) {
			s.push.Put(b)
			for _, other := range slices.Concat(p.servers, p.hearing) {
				for _, e := range b.Events {
					other.push.Heard(e)
				}
			}
		}, slog.New(slog.DiscardHandler))
		s.Chat = chat.New(store, writer, chat.Config{})
		p.servers = append(p.servers, s)
		running.Go(func() { writer.Run(ctx) })
		running.Go(func() { s.push.Run(ctx) })
	}
	t.Cleanup(func() { cancel(); running.Wait(); _ = store.Close() })
	for _, who := range []struct {
		name  string
		entry *chat.Entry
	}{{"Ada", &p.ada}, {"Grace", &p.grace}} { // the first one is the administrator
		if *who.entry, err = p.servers[0].SignUp(t.Context(), who.name, "correct horse battery", "test", ""); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *place) server(change ...func(*push.Config)) *server {
	p.t.Helper()
	cfg := push.Config{
		Store: p.store, Key: p.key, Contact: "operator@example.com", AllowPrivate: true,
		Offline: func(user chat.UserID) bool { return user != p.grace.User.ID || !p.online.Load() },
		Linger:  20 * time.Millisecond, Backoff: time.Millisecond, Rounds: 100 * time.Millisecond,
		Log: slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&cfg)
	}
	sender, err := push.New(cfg)
	p.must(err)
	return &server{push: sender}
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// subscribe gives Grace a browser.
func (p *place) subscribe(answers ...int) *pushtest.Service {
	p.t.Helper()
	s := pushtest.New(p.t, p.servers[0].push.PublicKey(), answers...)
	p.must(p.servers[0].Subscribe(p.t.Context(), p.grace.Session, s.Subscription()))
	return s
}

// notify has Grace told something through a server.
func (p *place) notify(server int, text string) {
	p.t.Helper()
	p.must(p.servers[server].NotifyFromHere(p.t.Context(), "Grace", text))
}

// mention has Ada name Grace in #general.
func (p *place) mention(server int) chat.Message {
	p.t.Helper()
	m, _, err := p.servers[server].Post(p.t.Context(), p.ada.User.ID, chat.General, chat.Draft{Body: "a secret for @Grace"})
	p.must(err)
	return m
}

// waitForNothingToDo waits until nothing that may be pushed is left.
func (p *place) waitForNothingToDo() {
	p.t.Helper()
	waitFor(p.t, "nothing to be to do", func() bool {
		left, err := p.store.OverduePushes(p.t.Context(), -24*time.Hour, 10)
		p.must(err)
		return len(left) == 0
	})
}

func (p *place) subscriptions() int {
	p.t.Helper()
	all, err := p.store.Subscriptions(p.t.Context(), p.grace.User.ID)
	p.must(err)
	return len(all)
}

// ids are those of notifications, in an order that does not depend on chance.
func ids(all []pushtest.Delivery) (ids []string) {
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	slices.Sort(ids)
	return ids
}

func titles(all []pushtest.Delivery) (titles []string) {
	for _, d := range all {
		titles = append(titles, d.Title)
	}
	return titles
}

func TestAMentionWakesABrowserAndSaysWhoAndWhereButNotWhat(t *testing.T) {
	p := newPlace(t, 1)
	browser := p.subscribe()
	m := p.mention(0)
	got := browser.Wait(1)[0]
	if got.Title != "Ada mentioned you in general" || got.Kind != "mention" || got.ID == "" ||
		got.URL != "/rooms/general?around="+string(m.ID)+"#message-"+string(m.ID) {
		t.Errorf("%+v", got)
	}
	if got.Room != "general" || got.Seq != m.Seq || got.Message != string(m.ID) {
		t.Errorf("a page cannot take it back by %+v", got)
	}
	if got.Header.Get("TTL") != "86400" || got.Header.Get("Urgency") != "normal" || got.Header.Get("Topic") != got.ID {
		t.Errorf("%v", got.Header)
	}
	if strings.Contains(got.Title+got.URL, "secret") {
		t.Errorf("it has the message's text: %+v", got)
	}
}

func TestAllBrowsersOfAPersonAreWokenAndNobodyElses(t *testing.T) {
	p := newPlace(t, 1)
	phone, desk := p.subscribe(), p.subscribe()
	adas := pushtest.New(t, p.servers[0].push.PublicKey())
	p.must(p.servers[0].Subscribe(t.Context(), p.ada.Session, adas.Subscription()))
	p.notify(0, "the build is broken")
	for _, browser := range []*pushtest.Service{phone, desk} {
		if got := browser.Wait(1)[0]; got.Title != "the build is broken" || got.URL != "/notifications" {
			t.Errorf("%+v", got)
		}
	}
	p.must(p.servers[0].NotifyFromHere(t.Context(), "Ada", "yours"))
	adas.Wait(1)
	phone.Wait(1)
}

func TestWhoHasAPageOpenIsNotWokenAndNotLaterEither(t *testing.T) {
	p := newPlace(t, 2)
	browser := p.subscribe()
	p.online.Store(true)
	p.notify(0, "while there")
	p.waitForNothingToDo()
	p.online.Store(false)
	p.notify(1, "after leaving")
	if got := titles(browser.Wait(1)); got[0] != "after leaving" {
		t.Errorf("%q", got)
	}
}

func TestOnlyTheServerThatCommittedANotificationPushesIt(t *testing.T) {
	p := newPlace(t, 2)
	browser := p.subscribe()
	p.notify(0, "one")
	browser.Wait(1)
	p.notify(1, "two")
	browser.Wait(2)
	p.notify(0, "three")
	if got := titles(browser.Wait(3)); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("%q", got)
	}
}

func TestWhatIsReadAtOnceIsNotPushed(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.Linger = 200 * time.Millisecond })
	browser := p.subscribe()
	p.notify(0, "read")
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	p.notify(0, "unread")
	if got := titles(browser.Wait(1)); got[0] != "unread" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsReadLaterOnAnyServerIsWithdrawn(t *testing.T) {
	grace := func(p *place) chat.UserID { return p.grace.User.ID }
	for name, read := range map[string]func(p *place, m chat.Message, id string) error{
		"the one": func(p *place, _ chat.Message, id string) error {
			return p.servers[1].ReadNotification(t.Context(), grace(p), chat.NotificationID(id))
		},
		"its room": func(p *place, m chat.Message, _ string) error {
			return p.servers[1].MarkRead(t.Context(), grace(p), chat.General, m.Seq)
		},
		"taken back": func(p *place, m chat.Message, _ string) error {
			_, err := p.servers[1].Delete(t.Context(), p.ada.User.ID, m.ID)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 2)
			browser := p.subscribe()
			p.notify(0, "stays")
			browser.Wait(1)
			m := p.mention(0)
			pushed := browser.Wait(2)[1]
			p.online.Store(true)
			p.must(read(p, m, pushed.ID))
			got := browser.Wait(3)[2]
			if !slices.Equal(got.Withdraw, []string{pushed.ID}) || got.Title != "" || got.Header.Get("Topic") != pushed.ID {
				t.Errorf("%+v, want %s withdrawn", got, pushed.ID)
			}
		})
	}
}

func TestAllThatWasPushedIsWithdrawnAtOnceAndNothingElse(t *testing.T) {
	p := newPlace(t, 2)
	browser := p.subscribe()
	p.notify(0, "one")
	p.notify(0, "two")
	pushed := browser.Wait(2)
	p.online.Store(true)
	p.notify(0, "never pushed")
	p.must(p.servers[1].ReadNotifications(t.Context(), p.grace.User.ID))
	got := browser.Wait(3)[2]
	slices.Sort(got.Withdraw)
	if !slices.Equal(got.Withdraw, ids(pushed)) {
		t.Errorf("%+v", got)
	}
}

func TestASubscriptionThatIsOverIsDropped(t *testing.T) {
	for _, status := range []int{404, 410} {
		p := newPlace(t, 1)
		gone, kept := p.subscribe(status), p.subscribe()
		p.notify(0, "one")
		kept.Wait(1)
		waitFor(t, "the subscription to go", func() bool { return p.subscriptions() == 1 })
		p.notify(0, "two")
		kept.Wait(2)
		if n := gone.Asked(); n != 1 {
			t.Errorf("%d: it was asked %d times", status, n)
		}
	}
}

func TestAPushServiceThatIsBusyIsAskedAgain(t *testing.T) {
	p := newPlace(t, 1)
	browser := p.subscribe(503, 429, 500)
	p.notify(0, "patience")
	browser.Wait(1)
	if n := browser.Asked(); n != 4 || p.subscriptions() != 1 {
		t.Errorf("asked %d times, %d subscriptions", n, p.subscriptions())
	}
}

func TestAPushServiceThatRefusesIsNotAskedAgain(t *testing.T) {
	for _, status := range []int{400, 413, 302, 307} {
		p := newPlace(t, 1)
		browser := p.subscribe(status)
		p.notify(0, "refused")
		waitFor(t, "the request", func() bool { return browser.Asked() == 1 })
		p.waitForNothingToDo()
		p.notify(0, "taken")
		if got := titles(browser.Wait(1)); got[0] != "taken" || p.subscriptions() != 1 {
			t.Errorf("%d: %q, %d subscriptions", status, got, p.subscriptions())
		}
	}
}

func TestEndpointsInPrivateNetworksAreNeverAsked(t *testing.T) {
	private := func(c *push.Config) { c.AllowPrivate = false }
	local := func(c *push.Config) { c.AllowPrivate, c.AllowLocal = false, true }
	for name, test := range map[string]struct {
		allow    func(*push.Config)
		endpoint string // for http://127.0.0.1
		local    bool
	}{
		"on this machine":                              {private, "http://127.0.0.1", false},
		"by a name that leads here":                    {private, "https://localhost", false},
		"on this machine, named by somebody on it":     {private, "http://127.0.0.1", true},
		"on this machine, named by somebody elsewhere": {local, "http://127.0.0.1", false},
		"by a name, by somebody elsewhere":             {local, "https://localhost", false},
		"in the neighbourhood, by somebody on it":      {local, "https://10.0.0.1", true},
		"of the cloud's own, by somebody on it":        {local, "https://169.254.169.254", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 1, test.allow)
			browser := p.subscribe()
			sub := browser.Subscription()
			p.must(p.store.DropSubscription(t.Context(), sub.Endpoint))
			sub.Endpoint = strings.Replace(sub.Endpoint, "http://127.0.0.1", test.endpoint, 1)
			sub.Local = test.local
			p.must(p.servers[0].Subscribe(t.Context(), p.grace.Session, sub))
			p.notify(0, "into the house")
			waitFor(t, "the subscription to be looked at", func() bool {
				left, err := p.store.OverduePushes(t.Context(), -24*time.Hour, 10)
				p.must(err)
				return len(left) == 0 || p.subscriptions() == 0
			})
			if n := browser.Asked(); n != 0 {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
}

func TestWhoIsOnThisMachineMayHaveAPushServiceOnIt(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "localhost"} {
		p := newPlace(t, 1, func(c *push.Config) { c.AllowPrivate, c.AllowLocal = false, true })
		browser := pushtest.New(t, p.servers[0].push.PublicKey())
		browser.URL = strings.Replace(browser.URL, "127.0.0.1", host, 1)
		sub := browser.Subscription()
		sub.Local = true
		p.must(p.servers[0].Subscribe(t.Context(), p.grace.Session, sub))
		p.notify(0, "from "+host)
		if got := titles(browser.Wait(1)); got[0] != "from "+host {
			t.Errorf("%q", got)
		}
	}
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.After(10 * time.Second); !condition(); {
		select {
		case <-deadline:
			t.Fatalf("waited for %s in vain", what)
		case <-time.After(time.Millisecond):
		}
	}
}
