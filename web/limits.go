package web

import (
	"container/list"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// limits keeps anybody from taking more than their share. A nil limiter lets everything pass.
type limits struct {
	requests     *limiter // by address
	signups      *limiter // by address
	logins       *limiter // by address
	loginsByName *limiter // by the key of the name tried: looser, so that nobody can lock somebody out
	loginsHere   *limiter // by both
	writes       *limiter // by user: whatever changes something
	posts        *limiter // by user: what others are told of
}

func newLimits(on bool) limits {
	if !on {
		return limits{}
	}
	return limits{
		requests:     newLimiter(100, 500),
		signups:      newLimiter(rate.Every(5*time.Second), 50),
		logins:       newLimiter(1, 50),
		loginsByName: newLimiter(rate.Every(3*time.Second), 100),
		loginsHere:   newLimiter(rate.Every(30*time.Second), 10),
		writes:       newLimiter(20, 100),
		posts:        newLimiter(10, 30),
	}
}

// limiterSize bounds the keys a limiter remembers. Whoever was not seen for longest is forgotten, and
// begins anew.
const limiterSize = 10_000

// limiter is a token bucket for each key.
type limiter struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex               // guards the rest
	buckets map[string]*list.Element // of *bucket
	recent  *list.List               // the most recently used first
}

type bucket struct {
	key string
	*rate.Limiter
}

func newLimiter(r rate.Limit, burst int) *limiter {
	return &limiter{rate: r, burst: burst, buckets: map[string]*list.Element{}, recent: list.New()}
}

// take takes one token of the key's bucket, or says in a TooMany error when there will be one.
func (l *limiter) take(key string) error {
	if l == nil {
		return nil
	}
	now := time.Now()
	bucket := l.bucket(key)
	r := bucket.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return &chat.Error{Kind: chat.TooMany, Message: "That was too often. Please wait a moment.", Err: tryAfter(wait)}
}

func (l *limiter) bucket(key string) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.buckets[key]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if len(l.buckets) >= limiterSize {
		oldest := l.recent.Remove(l.recent.Back()).(*bucket)
		delete(l.buckets, oldest.key)
	}
	b := &bucket{key, rate.NewLimiter(l.rate, l.burst)}
	l.buckets[key] = l.recent.PushFront(b)
	return b
}

// forgive fills the key's bucket again.
func (l *limiter) forgive(key string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.buckets[key]; ok {
		l.recent.Remove(e)
		delete(l.buckets, key)
	}
}

// slowDown bounds the requests of an address, generously. Streams are not counted: a browser that is
// refused one does not come back. Nor are files and probes, which cost next to nothing.
func (s *Server) slowDown(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !isBackground(c.Request()) {
			if err := s.limits.requests.take(s.network(c.Request())); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// network is the client's address, or of IPv6 the /64 that one customer has to himself.
func (s *Server) network(r *http.Request) string {
	text := s.address(r)
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().String()
	}
	return addr.String()
}

// nameBucket is the bucket of a login name: a hash would do, but names are short or cut short.
func nameBucket(name string) string {
	key := chat.NameKey(strings.ToValidUTF8(name, ""))
	return key[:min(len(key), 200)]
}

// How many streams there may be at a time: a browser needs one for the chat, and some beside it in the gallery; an
// office has many people behind one address.
const (
	streamsPerSession = 20
	streamsPerUser    = 100
	streamsPerAddress = 1000
)

// kinds of streams, each with a limit of its own: watching demonstrations must not end the chat.
const (
	chatStream  = "chat"
	asideStream = "aside"
)

// groups are what a stream ends with, the session and the person, and what it counts among.
func (s *Server) groups(r *http.Request, o chat.Opening, kind string) []sse.Group {
	ends := []sse.Group{{Key: sessionKey(o.Session.ID)}, {Key: userKey(o.User.ID)}}
	if !s.RateLimit {
		return ends
	}
	return append(ends,
		sse.Group{Key: sse.Key(kind, "session", o.Session.ID), Most: streamsPerSession},
		sse.Group{Key: sse.Key(kind, "user", o.User.ID), Most: streamsPerUser},
		sse.Group{Key: sse.Key("address", s.network(r)), Most: streamsPerAddress, Shared: true})
}
