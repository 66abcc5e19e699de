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
	"example.com/chat/internal/sqlite"
)

// place is an installation of some servers, with Ada (the administrator) and Grace.
type place struct {
	t          *testing.T
	store      chat.Store
	key        []byte
	servers    []*server
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
			for _, other := range p.servers {
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
	for name, entry := range map[string]*chat.Entry{"Ada": &p.ada, "Grace": &p.grace} {
		if *entry, err = p.servers[0].SignUp(t.Context(), name, "correct horse battery", "test", ""); err != nil {
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
		Linger:  20 * time.Millisecond, Backoff: time.Millisecond, Log: slog.New(slog.DiscardHandler),
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
func (p *place) subscribe(answers ...int) *service {
	p.t.Helper()
	s := newService(p.t, p.servers[0].push.PublicKey(), answers...)
	p.must(p.servers[0].Subscribe(p.t.Context(), p.grace.Session, s.subscription()))
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

func (p *place) subscriptions() int {
	p.t.Helper()
	all, err := p.store.Subscriptions(p.t.Context(), p.grace.User.ID)
	p.must(err)
	return len(all)
}

func titles(all []delivery) (titles []string) {
	for _, d := range all {
		titles = append(titles, d.Title)
	}
	return titles
}

func TestAMentionWakesABrowserAndSaysWhoAndWhereButNotWhat(t *testing.T) {
	p := newPlace(t, 1)
	browser := p.subscribe()
	m := p.mention(0)
	got := browser.wait(1)[0]
	if got.Title != "Ada mentioned you in general" || got.Kind != "mention" || got.ID == "" ||
		got.URL != "/rooms/general?around="+string(m.ID)+"#message-"+string(m.ID) {
		t.Errorf("%+v", got)
	}
	if got.header.Get("TTL") != "86400" || got.header.Get("Urgency") != "normal" || got.header.Get("Topic") != got.ID {
		t.Errorf("%v", got.header)
	}
	if strings.Contains(got.Title+got.URL, "secret") {
		t.Errorf("it has the message's text: %+v", got)
	}
}

func TestAllBrowsersOfAPersonAreWokenAndNobodyElses(t *testing.T) {
	p := newPlace(t, 1)
	phone, desk := p.subscribe(), p.subscribe()
	adas := newService(t, p.servers[0].push.PublicKey())
	p.must(p.servers[0].Subscribe(t.Context(), p.ada.Session, adas.subscription()))
	p.notify(0, "the build is broken")
	for _, browser := range []*service{phone, desk} {
		if got := browser.wait(1)[0]; got.Title != "the build is broken" || got.URL != "/notifications" {
			t.Errorf("%+v", got)
		}
	}
	p.must(p.servers[0].NotifyFromHere(t.Context(), "Ada", "yours"))
	adas.wait(1)
	phone.wait(1)
}

func TestWhoHasAPageOpenIsNotWoken(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) {
		offline, asked := c.Offline, 0
		c.Offline = func(user chat.UserID) bool { asked++; return asked > 1 && offline(user) }
	})
	browser := p.subscribe()
	p.notify(0, "while there")
	p.notify(0, "after leaving")
	if got := titles(browser.wait(1)); got[0] != "after leaving" {
		t.Errorf("%q", got)
	}
}

func TestOnlyTheServerThatCommittedANotificationPushesIt(t *testing.T) {
	p := newPlace(t, 2)
	browser := p.subscribe()
	p.notify(0, "one")
	browser.wait(1)
	p.notify(1, "two")
	browser.wait(2)
	p.notify(0, "three")
	if got := titles(browser.wait(3)); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("%q", got)
	}
}

func TestWhatIsReadAtOnceIsNotPushed(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.Linger = 200 * time.Millisecond })
	browser := p.subscribe()
	p.notify(0, "read")
	p.must(p.servers[0].ReadNotifications(t.Context(), p.grace.User.ID))
	p.notify(0, "unread")
	if got := titles(browser.wait(1)); got[0] != "unread" {
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
			browser.wait(1)
			m := p.mention(0)
			pushed := browser.wait(2)[1]
			p.online.Store(true)
			p.must(read(p, m, pushed.ID))
			got := browser.wait(3)[2]
			if !slices.Equal(got.Withdraw, []string{pushed.ID}) || got.Title != "" || got.header.Get("Topic") != pushed.ID {
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
	pushed := browser.wait(2)
	p.online.Store(true)
	p.notify(0, "never pushed")
	p.must(p.servers[1].ReadNotifications(t.Context(), p.grace.User.ID))
	got := browser.wait(3)[2]
	if !slices.Equal(got.Withdraw, []string{pushed[0].ID, pushed[1].ID}) {
		t.Errorf("%+v", got)
	}
}

// watched is a store that says when it has been asked for a user.
type watched struct {
	chat.Store
	read chan struct{}
}

func (w watched) User(ctx context.Context, viewer, id chat.UserID) (chat.User, error) {
	user, err := w.Store.User(ctx, viewer, id)
	w.read <- struct{}{}
	return user, err
}

func TestQuietHoursAreKept(t *testing.T) {
	read := make(chan struct{}, 10)
	p := newPlace(t, 1, func(c *push.Config) { c.Store = watched{c.Store, read} })
	browser := p.subscribe()
	clock := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	quiet := chat.Prefs{QuietFrom: clock(-time.Hour), QuietTo: clock(time.Hour), Zone: "UTC"}
	p.must(p.servers[0].ChangePrefs(t.Context(), p.grace.User.ID, quiet))
	p.notify(0, "at night")
	<-read
	p.must(p.servers[0].ChangePrefs(t.Context(), p.grace.User.ID, chat.Prefs{}))
	p.notify(0, "in the morning")
	if got := titles(browser.wait(1)); got[0] != "in the morning" {
		t.Errorf("%q", got)
	}
}

func TestASubscriptionThatIsOverIsDropped(t *testing.T) {
	for _, status := range []int{404, 410} {
		p := newPlace(t, 1)
		gone, kept := p.subscribe(status), p.subscribe()
		p.notify(0, "one")
		kept.wait(1)
		waitFor(t, "the subscription to go", func() bool { return p.subscriptions() == 1 })
		p.notify(0, "two")
		kept.wait(2)
		if n := gone.asked(); n != 1 {
			t.Errorf("%d: it was asked %d times", status, n)
		}
	}
}

func TestAPushServiceThatIsBusyIsAskedAgain(t *testing.T) {
	p := newPlace(t, 1)
	browser := p.subscribe(503, 429, 500)
	p.notify(0, "patience")
	browser.wait(1)
	if n := browser.asked(); n != 4 || p.subscriptions() != 1 {
		t.Errorf("asked %d times, %d subscriptions", n, p.subscriptions())
	}
}

func TestAPushServiceThatRefusesIsNotAskedAgain(t *testing.T) {
	for _, status := range []int{400, 413, 302} {
		p := newPlace(t, 1)
		browser := p.subscribe(status)
		p.notify(0, "refused")
		waitFor(t, "the request", func() bool { return browser.asked() == 1 })
		p.notify(0, "taken")
		if got := titles(browser.wait(1)); got[0] != "taken" || p.subscriptions() != 1 {
			t.Errorf("%d: %q, %d subscriptions", status, got, p.subscriptions())
		}
	}
}

func TestEndpointsInPrivateNetworksAreNeverAsked(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.AllowPrivate = false })
	browser := p.subscribe()
	named := browser.subscription()
	named.Endpoint = strings.Replace(named.Endpoint, "http://127.0.0.1", "https://localhost", 1)
	p.must(p.servers[0].Subscribe(t.Context(), p.grace.Session, named))
	if n := p.subscriptions(); n != 2 {
		t.Fatalf("%d subscriptions: this proves nothing", n)
	}
	p.notify(0, "into the house")
	waitFor(t, "the subscriptions to go", func() bool { return p.subscriptions() == 0 })
	if n := browser.asked(); n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}

func TestPuttingNeverWaits(t *testing.T) {
	p := newPlace(t, 1)
	s := p.server() // nobody runs it
	b := chat.Batch{Events: []chat.Event{{
		Kind: chat.Notified, UserID: p.grace.User.ID, Told: chat.Told{Notification: &chat.Notification{ID: "n"}},
	}}}
	for range 2000 {
		s.push.Put(b)
	}
	if n := s.push.Dropped(); n != 2000-1024 {
		t.Errorf("%d were dropped", n)
	}
}
