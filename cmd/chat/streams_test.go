package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"

	"example.com/chat/internal/sse"
)

// listening reads a stream event by event.
type listening struct {
	t      *testing.T
	events *sse.Decoder
	leave  func()
}

// listen opens a stream on a server as the member.
func (m *member) listen(p *process, path string) *listening {
	m.t.Helper()
	return listenTo(m.t, m.client, p.url(path))
}

func listenTo(t *testing.T, client *http.Client, address string) *listening {
	t.Helper()
	ctx, leave := context.WithTimeout(t.Context(), patience)
	t.Cleanup(leave)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d", address, resp.StatusCode)
	}
	return &listening{t, sse.NewDecoder(resp.Body), leave}
}

// expect reads one event for each text, as its name and data; EOF is the end of the answer.
func (l *listening) expect(texts ...string) {
	l.t.Helper()
	for _, want := range texts {
		m, err := l.events.Next()
		got := m.Name + " " + m.Data
		if err != nil {
			got = err.Error()
		}
		if got != want {
			l.t.Fatalf("came %q, want %q", got, want)
		}
	}
}

func (m *member) sends(p *process, path string, fields ...string) {
	m.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	if status := m.post(p, path, form); status != http.StatusSeeOther {
		m.t.Fatalf("POST %s answers %d", path, status)
	}
}

func TestThePatternsWorkOverTwoServers(t *testing.T) {
	c := startCluster(t)
	here, there := c.nodes[0], c.nodes[1]
	ada := newMember(t, here, "Ada")

	t.Run("a broadcast reaches the readers of both, and so does the end", func(t *testing.T) {
		first, second := ada.listen(here, "/patterns/stream/events"), ada.listen(there, "/patterns/stream/events")
		ada.sends(here, "/patterns/stream", "data", "hello", "event", "note", "id", "7")
		ada.sends(there, "/patterns/stream", "data", "hello again")
		ada.sends(there, "/patterns/stream/close")
		second.expect("note hello", "message hello again", "end ", "EOF")
		first.expect("note hello", "message hello again", "end ", "EOF")
	})
	t.Run("keys come and go on the server that has the stream", func(t *testing.T) {
		l := ada.listen(there, "/patterns/composite/events?keys=a")
		ada.sends(here, "/patterns/composite", "key", "b", "data", "too early")
		ada.sends(here, "/patterns/composite/keys", "add", "b")
		ada.sends(here, "/patterns/composite", "key", "b", "data", "to b")
		ada.sends(here, "/patterns/composite/keys", "remove", "a")
		ada.sends(here, "/patterns/composite", "key", "a", "data", "too late")
		ada.sends(here, "/patterns/composite", "key", "b", "data", "the last")
		l.expect("message to b", "message the last")
	})
	t.Run("a queue in Redis is filled on one and read on the other", func(t *testing.T) {
		l := ada.listen(there, "/patterns/queue/events")
		ada.sends(here, "/patterns/queue", "value", "one")
		ada.sends(there, "/patterns/queue", "value", "two")
		l.expect("message one", "message two")
		l.leave()
		ada.sends(here, "/patterns/queue", "value", "three") // for whoever comes next
		ada.sends(here, "/patterns/queue", "value", "close")
		ada.listen(here, "/patterns/queue/events").expect("message three", "end ", "EOF")
	})
	t.Run("the inspector shows both", func(t *testing.T) {
		ada.listen(there, "/patterns/heartbeat/events")
		l := ada.listen(here, "/inspector/events")
		servers := map[string]bool{}
		for len(servers) < 2 {
			m, err := l.events.Next()
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(m.Data, `data-server="`)
			name, _, _ := strings.Cut(rest, `"`)
			servers[name] = true
		}
	})
}

func TestTenStreamsOverOneConnectionLeaveRoomForRequests(t *testing.T) {
	cert, key := certificate(t)
	for name, settings := range map[string][]string{
		"plain": nil,
		"TLS":   {"CHAT_TLS_CERT=" + cert, "CHAT_TLS_KEY=" + key},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, settings...)
			transport := &http.Transport{Protocols: new(http.Protocols), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			transport.Protocols.SetHTTP2(true)
			transport.Protocols.SetUnencryptedHTTP2(true)
			var connections atomic.Int32
			client := &http.Client{Transport: counted{transport, &connections}}
			client.Jar = signedUp(t, client, s.url)
			for range 10 {
				l := listenTo(t, client, s.url+"/patterns/count/events?n=2&every=60000")
				l.expect(`message {"n":1}`)
				defer l.leave()
			}
			resp, err := client.Get(s.url + "/session")
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusNoContent || resp.ProtoMajor != 2 {
				t.Errorf("beside ten streams a request is answered %s %s", resp.Proto, resp.Status)
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("there are %d connections, want 1", n)
			}
		})
	}
}

// counted counts the connections that are made.
type counted struct {
	http.RoundTripper
	made *atomic.Int32
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if !info.Reused {
			c.made.Add(1)
		}
	}}
	return c.RoundTripper.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
}

func TestABrowserHasTenStreamsOverHTTP2(t *testing.T) {
	t.Parallel()
	cert, key := certificate(t)
	p := startProcess(t, "CHAT_TLS_CERT="+cert, "CHAT_TLS_KEY="+key)
	ada := person(t, p)
	if _, err := chromedp.Run(ada.ctx, func(ctx context.Context, _ *chromedp.Target) (struct{}, error) {
		_, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
		return struct{}{}, err
	}); err != nil {
		t.Fatal(err)
	}
	ada.base = strings.Replace(ada.base, "http:", "https:", 1)
	ada.signUpByForm("Ada")
	ada.watch("http2", "")
	ada.press("start")
	ada.await("ten streams are open", `opened.length === 10 && opened.every(source => source.readyState === 1)`)
	ada.press("ask")
	ada.await("a request is answered beside them", fmt.Sprintf(`document.querySelector(%q).textContent.includes("over HTTP/2")`, "[data-part=answer]"))
	ada.press("stop")
	ada.await("all are closed", allOver)
}

// signedUp makes an account and gives its cookies, which a client without a jar would lose in the redirect.
func signedUp(t *testing.T, client *http.Client, base string) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	visitor := &http.Client{Transport: client.Transport, Jar: jar, Timeout: time.Minute}
	resp, err := visitor.PostForm(base+"/signup", url.Values{"name": {"Ada"}, "password": {"correct horse battery"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return jar
}

func TestAChatThatWasOpenTooOftenGoesOnWhereItIsOpenedNext(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "CHAT_RATE_LIMIT=on")
	ada := person(t, p)
	ada.signUp("Ada")
	ada.await("the stream is open", `document.getElementById("status").dataset.state === "connected"`)
	other := &http.Client{Jar: cookiesOf(ada, p)} // of the same session
	for range 20 {
		listenTo(t, other, p.url("/events"))
	}
	ada.await("the page says that it is paused", `document.getElementById("status").dataset.state === "limit"`)
	again := ada.another()
	again.open("/rooms/general")
	again.say("hello again")
	again.sees("hello again")
	ada.sees("hello again")
}
