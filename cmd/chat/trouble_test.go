package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// A short run of everything at once; CHAT_TEST_TROUBLE=10m makes it a long one. Four people write on two
// servers and follow two others' streams, while servers, Redis and the way to Postgres fail at random.
// In the end everybody has heard everything that was acknowledged, once, in one order.
func TestWhateverFailsEverybodyHearsEverythingOnceInOneOrder(t *testing.T) {
	duration := 15 * time.Second
	if text := os.Getenv("CHAT_TEST_TROUBLE"); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	c := startCluster(t)
	var members []*member
	for i := range 4 {
		m := newMember(t, c.nodes[i%2], fmt.Sprint("Person ", i))
		m.follow(c.nodes[(i+1)%2])
		members = append(members, m)
	}
	over := time.Now().Add(duration)
	var acknowledged sync.Map
	var writing sync.WaitGroup
	for i, m := range members {
		writing.Go(func() {
			for n := 0; time.Now().Before(over); n++ {
				body := fmt.Sprintf("%d/%d", i, n)
				m.insist(c.nodes, body)
				acknowledged.Store(body, true)
				<-time.After(time.Duration(rand.IntN(150)) * time.Millisecond)
			}
		})
	}
	for time.Now().Before(over) {
		<-time.After(time.Duration(rand.IntN(1000)) * time.Millisecond)
		c.somethingFails()
	}
	writing.Wait()
	members[0].insist(c.nodes, "the end")
	for _, m := range members {
		await(t, "everybody hears the end", func() bool { return slices.Contains(m.heard(), "the end") })
	}
	want := members[0].heard()
	count := map[string]int{}
	for _, body := range want {
		count[body]++
	}
	missing := 0
	acknowledged.Range(func(body, _ any) bool {
		if count[body.(string)] != 1 {
			t.Errorf("%s was heard %d times", body, count[body.(string)])
		}
		missing++
		return true
	})
	t.Logf("%d messages were acknowledged", missing)
	for i, m := range members {
		if got := m.heard(); !slices.Equal(got, want) {
			t.Errorf("person %d heard\n%s\nperson 0\n%s", i, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

// insist sends a message with one id, to whatever server answers, until it is acknowledged.
func (m *member) insist(nodes []*process, body string) {
	form := url.Values{"body": {body}, "id": {string(chat.NewMessageID())}}
	for try := 0; ; try++ {
		p := nodes[(try+rand.IntN(2))%2]
		status, err := m.try(p, "/rooms/general/messages", form)
		if status == http.StatusSeeOther {
			return
		}
		if err == nil && status != http.StatusServiceUnavailable {
			m.t.Errorf("posting %q answers %d", body, status)
			return
		}
		<-time.After(50 * time.Millisecond)
	}
}

func (m *member) try(p *process, path string, form url.Values) (int, error) {
	resp, err := m.client.PostForm(p.url(path), form)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// somethingFails lets one thing fail for a moment.
func (c *cluster) somethingFails() {
	moment := func() { <-time.After(time.Duration(rand.IntN(1500)) * time.Millisecond) }
	switch rand.IntN(6) {
	case 0:
		p := c.nodes[rand.IntN(2)]
		p.kill()
		moment()
		p.start()
	case 1:
		p := c.nodes[rand.IntN(2)]
		_ = p.cmd.Process.Signal(syscall.SIGSTOP)
		moment()
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
	case 2:
		c.redis.kill()
		moment()
		c.redis.start()
	case 3:
		c.redis.signal(syscall.SIGSTOP)
		moment()
		c.redis.signal(syscall.SIGCONT)
	case 4:
		c.toPostgres.Stop()
		moment()
		if err := c.toPostgres.Start(); err != nil {
			c.t.Error(err)
		}
	case 5:
		deafen(c.t, c.toRedis)
		moment()
		c.toRedis.Toxics.ResetToxics(c.t.Context())
	}
}
