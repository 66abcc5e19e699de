package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/postgres/postgrestest"
)

// cluster is two servers on one Postgres and one Redis of its own, which can be killed and stopped.
type cluster struct {
	t     *testing.T
	nodes []*process
	redis *redisServer

	toRedis, toPostgres *toxiproxy.Proxy
}

// startCluster starts both with further settings, such as CHAT_HEARTBEAT=1s.
func startCluster(t *testing.T, settings ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, redis: &redisServer{t: t, addr: freeAddr(t)}}
	c.redis.start()
	t.Cleanup(c.redis.kill)
	c.toRedis = proxyTo(t, c.redis.addr)
	database, err := url.Parse(postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	c.toPostgres = proxyTo(t, database.Host)
	database.Host = c.toPostgres.Listen
	settings = append(settings, "CHAT_DATABASE_URL="+database.String(), "CHAT_REDIS_URL=redis://"+c.toRedis.Listen)
	for range 2 {
		c.nodes = append(c.nodes, startProcess(t, settings...))
	}
	return c
}

// twoServers are those of a cluster that nothing happens to, for people who are not on the same one.
func twoServers(t *testing.T, settings ...string) (here, there *process) {
	t.Helper()
	c := startCluster(t, settings...)
	return c.nodes[0], c.nodes[1]
}

// proxyTo starts a proxy that can be made to lose connections, or to let them stand and say nothing.
func proxyTo(t *testing.T, upstream string) *toxiproxy.Proxy {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "proxy", "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy
}

// deafen lets the proxy's connections stand while everything sent over them vanishes.
func deafen(t *testing.T, proxy *toxiproxy.Proxy) {
	t.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		_, err := proxy.Toxics.AddToxicJson(strings.NewReader(`{"name":"` + stream + `","type":"timeout","stream":"` + stream + `","attributes":{"timeout":0}}`))
		if err != nil {
			t.Fatal(err)
		}
	}
}

// redisServer is a real Redis.
type redisServer struct {
	t    *testing.T
	addr string
	cmd  *exec.Cmd
}

func (r *redisServer) start() {
	path := os.Getenv("CHAT_TEST_REDIS_SERVER")
	if path == "" {
		r.t.Fatal("CHAT_TEST_REDIS_SERVER does not name a redis-server; install Redis, or set it, and run: make test")
	}
	_, port, _ := net.SplitHostPort(r.addr)
	r.cmd = exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", r.t.TempDir())
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	deadline := time.After(10 * time.Second)
	for tick := time.Tick(10 * time.Millisecond); ; {
		if conn, err := net.Dial("tcp", r.addr); err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-tick:
		case <-deadline:
			r.t.Fatal("redis-server did not start")
		}
	}
}

func (r *redisServer) signal(s syscall.Signal) { _ = r.cmd.Process.Signal(s) }

func (r *redisServer) kill() {
	r.signal(syscall.SIGKILL)
	_ = r.cmd.Wait()
}

func TestTwoServersTellTheSameInOneOrderWhateverRedisDoes(t *testing.T) {
	c := startCluster(t)
	ada := newMember(t, c.nodes[0], "Ada")
	grace := newMember(t, c.nodes[1], "Grace")
	ada.follow(c.nodes[0])
	grace.follow(c.nodes[1])

	var want []string
	talk := func(t *testing.T) {
		t.Helper()
		for i := range 6 {
			body := fmt.Sprintf("%s %d", t.Name(), i)
			want = append(want, body)
			[]*member{ada, grace}[i%2].say(c.nodes[(i/2)%2], body)
		}
		ada.hears(want)
		grace.hears(want)
	}
	t.Run("with Redis", talk)
	t.Run("with Redis stopped", func(t *testing.T) {
		c.redis.signal(syscall.SIGSTOP)
		defer c.redis.signal(syscall.SIGCONT)
		talk(t)
	})
	t.Run("with Redis back after it was stopped", talk)
	t.Run("with Redis killed", func(t *testing.T) {
		c.redis.kill()
		talk(t)
	})
	c.redis.start()
	t.Run("with Redis back after it was killed", talk)
	t.Run("with Redis deaf", func(t *testing.T) {
		deafen(t, c.toRedis)
		talk(t)
	})
	c.toRedis.Toxics.ResetToxics(t.Context())
	t.Run("with Redis hearing again", talk)
}

func TestAServerThatIsKilledTakesNothingWithIt(t *testing.T) {
	c := startCluster(t)
	ada := newMember(t, c.nodes[0], "Ada")
	grace := newMember(t, c.nodes[1], "Grace")
	grace.follow(c.nodes[1])
	ada.follow(c.nodes[0])
	var want []string
	for i := range 3 {
		for j := range 5 {
			body := fmt.Sprintf("round %d, message %d", i, j)
			want = append(want, body)
			ada.say(c.nodes[0], body)
		}
		c.nodes[0].kill() // perhaps between the commit and the publishing of the last one
		grace.hears(want)
		c.nodes[0].start()
	}
	ada.hears(want)
}

func TestPostgresThatIsAwayLosesNothingAndIsSaidSo(t *testing.T) {
	c := startCluster(t)
	ada := newMember(t, c.nodes[0], "Ada")
	grace := newMember(t, c.nodes[1], "Grace")
	ada.follow(c.nodes[1])
	grace.follow(c.nodes[0])
	var want []string
	for name, cut := range map[string]struct{ away, back func() }{
		"cut off": {c.toPostgres.Stop, func() {
			if err := c.toPostgres.Start(); err != nil {
				t.Fatal(err)
			}
		}},
		"deaf": {func() { deafen(t, c.toPostgres) }, func() { c.toPostgres.Toxics.ResetToxics(t.Context()) }},
	} {
		id := string(chat.NewMessageID())
		form := url.Values{"body": {name + ", during"}, "id": {id}}
		ada.say(c.nodes[0], name+", before")
		cut.away()
		if status := ada.post(c.nodes[0], "/rooms/general/messages", form); status != http.StatusServiceUnavailable {
			t.Errorf("%s: posting answers %d", name, status)
		}
		cut.back()
		await(t, "it is stored once Postgres is back", func() bool {
			return ada.post(c.nodes[0], "/rooms/general/messages", form) == http.StatusSeeOther // the same message again
		})
		want = append(want, name+", before", name+", during")
		ada.hears(want)
		grace.hears(want)
	}
}

// await polls until ok holds.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(100 * time.Millisecond); !ok(); {
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("in %s it did not happen that %s", patience, what)
		}
	}
}

func TestTheSameMessageOnTwoServersAtOnceIsOneMessage(t *testing.T) {
	c := startCluster(t)
	ada := newMember(t, c.nodes[0], "Ada")
	ada.follow(c.nodes[0])
	for i := range 10 {
		form := url.Values{"body": {fmt.Sprint("twice ", i)}, "id": {fmt.Sprintf("00000000-0000-4000-8000-%012d", i)}}
		statuses := make(chan int, 4)
		var wg sync.WaitGroup
		for j := range 4 {
			wg.Go(func() { statuses <- ada.post(c.nodes[j%2], "/rooms/general/messages", form) })
		}
		wg.Wait()
		for range 4 {
			if status := <-statuses; status != http.StatusSeeOther {
				t.Errorf("message %d: one of its posts answers %d", i, status)
			}
		}
	}
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprint("twice ", i))
	}
	ada.hears(want)
}

func TestWhoIsPutOutIsSoOnTheOtherServerToo(t *testing.T) {
	c := startCluster(t)
	administrator := newMember(t, c.nodes[0], "Ada")
	c.redis.kill() // what the bus does not bring, the log does
	t.Cleanup(c.redis.start)
	for name, put := range map[string]func(who *member){
		"signs out": func(who *member) { who.does(c.nodes[0], "/logout", nil) },
		"is banned": func(who *member) {
			administrator.does(c.nodes[0], "/users/"+who.id(c.nodes[0])+"/ban", url.Values{"state": {"on"}})
		},
		"closes the account": func(who *member) {
			who.does(c.nodes[0], "/settings/close", url.Values{"password": {"correct horse battery"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			who := newMember(t, c.nodes[0], "Who "+name)
			resp, err := who.client.Get(c.nodes[1].url("/events"))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			put(who)
			if text := untilItEnds(t, resp.Body); !strings.Contains(text, "event: bye\ndata: signed_out\n") {
				t.Errorf("the stream ended with %q", text)
			}
			if status := who.post(c.nodes[1], "/rooms/general/messages", url.Values{"body": {"still here"}}); status != http.StatusSeeOther && status != http.StatusUnauthorized {
				t.Errorf("posting answers %d", status)
			}
		})
	}
	var page struct{ Messages []struct{ Body string } }
	administrator.read(c.nodes[1], "/rooms/general", &page)
	if len(page.Messages) > 0 {
		t.Errorf("what was posted afterwards is shown: %v", page.Messages)
	}
}

// untilItEnds is the rest of a stream.
func untilItEnds(t *testing.T, stream io.Reader) string {
	t.Helper()
	ended := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(stream) // what came is checked, however it ended
		ended <- string(text)
	}()
	select {
	case text := <-ended:
		return text
	case <-time.After(patience):
		t.Fatal("the stream did not end")
		return ""
	}
}
