package chat

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Subscription is a browser that can be woken by Web Push. It ends with the session that made it.
type Subscription struct {
	Endpoint  string // of the browser's push service: whoever knows it may send there, if they have our key
	UserID    UserID
	SessionID SessionID
	P256dh    string // the browser's public key, in base64url
	Auth      string // the secret that it shares with us, in base64url
	Local     bool   // the push service is on this machine, and so was who named it
	CreatedAt time.Time
}

// SubscriptionsMost is how many browsers of one person are woken. Of more, the oldest go.
const SubscriptionsMost = 10

// maxEndpoint is the longest endpoint, in bytes. Those of the browsers have a few hundred.
const maxEndpoint = 1000

// OnThisMachine says whether the endpoint names the machine that it is used on.
func (s Subscription) OnThisMachine() bool {
	u, err := url.Parse(s.Endpoint)
	return err == nil && IsLoopback(u.Hostname())
}

// IsLoopback says whether a host is the machine that it is named on: an address, or localhost (RFC 6761).
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback() || strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}

// Subscribe has the browser of a session woken from now on. Invalid if no push service can have given this.
// s.Local says that the caller lets this viewer name a push service on this machine.
func (c *Chat) Subscribe(ctx context.Context, viewer Session, s Subscription) error {
	if !isEndpoint(s.Endpoint) {
		return invalid("endpoint", "The endpoint must be an https address.")
	}
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return invalid("p256dh", "The key must be a point on the curve P-256, in base64url.")
	}
	auth, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.Auth, "="))
	if err != nil || len(auth) != 16 {
		return invalid("auth", "The secret must be 16 bytes in base64url.")
	}
	return c.store.KeepSubscription(ctx, Subscription{
		Endpoint: s.Endpoint, UserID: viewer.UserID, SessionID: viewer.ID,
		P256dh: base64.RawURLEncoding.EncodeToString(key), Auth: base64.RawURLEncoding.EncodeToString(auth),
		Local: s.Local, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
	})
}

// Unsubscribe ends one of the viewer's subscriptions. Doing it again is fine, and others' are left alone.
func (c *Chat) Unsubscribe(ctx context.Context, viewer UserID, endpoint string) error {
	subscriptions, err := c.store.Subscriptions(ctx, viewer)
	if err != nil {
		return err
	}
	for _, s := range subscriptions {
		if s.Endpoint == endpoint {
			return c.store.DropSubscription(ctx, endpoint)
		}
	}
	return nil
}

// isEndpoint accepts https, and plain http on this machine, where nobody can listen in. Whether the server may
// connect to it is not decided here: a name can lead anywhere, and elsewhere tomorrow.
func isEndpoint(text string) bool {
	if len(text) > maxEndpoint || !storable(text) || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && IsLoopback(u.Hostname())
}
