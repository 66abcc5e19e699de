package sse

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// script is a server, and the network to it, in a synctest bubble: it answers each request with the next of
// its answers, and with 204 when there are no more.
type script struct {
	answers  []http.HandlerFunc
	requests []request
	conns    chan net.Conn
	closed   chan struct{}
}

type request struct {
	header http.Header
	at     time.Time
}

// perform starts the server and gives a client of it. Handlers run one at a time, since the client has one
// connection at a time.
func perform(t *testing.T, answers ...http.HandlerFunc) (*script, *Client) {
	s := &script{answers: answers, conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: s}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(s) }()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		s.conns <- theirs
		return ours, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return s, &Client{URL: "http://chat.example/events", HTTP: &http.Client{Transport: transport}, Log: slog.New(slog.DiscardHandler)}
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	turn := len(s.requests)
	s.requests = append(s.requests, request{r.Header, time.Now()})
	if turn < len(s.answers) {
		s.answers[turn](w, r)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *script) Accept() (net.Conn, error) {
	select {
	case conn := <-s.conns:
		return conn, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s *script) Close() error   { close(s.closed); return nil }
func (s *script) Addr() net.Addr { return &net.TCPAddr{} }

// resumed is what the requests named as the last event id, "-" without one.
func (s *script) resumed() (ids []string) {
	for _, r := range s.requests {
		ids = append(ids, strings.Join(append(r.header["Last-Event-Id"], "-")[:1], ""))
	}
	return ids
}

// pauses are the times between the requests.
func (s *script) pauses() (d []time.Duration) {
	for i := range len(s.requests) - 1 {
		d = append(d, s.requests[i+1].at.Sub(s.requests[i].at))
	}
	return d
}

// says streams a text and ends; holds waits until the client has left; cuts ends in the middle.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		_, _ = io.WriteString(w, text)
		_ = http.NewResponseController(w).Flush()
	}
}

func holds(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		says(text)(w, r)
		<-r.Context().Done()
	}
}

func cuts(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		says(text)(w, r)
		panic(http.ErrAbortHandler)
	}
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

// follow reads to the end of the sequence.
func follow(t *testing.T, c *Client) (data []string, last error) {
	t.Helper()
	for m, err := range c.Events(t.Context()) {
		if last != nil {
			t.Errorf("after the error came %+v, %v", m, err)
		}
		if last = err; err == nil {
			data = append(data, m.Data)
		}
	}
	return data, last
}
