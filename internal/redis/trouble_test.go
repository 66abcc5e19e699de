package redis_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"example.com/chat/internal/redis"
)

// proxied puts a proxy between a bus and the real Redis, and gives the URL of the proxy.
func proxied(t *testing.T) (*toxiproxy.Proxy, string) {
	t.Helper()
	u, err := url.Parse(serverURL(t))
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "redis", "127.0.0.1:0", u.Host)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	u.Host = proxy.Listen
	return proxy, u.String()
}

// freeze lets connections stand and everything sent over them vanish: Redis hangs, or is cut off.
func freeze(t *testing.T, proxy *toxiproxy.Proxy) {
	t.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		_, err := proxy.Toxics.AddToxicJson(strings.NewReader(
			`{"name":"` + stream + `","type":"timeout","stream":"` + stream + `","attributes":{"timeout":0}}`))
		if err != nil {
			t.Fatal(err)
		}
	}
}

// logged is a log that tests can wait on.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logged) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); <-time.After(10 * time.Millisecond) {
		if strings.Contains(l.text(), text) {
			return
		}
	}
	t.Fatalf("the log never said %q; it said:\n%s", text, l.text())
}

func TestABusOpensWithoutRedisAndWorksOnceItIsThere(t *testing.T) {
	proxy, url := proxied(t)
	listen := proxy.Listen
	proxy.Stop()
	bus := open(t, url, redis.Config{Prefix: installation()})
	if err := bus.Ping(t.Context()); err == nil {
		t.Fatal("Redis must be away, or this proves nothing")
	}
	heard := hear(t, bus, "log") // subscribed while it is away
	if err := bus.Publish(t.Context(), "log", []byte("lost")); err == nil {
		t.Error("publishing without Redis is no error")
	}
	proxy.Listen = listen
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, bus, heard, "back")
	if err := bus.Ping(t.Context()); err != nil {
		t.Errorf("Redis is back, and ping says: %v", err)
	}
}

func TestBrokenConnectionsAreMadeAnewWithTheirSubscriptions(t *testing.T) {
	proxy, url := proxied(t)
	prefix := installation()
	near := open(t, url, redis.Config{Prefix: prefix})
	far := open(t, serverURL(t), redis.Config{Prefix: prefix})
	heard := hear(t, near, "log")
	for range 3 {
		eventually(t, far, heard, "before")
		listen := proxy.Listen
		proxy.Stop() // closes the connections, as killing Redis does
		proxy.Listen = listen
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, far, heard, "after")
		eventually(t, near, heard, "own")
	}
}

func TestADeafConnectionIsNoticedAndReplaced(t *testing.T) {
	proxy, url := proxied(t)
	prefix := installation()
	var log logged
	near := open(t, url, redis.Config{Prefix: prefix, Log: slog.New(slog.NewTextHandler(&log, nil))})
	far := open(t, serverURL(t), redis.Config{Prefix: prefix})
	heard := hear(t, near, "log")
	eventually(t, far, heard, "before")

	freeze(t, proxy)
	log.await(t, "does not answer a ping")
	proxy.Toxics.ResetToxics(t.Context())
	eventually(t, far, heard, "after")
	log.await(t, "the bus works again")
}

func TestAHungRedisHoldsNoPublisherUp(t *testing.T) {
	proxy, url := proxied(t)
	bus := open(t, url, redis.Config{Prefix: installation()})
	heard := hear(t, bus, "log")
	eventually(t, bus, heard, "before") // there are open connections now

	freeze(t, proxy)
	for range 3 { // on an open connection, then on new ones
		begun := time.Now()
		if err := bus.Publish(t.Context(), "log", []byte("x")); err == nil {
			t.Error("publishing to a hung Redis is no error")
		}
		if took := time.Since(begun); took > 700*time.Millisecond {
			t.Errorf("the publisher was held up for %v", took)
		}
	}
}

func TestRejectedPayloadsAreLoggedAtMostOnceASecond(t *testing.T) {
	prefix := installation()
	var log logged
	bus := open(t, serverURL(t), redis.Config{Prefix: prefix, Log: slog.New(slog.NewTextHandler(&log, nil))})
	stranger := open(t, serverURL(t), redis.Config{Prefix: prefix, Key: []byte("the key of another installation")})
	heard := hear(t, bus, "log")
	begun := time.Now()
	for range 200 {
		if err := stranger.Publish(t.Context(), "log", []byte("flood")); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, bus, heard, "ours")
	most := 1 + int(time.Since(begun)/time.Second)
	if n := strings.Count(log.text(), "was skipped"); n == 0 || n > most {
		t.Errorf("%d rejections were logged %d times, want 1 to %d", bus.Rejected(), n, most)
	}
}
