package redis_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"example.com/chat/internal/redis"
	"example.com/chat/internal/sse"
	"example.com/chat/internal/sse/ssetest"
)

var key = []byte("an installation's key, 32 bytes!")

func serverURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("CHAT_TEST_REDIS_URL")
	if url == "" {
		t.Fatal("set CHAT_TEST_REDIS_URL or run: make test")
	}
	return url
}

// installation is a prefix that no other test uses.
func installation() string {
	var b [8]byte
	rand.Read(b[:])
	return "test-" + hex.EncodeToString(b[:]) + "."
}

func open(t *testing.T, url string, cfg redis.Config) *redis.Bus {
	t.Helper()
	if cfg.Key == nil {
		cfg.Key = key
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	bus, err := redis.Open(t.Context(), url, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
	return bus
}

// hear subscribes and gives what is received.
func hear(t *testing.T, bus *redis.Bus, channel string) <-chan string {
	t.Helper()
	heard := make(chan string, 1000)
	if err := bus.Subscribe(t.Context(), channel, func(payload []byte) { heard <- string(payload) }); err != nil {
		t.Fatal(err)
	}
	return heard
}

// eventually publishes until it is heard: a payload published while Redis is in trouble may be lost.
func eventually(t *testing.T, from *redis.Bus, heard <-chan string, payload string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		_ = from.Publish(t.Context(), "log", []byte(payload))
		select {
		case got := <-heard:
			if got == payload {
				return
			}
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%q was never heard", payload)
}

func TestRedisIsABus(t *testing.T) {
	ssetest.RunBus(t, func(t *testing.T) (a, b sse.Bus) {
		cfg := redis.Config{Prefix: installation()}
		return open(t, serverURL(t), cfg), open(t, serverURL(t), cfg)
	})
}

func TestPayloadsThatAreNotOursAreCountedAndSkipped(t *testing.T) {
	url, prefix := serverURL(t), installation()
	bus := open(t, url, redis.Config{Prefix: prefix})
	stranger := open(t, url, redis.Config{Prefix: prefix, Key: []byte("the key of another installation")})
	heard := hear(t, bus, "log")

	options, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	raw := goredis.NewClient(options)
	defer raw.Close()
	attacks := []string{"", "x", `{"epoch":1,"events":[]}`, "\x02" + strings.Repeat("n", 100), "\x01" + strings.Repeat("f", 100)}
	for _, payload := range attacks {
		if err := raw.Publish(t.Context(), prefix+"log", payload).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := stranger.Publish(t.Context(), "log", []byte("forged")); err != nil {
		t.Fatal(err)
	}
	if err := bus.Publish(t.Context(), "log", []byte("ours")); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "ours" {
		t.Errorf("heard %q", got)
	}
	if got, want := bus.Rejected(), uint64(len(attacks)+1); got != want {
		t.Errorf("%d payloads were counted as rejected, want %d", got, want)
	}
}

func TestAPayloadCannotBeMovedToAnotherChannel(t *testing.T) {
	url, prefix := serverURL(t), installation()
	bus := open(t, url, redis.Config{Prefix: prefix})
	heard := hear(t, bus, "log")

	options, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	raw := goredis.NewClient(options)
	defer raw.Close()
	spy := raw.Subscribe(t.Context(), prefix+"live")
	defer spy.Close()
	if _, err := spy.Receive(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := bus.Publish(t.Context(), "live", []byte("typing")); err != nil {
		t.Fatal(err)
	}
	captured, err := spy.ReceiveMessage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Publish(t.Context(), prefix+"log", captured.Payload).Err(); err != nil {
		t.Fatal(err)
	}
	if err := bus.Publish(t.Context(), "log", []byte("ours")); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "ours" {
		t.Errorf("heard %q", got)
	}
	if bus.Rejected() != 1 {
		t.Errorf("%d payloads were counted as rejected, want 1", bus.Rejected())
	}
}

func TestWhatCannotBeRightIsRefusedAtOnce(t *testing.T) {
	for _, c := range []struct {
		name, url string
		key       []byte
		says      string
	}{
		{"no URL", "", key, "redis://host:6379/0"},
		{"another scheme", "http://127.0.0.1:6379", key, "redis://host:6379/0"},
		{"a database that is no number", "redis://127.0.0.1:6379/chat", key, "redis://host:6379/0"},
		{"no key", "redis://127.0.0.1:6379/0", nil, "at least 16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := redis.Open(context.Background(), c.url, redis.Config{Key: c.key})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v; it should say %q", err, c.says)
			}
		})
	}
}
