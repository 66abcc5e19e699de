// Package push wakes the browsers of people who have no page open anywhere: Web Push (RFC 8030), encrypted for the
// browser (RFC 8291) and signed by the installation (RFC 8292).
//
// A notification is pushed by the server that committed it, so by one only, and after a moment in which it may be
// read. What was pushed and is then read, on whatever server, is withdrawn by the server that pushed it; one that
// has been started anew since does not know of it any more. Nothing here is kept: what a crash loses is still in
// the list of notifications.
package push

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
)

// Config is what a Sender is made of. Zero durations stand for the defaults in parentheses.
type Config struct {
	Store   chat.Store
	Key     []byte                 // of the installation, made by NewKey: browsers subscribe to whoever has it
	Contact string                 // of the operator, for push services: an https address or one of mail
	Offline func(chat.UserID) bool // no page of theirs is open on any server

	AllowPrivate bool // endpoints may be in private networks, and on this machine

	Linger  time.Duration // how long a notification may be read before it is pushed (3 s)
	Backoff time.Duration // before the first time that something is tried again; each later one takes four times as long (1 s)
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

// queueMost is how many errands may wait. What comes then is not pushed.
const queueMost = 1024

// Sender pushes notifications. Its methods are safe for concurrent use.
type Sender struct {
	cfg     Config
	key     *ecdh.PrivateKey
	client  *http.Client
	slots   chan struct{} // a request takes one
	queue   chan errand
	waiting atomic.Int64
	dropped atomic.Uint64
	pushed  memory

	mu    sync.Mutex
	lanes map[chat.UserID][]errand // of those whom Run is at work for
}

// errand is something to be done for a person. Those for one person are done one after the other, so that what is
// withdrawn was pushed before.
type errand struct {
	user         chat.UserID
	due          time.Time
	notification chat.Notification // to be pushed; zero: what has been read is to be withdrawn
}

// New makes a sender; Run starts it. It fails if the key is none.
func New(cfg Config) (*Sender, error) {
	key, err := ecdh.P256().NewPrivateKey(cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("the key of Web Push: %w", err)
	}
	if cfg.Linger == 0 {
		cfg.Linger = 3 * time.Second
	}
	if cfg.Backoff == 0 {
		cfg.Backoff = time.Second
	}
	return &Sender{
		cfg: cfg, key: key, client: newClient(cfg.AllowPrivate), slots: make(chan struct{}, 16),
		queue: make(chan errand, queueMost), lanes: map[chat.UserID][]errand{},
	}, nil
}

// PublicKey is what browsers subscribe with, in base64url.
func (s *Sender) PublicKey() string {
	return base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes())
}

// Dropped counts what was not pushed because too much waited.
func (s *Sender) Dropped() uint64 { return s.dropped.Load() }

// Put takes a batch that this server has committed, and never blocks.
func (s *Sender) Put(b chat.Batch) {
	for _, e := range b.Events {
		if n := e.Told.Notification; e.Kind == chat.Notified && n != nil && !n.Read() {
			s.put(errand{e.UserID, time.Now().Add(s.cfg.Linger), *n})
		}
	}
}

// Heard takes an event that any server has committed, and never blocks.
func (s *Sender) Heard(e chat.Event) {
	n := e.Told.Notification
	if (e.Kind == chat.NotifiedRead || e.Kind == chat.Notified && (n == nil || n.Read())) && s.pushed.any(e.UserID) {
		s.put(errand{user: e.UserID, due: time.Now()})
	}
}

func (s *Sender) put(e errand) {
	if s.waiting.Add(1) > queueMost {
		s.waiting.Add(-1)
		s.dropped.Add(1)
		return
	}
	s.queue <- e // there is room: whatever is in it waits
}

// Run pushes until ctx ends. What waits then is not pushed.
func (s *Sender) Run(ctx context.Context) {
	var working sync.WaitGroup
	defer working.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-s.queue:
			if s.join(e) {
				working.Go(func() { s.work(ctx, e.user) })
			}
		}
	}
}

// join puts an errand behind the others of the person, and says whether it is the only one.
func (s *Sender) join(e errand) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	lane, busy := s.lanes[e.user]
	s.lanes[e.user] = append(lane, e)
	return !busy
}

// next is what to do for the person, if there is anything left.
func (s *Sender) next(user chat.UserID) (errand, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lane := s.lanes[user]
	if len(lane) == 0 {
		delete(s.lanes, user)
		return errand{}, false
	}
	s.lanes[user] = lane[1:]
	return lane[0], true
}

func (s *Sender) work(ctx context.Context, user chat.UserID) {
	for e, ok := s.next(user); ok; e, ok = s.next(user) {
		if !wait(ctx, time.Until(e.due)) {
			return
		}
		err := s.do(ctx, e)
		s.waiting.Add(-1)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("a notification could not be pushed", "err", err)
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
