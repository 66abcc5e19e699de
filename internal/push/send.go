package push

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"example.com/chat/internal/chat"
)

const (
	attempts    = 4
	requestTime = 10 * time.Second
	lastTime    = 2 * time.Second // for requests that are under way when everything stops
	afterMost   = 30 * time.Second
	keepFor     = 24 * time.Hour // how long a push service tries to reach the browser
)

// outcome is what became of a message; of several for one person, the best one counts.
type outcome int

const (
	refused   outcome = iota // nobody takes it, now or later
	unreached                // somebody may take it later
	delivered
)

// send has all browsers of a person woken, and returns when it was done or given up.
func (s *Sender) send(ctx context.Context, w *work, what any, topic string) outcome {
	payload, _ := json.Marshal(what) // plain data
	payload = slices.Clip(payload)   // the library pads a message in what room there is behind it
	outcomes := make([]outcome, len(w.subscriptions))
	var all sync.WaitGroup
	for i, sub := range w.subscriptions {
		all.Go(func() { outcomes[i] = s.deliver(ctx, w, sub, payload, topic) })
	}
	all.Wait()
	return slices.Max(append(outcomes, refused))
}

// deliver hands a message to a push service, and tries again what may succeed later, unless it is asked to wait for
// longer than that. A subscription that is over is dropped.
func (s *Sender) deliver(ctx context.Context, w *work, to chat.Subscription, payload []byte, topic string) outcome {
	pause := s.cfg.Backoff
	for attempt := 1; ; attempt++ {
		status, after, err := s.post(ctx, w, to, payload, topic)
		busy := err != nil || status == http.StatusTooManyRequests || status >= 500
		switch {
		case status/100 == 2:
			return delivered
		case ctx.Err() != nil:
			return unreached
		case status == http.StatusNotFound, status == http.StatusGone, errors.Is(err, errPrivate):
			if err := s.cfg.Store.DropSubscription(ctx, to.Endpoint); err != nil && ctx.Err() == nil {
				s.cfg.Log.Warn("a push subscription that is over could not be dropped", "err", err)
			}
			return refused
		case !busy, attempt == attempts, after > afterMost:
			s.cfg.Log.Warn("a push service did not take a notification", "service", host(to.Endpoint), "status", status, "err", err)
			if busy {
				return unreached
			}
			return refused
		}
		if !wait(ctx, max(pause, after)) {
			return unreached
		}
		pause *= 4
	}
}

// post makes one request. after is how long the push service wants not to be asked again.
func (s *Sender) post(ctx context.Context, w *work, to chat.Subscription, payload []byte, topic string) (status int, after time.Duration, err error) {
	for _, slots := range []chan struct{}{w.slots, s.slots} {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
	stopping := ctx
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(lastTime, cancel) })()
	res, err := webpush.SendNotificationWithContext(ctx, payload,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}},
		&webpush.Options{
			HTTPClient: s.client(to), Subscriber: s.cfg.Contact, Topic: topic,
			TTL: int(keepFor.Seconds()), Urgency: webpush.UrgencyNormal,
			VAPIDPublicKey: s.PublicKey(), VAPIDPrivateKey: base64.RawURLEncoding.EncodeToString(s.key.Bytes()),
		})
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // without the endpoint, which is a secret
	}
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // so that the connection can be used again
	return res.StatusCode, retryAfter(res.Header.Get("Retry-After"), time.Now()), nil
}

// client is the one that may connect to where the browser's push service is allowed to be.
func (s *Sender) client(to chat.Subscription) *http.Client {
	switch {
	case s.cfg.AllowPrivate:
		return s.anywhere
	case s.cfg.AllowLocal && to.Local && to.OnThisMachine():
		return s.here
	}
	return s.outside
}

// retryAfter reads the header of that name: seconds, or a date (RFC 9110, section 10.2.3).
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return date.Sub(now)
	}
	return 0
}

// host is what a log may say of an endpoint.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
