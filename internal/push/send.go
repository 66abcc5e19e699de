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
	afterMost   = 30             // seconds, however long the push service asks for
	keepFor     = 24 * time.Hour // how long a push service tries to reach the browser
)

// send has all browsers of a person woken, and returns when it was done or given up.
func (s *Sender) send(ctx context.Context, to []chat.Subscription, what any, topic string) {
	payload, _ := json.Marshal(what) // plain data
	payload = slices.Clip(payload)   // the library pads a message in what room there is behind it
	var all sync.WaitGroup
	for _, sub := range to {
		all.Go(func() { s.deliver(ctx, sub, payload, topic) })
	}
	all.Wait()
}

// deliver hands a message to a push service, and tries again what may succeed later. A subscription that is over
// is dropped.
func (s *Sender) deliver(ctx context.Context, to chat.Subscription, payload []byte, topic string) {
	pause := s.cfg.Backoff
	for attempt := 1; ; attempt++ {
		status, after, err := s.post(ctx, to, payload, topic)
		switch {
		case ctx.Err() != nil || status/100 == 2:
			return
		case status == http.StatusNotFound, status == http.StatusGone, errors.Is(err, errPrivate):
			if err := s.cfg.Store.DropSubscription(ctx, to.Endpoint); err != nil && ctx.Err() == nil {
				s.cfg.Log.Warn("a push subscription that is over could not be dropped", "err", err)
			}
			return
		case attempt == attempts || err == nil && status != http.StatusTooManyRequests && status < 500:
			s.cfg.Log.Warn("a push service did not take a notification", "service", host(to.Endpoint), "status", status, "err", err)
			return
		}
		if !wait(ctx, max(pause, after)) {
			return
		}
		pause *= 4
	}
}

// post makes one request. after is how long the push service wants not to be asked again.
func (s *Sender) post(ctx context.Context, to chat.Subscription, payload []byte, topic string) (status int, after time.Duration, err error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	res, err := webpush.SendNotificationWithContext(ctx, payload,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}},
		&webpush.Options{
			HTTPClient: s.client, Subscriber: s.cfg.Contact, Topic: topic,
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
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return res.StatusCode, time.Duration(min(max(0, seconds), afterMost)) * time.Second, nil
}

// host is what a log may say of an endpoint.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
