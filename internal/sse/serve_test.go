package sse

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

func serve(t *testing.T, e *Engine) *httptest.Server {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := e.Open(Opening{Owner: Key("user", "ada"), Keys: map[StreamKey]int64{Key("room", 1): 0}, Now: e.Applied()})
		if err != nil {
			_ = Answer(w, time.Second)
			return
		}
		_ = s.Serve(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestTheFirstBytesComeAtOnceWithHeadersThatKeepThemFlowing(t *testing.T) {
	e := newTestEngine(Config{})
	resp, err := http.Get(serve(t, e).URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for name, want := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "retry: ") {
		t.Errorf("the first line is %q", lines.Text())
	}
}

func TestClientsThatLeaveLeaveNothingBehind(t *testing.T) {
	e := newTestEngine(Config{})
	srv := serve(t, e)
	before := runtime.NumGoroutine()
	var bodies []io.Closer
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	for range 50 {
		resp, err := client.Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, resp.Body)
	}
	if n := e.Stats().Streams; n != 50 {
		t.Fatalf("%d streams are open, want 50", n)
	}
	for _, b := range bodies {
		b.Close()
	}
	transport.CloseIdleConnections()
	await(t, "the streams and their goroutines end", func() bool {
		return e.Stats().Streams == 0 && e.Stats().Keys == 0 && runtime.NumGoroutine() <= before+2
	})
}

func TestAPeerThatStoppedReadingIsCutAndDelaysNobody(t *testing.T) {
	e := newTestEngine(Config{WriteTimeout: 200 * time.Millisecond, Pending: 4})
	srv := serve(t, e)
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(1 << 10)
	_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	await(t, "the stream opens", func() bool { return e.Stats().Streams == 1 })
	big := strings.Repeat("x", 1<<20)
	for id := int64(1); id <= 20; id++ {
		en := entry(id, Key("room", 1))
		en.Render = func(string, bool) (Event, error) { return Event{ID: fmt.Sprint(id), Data: big}, nil }
		e.Append(en)
	}
	await(t, "the stream is cut", func() bool { return e.Stats().Streams == 0 })
	if e.Stats().Cut != 1 {
		t.Errorf("%d streams were cut for want of progress, want 1", e.Stats().Cut)
	}
}

// await polls until ok holds.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for tick := time.Tick(5 * time.Millisecond); !ok(); {
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("in 10 s it did not happen that %s", what)
		}
	}
}

// serveHTTP2 is serve over HTTP/2, which counts a deadline from when it is set, whether anything is written
// or not.
func serveHTTP2(t *testing.T, e *Engine) (*httptest.Server, *http.Client) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s, err := e.Open(Opening{Owner: Key("user", "ada"), Now: e.Applied()}); err == nil {
			_ = s.Serve(w, r)
		}
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv, srv.Client()
}

func TestAnIdleStreamOverHTTP2IsNotCut(t *testing.T) {
	e := newTestEngine(Config{WriteTimeout: 100 * time.Millisecond})
	srv, client := serveHTTP2(t, e)
	resp, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ProtoMajor != 2 {
		t.Fatalf("the protocol is %s, or this proves nothing", resp.Proto)
	}
	events := NewDecoder(resp.Body)
	if m, err := events.Next(); err != nil || m.Name != "ping" {
		t.Fatalf("came %+v, %v", m, err)
	}
	<-time.After(300 * time.Millisecond) // three times as long as a write may take
	e.Append(entry(1, Key("user", "ada")))
	if m, err := events.Next(); err != nil || m.Data != "text 1" {
		t.Errorf("after a pause came %+v, %v", m, err)
	}
}

func TestAPeerThatStoppedReadingIsCutOverHTTP2(t *testing.T) {
	e := newTestEngine(Config{WriteTimeout: 200 * time.Millisecond, Pending: 4})
	srv, client := serveHTTP2(t, e)
	resp, err := client.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	big := strings.Repeat("x", 1<<20)
	for id := int64(1); id <= 20; id++ {
		en := entry(id, Key("user", "ada"))
		en.Render = func(string, bool) (Event, error) { return Event{ID: fmt.Sprint(id), Data: big}, nil }
		e.Append(en)
	}
	await(t, "the stream is cut", func() bool { return e.Stats().Streams == 0 })
	if e.Stats().Cut != 1 {
		t.Errorf("%d streams were cut for want of progress, want 1", e.Stats().Cut)
	}
}

func TestBytesMayWaitForTheirFlushOverHTTP2(t *testing.T) {
	e := newTestEngine(Config{WriteTimeout: 100 * time.Millisecond})
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := e.Open(Opening{Owner: Key("user", "ada"), Now: e.Applied(), Detached: true})
		if err != nil {
			return
		}
		_ = s.ServeConn(w, r, func(c *Conn) error {
			_, _ = io.WriteString(c, "data: hello\n")
			<-time.After(300 * time.Millisecond)
			_, _ = io.WriteString(c, "\n")
			return c.Flush()
		})
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	resp, err := srv.Client().Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if m, err := NewDecoder(resp.Body).Next(); err != nil || m.Data != "hello" {
		t.Errorf("came %+v, %v", m, err)
	}
}
