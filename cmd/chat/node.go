package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
	"example.com/chat/internal/push"
	"example.com/chat/internal/redis"
	"example.com/chat/internal/sse"
	"example.com/chat/web"
)

// node is one server with everything it is made of.
type node struct {
	cfg    config
	log    *slog.Logger
	store  chat.Store
	bus    sse.Bus
	writer *chat.Writer
	outbox *chat.Outbox // nil without other servers
	feed   *chat.Feed
	engine *sse.Engine
	http   *http.Server

	presence *presence.Tracker
	push     *push.Sender

	draining   atomic.Bool
	unreadable atomic.Uint64 // batches on the bus
}

// openNode opens what needs opening and wires up the rest.
func openNode(ctx context.Context, cfg config, log *slog.Logger) (*node, error) {
	store, err := openStore(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	n := &node{cfg: cfg, log: log, store: store}
	cursorKey, err := secret(ctx, store, "cursor")
	if err == nil {
		n.bus, err = openBus(ctx, cfg, store, log)
	}
	if err == nil {
		n.push, err = n.newPush(ctx)
	}
	if err != nil {
		n.close()
		return nil, err
	}
	n.wire(chat.NewCursors(cursorKey[:16]))
	return n, nil
}

// wire connects the parts: a commit goes to the feed of this server and over the bus to the others', and
// what the feed puts in order goes to the streams.
func (n *node) wire(cursors *chat.Cursors) {
	broadcast := web.NewBroadcast(n.store, cursors, n.cfg.receipts)
	name := serverName()
	n.engine = sse.New(sse.Config{
		Bus: n.bus, Replay: broadcast.Replay, Cursor: broadcast.Cursor, Control: broadcast.Control, Whole: web.Whole,
		Fresh: n.fresh, Report: web.Report, Name: name,
		Heartbeat: n.cfg.heartbeat, Retention: n.cfg.retention, Log: n.log,
	})
	n.feed = chat.NewFeed(n.store,
		func(e chat.Event) {
			n.engine.Append(broadcast.Entry(e))
			if e.Kind == chat.UserJoined || e.Kind == chat.UserLeft {
				n.presence.Moved(string(e.UserID))
			}
			n.push.Heard(e)
		},
		func(p chat.Position) { n.engine.Reset(sse.Position(p)) },
		n.log)
	announce := func(b chat.Batch) {
		n.feed.Committed(b)
		n.push.Put(b)
	}
	if n.cfg.redisURL != "" {
		n.outbox = chat.NewOutbox(func(ctx context.Context, payload []byte) error {
			return n.bus.Publish(ctx, logChannel, payload)
		}, n.log)
		announce = func(b chat.Batch) {
			n.feed.Committed(b)
			n.outbox.Put(b)
			n.push.Put(b)
		}
	}
	n.writer = chat.NewWriter(n.store, announce, n.log)
	n.presence = web.NewPresence(n.engine, presence.Config{Bus: n.bus, Server: name, Log: n.log})
	site := web.Config{
		Chat:    chat.New(n.store, n.writer, chat.Config{Signup: n.cfg.signup, Receipts: n.cfg.receipts}),
		Cursors: cursors, Engine: n.engine, Presence: n.presence, Log: n.log,
		PushKey: n.push.PublicKey(), PushHere: n.cfg.pushesHere(), PushAnywhere: n.cfg.pushPrivate == "on",
		PublicURL: n.cfg.publicURL, TrustedProxies: n.cfg.proxies, AllowedOrigins: n.cfg.origins,
		RateLimit: n.cfg.rateLimit, Health: n.health, Gauges: n.gauges(),
	}
	if bus, ok := n.bus.(*redis.Bus); ok {
		site.Queue = bus
	}
	n.http = newHTTPServer(web.New(site).Handler(), n.cfg, n.log)
}

// serverName tells this server from others, also on the same machine.
func serverName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "server"
	}
	return host + "-" + strings.ToLower(rand.Text()[:4])
}

// newHTTPServer speaks HTTP/1.1 and HTTP/2, the latter also without TLS. It has no WriteTimeout, which
// would end streams: they set their own deadlines.
func newHTTPServer(handler http.Handler, cfg config, log *slog.Logger) *http.Server {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		Protocols:         new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	if cfg.certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cfg.certificate}}
	}
	return server
}

// serve answers requests until ctx ends or something fails that must not, then ends what is under way:
// first the requests, then the writer that they waited for, then what carries events to streams.
func (n *node) serve(ctx context.Context, listener net.Listener, ready func(addr string)) error {
	background, stopBackground := context.WithCancel(context.Background())
	writing, stopWriting := context.WithCancel(context.Background())
	var writer, others sync.WaitGroup
	failed := make(chan error, 4) // of each that may say so

	writer.Go(func() { n.writer.Run(writing) })
	n.startBackground(background, &others, failed)
	others.Go(func() { failed <- n.accept(listener) })
	ready(listener.Addr().String())

	var err error
	select {
	case <-ctx.Done():
		n.log.Info("shutting down")
	case err = <-failed:
	}
	n.drain()
	stopWriting()
	writer.Wait()
	stopBackground()
	others.Wait()
	return err
}

func (n *node) accept(listener net.Listener) error {
	serve := n.http.Serve
	if n.cfg.certificate != nil {
		serve = func(l net.Listener) error { return n.http.ServeTLS(l, "", "") }
	}
	if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("accept connections: %w", err)
	}
	return nil
}

// How long a shutdown waits: for streams that end by themselves, and for everything.
const (
	drainStreams = 20 * time.Second
	drainAll     = 25 * time.Second
)

// drain ends the streams and then the requests under way. The port stays open until the streams have gone,
// so that who asks meanwhile is told what goes on: /readyz that this server is leaving, a stream when to
// come back. A proxy would turn a refused connection into an error that closes an EventSource for good.
func (n *node) drain() {
	n.draining.Store(true)
	all, cancel := context.WithTimeout(context.Background(), drainAll)
	defer cancel()
	streams, cancelStreams := context.WithTimeout(all, drainStreams)
	defer cancelStreams()
	if err := n.engine.Shutdown(streams); err != nil {
		n.log.Warn("some streams did not end in time", "err", err)
	}
	if err := n.http.Shutdown(all); err != nil {
		n.log.Warn("some requests did not end in time and were cut off", "err", err)
		_ = n.http.Close()
	}
}

// close gives back what openNode opened.
func (n *node) close() {
	if n.bus != nil {
		if err := n.bus.Close(); err != nil {
			n.log.Warn("closing the bus", "err", err)
		}
	}
	if err := n.store.Close(); err != nil {
		n.log.Error("closing the database", "err", err)
	}
}
