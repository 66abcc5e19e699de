// Package push wakes the browsers of people who have no page open anywhere: Web Push (RFC 8030), encrypted for the
// browser (RFC 8291) and signed by the installation (RFC 8292).
//
// What is to be done is kept in the database, from the transaction that made the notification on (chat.Push). The
// server that committed it sees to it, after a moment in which it may be read; what nobody has seen to, because that
// server was killed or stopped, any other one finds, or the same one after its next start. Whoever is at work on
// something holds a lease on it, so that one server does it at a time.
//
// A push is made at least once, unless it is decided against, and so is the withdrawal of what was read later. It is
// made twice only if the server or the database dies between the push service's answer and noting it: the second one
// carries the same topic and the same tag, and so takes the place of the first. It is decided against once and for
// all: if a page of the person is open, in their quiet hours, for a room that they have muted meanwhile, without a
// subscription, and when it is an hour old.
package push

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"example.com/chat/internal/chat"
)

// Config is what a Sender is made of. Zero durations stand for the defaults in parentheses.
type Config struct {
	Store   chat.Store
	Key     []byte                 // of the installation, made by NewKey: browsers subscribe to whoever has it
	Contact string                 // of the operator, for push services: an https address or one of mail
	Offline func(chat.UserID) bool // no page of theirs is open on any server

	// Unheard says that a page of theirs is open on this server, and that the others may not have heard of it: then
	// this one decides against a push before they make it. nil: there are no others.
	Unheard func(chat.UserID) bool

	AllowPrivate bool // endpoints may be in private networks, and on this machine
	AllowLocal   bool // those of subscriptions that are Local may be on this machine

	Linger  time.Duration // how long a notification may be read before it is pushed (3 s)
	Backoff time.Duration // before the first time that something is tried again; each later one takes four times as long (1 s)
	Rounds  time.Duration // between looks for what nobody has seen to for as long; longer than Linger (10 s)
	Lease   time.Duration // how long others leave what one does alone; one ends within three quarters of it (3 min)
	Log     *slog.Logger
}

// NewKey makes an installation's key.
func NewKey() []byte {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		panic("the system has no random numbers: " + err.Error())
	}
	return key.Bytes()
}

// Sender pushes notifications. Its methods are safe for concurrent use.
type Sender struct {
	cfg   Config
	key   *ecdh.PrivateKey
	lanes lanes
	turns chan struct{} // whoever asks the store takes one: pages come first
	slots chan struct{} // a request takes one

	anywhere, outside, here *http.Client
}

// New makes a sender; Run starts it. It fails if the key is none.
func New(cfg Config) (*Sender, error) {
	key, err := ecdh.P256().NewPrivateKey(cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("the key of Web Push: %w", err)
	}
	for _, d := range []struct {
		value    *time.Duration
		fallback time.Duration
	}{
		{&cfg.Linger, 3 * time.Second}, {&cfg.Backoff, time.Second}, {&cfg.Rounds, 10 * time.Second}, {&cfg.Lease, 3 * time.Minute},
	} {
		if *d.value == 0 {
			*d.value = d.fallback
		}
	}
	return &Sender{
		cfg: cfg, key: key, lanes: newLanes(), turns: make(chan struct{}, 4), slots: make(chan struct{}, 16),
		anywhere: newClient(nil), outside: newClient(isPublic), here: newClient(isLoopback),
	}, nil
}

// PublicKey is what browsers subscribe with, in base64url.
func (s *Sender) PublicKey() string {
	return base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes())
}

// Postponed counts how often something was left for a later round because too much waited.
func (s *Sender) Postponed() uint64 { return s.lanes.full.Load() }

// Put takes a batch that this server has committed, and never blocks.
func (s *Sender) Put(b chat.Batch) {
	now := time.Now()
	for _, e := range b.Events {
		switch {
		case isNews(e):
			s.lanes.put(e.UserID, now.Add(s.cfg.Linger))
		case e.Kind == chat.Notified, e.Kind == chat.NotifiedRead:
			s.lanes.put(e.UserID, now)
		}
	}
}

// Heard takes an event that any server has committed, and never blocks.
func (s *Sender) Heard(e chat.Event) {
	if isNews(e) && s.cfg.Unheard != nil && s.cfg.Unheard(e.UserID) {
		s.lanes.put(e.UserID, time.Now())
	}
}

func isNews(e chat.Event) bool {
	n := e.Told.Notification
	return e.Kind == chat.Notified && n != nil && !n.Read()
}

// Run works until ctx ends. What waits then is left to others, or to the next start.
func (s *Sender) Run(ctx context.Context) {
	rounds := time.NewTicker(s.cfg.Rounds)
	defer rounds.Stop()
	defer s.lanes.workers.Wait()
	for first := true; ; {
		select {
		case <-ctx.Done():
			return
		case user := <-s.lanes.begun:
			s.lanes.workers.Go(func() { s.work(ctx, user) })
		case <-rounds.C:
			if !first { // by then pages that were open have come back, and other servers have told of theirs
				s.lanes.workers.Go(func() { s.round(ctx) })
			}
			first = false
		}
	}
}

// overdueMost is how many people one round sees to. Those that are left the next one finds.
const overdueMost = 500

// round looks for what nobody has seen to.
func (s *Sender) round(ctx context.Context) {
	users, err := s.cfg.Store.OverduePushes(ctx, s.cfg.Rounds, overdueMost)
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Warn("notifications that were not pushed yet could not be found", "err", err)
	}
	for _, user := range users {
		s.lanes.put(user, time.Now())
	}
}

func (s *Sender) work(ctx context.Context, user chat.UserID) {
	for due, ok := s.lanes.next(user); ok; due, ok = s.lanes.next(user) {
		if !wait(ctx, time.Until(due)) {
			return
		}
		if err := s.see(ctx, user); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("a notification could not be pushed; it will be tried again", "err", err)
		}
	}
}

// wait says whether the time has passed: false if ctx ended.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
