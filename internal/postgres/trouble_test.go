package postgres

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"example.com/chat/internal/chat"
)

// proxied puts a proxy between a store and a database, and gives the URL of the proxy.
func proxied(t *testing.T, direct string) (*toxiproxy.Proxy, string) {
	t.Helper()
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "postgres", "127.0.0.1:0", u.Host)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy, altered(t, direct, func(u *url.URL) { u.Host = proxy.Listen })
}

func poison(t *testing.T, proxy *toxiproxy.Proxy, toxic string) {
	t.Helper()
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

const (
	deafToServer = `{"name":"deaf","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`
	slow         = `{"name":"slow","type":"latency","stream":"downstream","attributes":{"latency":250}}`
)

func TestADatabaseThatIsAwayIsUnavailableUntilItIsBack(t *testing.T) {
	direct := database(t)
	proxy, url := proxied(t, direct)
	s := open(t, url)
	update(t, s, chat.Needs{}, nothing)

	listen := proxy.Listen
	proxy.Stop()
	for range 2 { // on connections that are broken, then without any
		if err := s.Update(t.Context(), &chat.Needs{}, nothing); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("update: %v, want unavailable", err)
		}
		if _, err := s.Head(t.Context()); chat.KindOf(err) != chat.Unavailable {
			t.Errorf("head: %v, want unavailable", err)
		}
	}
	if n := value[int](t, connect(t, direct), `select count(*) from events`); n != 1 {
		t.Errorf("%d events, want 1: unavailable means that nothing was stored", n)
	}
	proxy.Listen = listen
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	update(t, s, chat.Needs{}, nothing)
	if got := head(t, s).ID; got != 2 {
		t.Errorf("the head is %d, want 2", got)
	}
}

func TestACommitWhoseAnswerIsLostIsInDoubt(t *testing.T) {
	direct := database(t)
	proxy, url := proxied(t, direct)
	s := open(t, url)
	update(t, s, chat.Needs{}, nothing)

	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err := s.Update(ctx, &chat.Needs{}, func(state *chat.State) *chat.Rows {
		poison(t, proxy, deafToServer)
		return nothing(state)
	})
	if chat.KindOf(err) != chat.Unknown {
		t.Fatalf("%v, want unknown", err)
	}
	if n := value[int](t, connect(t, direct), `select count(*) from events`); n != 2 {
		t.Errorf("%d events: it was committed, or this proves nothing", n)
	}
	proxy.Toxics.ResetToxics(t.Context())
	update(t, s, chat.Needs{}, nothing)
}

func TestWhatIsGivenUpBeforeTheCommitIsNotStored(t *testing.T) {
	url := database(t)
	s := open(t, url)
	update(t, s, chat.Needs{}, nothing)

	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, &chat.Needs{}, func(state *chat.State) *chat.Rows {
		cancel()
		return nothing(state)
	})
	if chat.KindOf(err) != chat.Unavailable {
		t.Errorf("cancelled while deciding: %v, want unavailable", err)
	}
	if err := s.Update(ctx, &chat.Needs{}, nothing); chat.KindOf(err) != chat.Unavailable {
		t.Errorf("cancelled from the start: %v, want unavailable", err)
	}
	update(t, s, chat.Needs{}, nothing)
	if got := head(t, s).ID; got != 2 {
		t.Errorf("the head is %d, want 2", got)
	}
}

func TestALockHeldByAStuckServerIsWaitedForAMomentOnly(t *testing.T) {
	url := database(t)
	s := open(t, url)
	stuck, err := connect(t, url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stuck.Exec(t.Context(), lockSQL, chat.Shard); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := s.Update(t.Context(), &chat.Needs{}, nothing); chat.KindOf(err) != chat.Unavailable {
		t.Errorf("%v, want unavailable", err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it waited for %v", took)
	}
	if err := stuck.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	update(t, s, chat.Needs{}, nothing)
}

func TestAServerThatStallsWithTheLockLosesIt(t *testing.T) {
	url := database(t)
	stalled, other := open(t, url), open(t, url)
	err := stalled.Update(t.Context(), &chat.Needs{}, func(state *chat.State) *chat.Rows {
		await(t, "another server to get the lock", func() bool {
			return other.Update(t.Context(), &chat.Needs{}, nothing) == nil
		})
		return nothing(state)
	})
	if kind := chat.KindOf(err); kind != chat.Unavailable && kind != chat.Unknown {
		t.Errorf("the one that stalled: %v", err)
	}
	if got := head(t, other).ID; got != 1 {
		t.Errorf("the head is %d, want 1: of the two only one was stored", got)
	}
}
