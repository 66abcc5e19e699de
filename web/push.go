package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// jsonSubscription is what a browser makes of a PushSubscription. What else it says is of no use here.
type jsonSubscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// maxSubscription is more than any browser's subscription has, in bytes.
const maxSubscription = 4 << 10

func readSubscription(c echo.Context) (sub jsonSubscription, err error) {
	r := c.Request()
	if !hasJSON(r) {
		return sub, echo.ErrUnsupportedMediaType
	}
	text, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, r.Body, maxSubscription))
	if err != nil {
		return sub, badBody(err, "")
	}
	if !utf8.Valid(text) || json.Unmarshal(text, &sub) != nil {
		return sub, invalid("", "The body must be a subscription, as the browser gives it in JSON.")
	}
	return sub, nil
}

// GET /push/key: what a browser subscribes with.
func (s *Server) showPushKey(c echo.Context, _ visitor) error {
	if s.PushKey == "" {
		return chat.ErrNotFound
	}
	return c.JSON(http.StatusOK, map[string]string{"key": s.PushKey})
}

// POST /push/subscriptions: the browser's JSON. Until its session ends, the browser is woken when no page of the
// viewer is open.
func (s *Server) subscribe(c echo.Context, v visitor) error {
	sub, err := readSubscription(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	kept := chat.Subscription{Endpoint: sub.Endpoint, P256dh: sub.Keys.P256dh, Auth: sub.Keys.Auth}
	if kept.OnThisMachine() {
		kept.Local = s.PushHere && isHere(c.Request())
		if !kept.Local && !s.PushAnywhere {
			return invalid("endpoint", "The endpoint must be one that everybody can reach.")
		}
	}
	if err := s.Chat.Subscribe(c.Request().Context(), v.session, kept); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// isHere says whether a request was made on this machine, for it, and by nobody else's wish: not by a proxy, which
// makes it for somebody elsewhere, and not under a name that only leads here, as that of another site can.
func isHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !isHereNamed("http://"+r.Host) {
		return false
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "X-Forwarded") || slices.Contains(forwarding, name) {
			return false
		}
	}
	origin := r.Header.Get("Origin")
	return origin == "" || isHereNamed(origin)
}

// forwarding are headers that proxies add, besides those that begin with X-Forwarded.
var forwarding = []string{"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "Cdn-Loop"}

func isHereNamed(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && chat.IsLoopback(u.Hostname())
}

// DELETE /push/subscriptions: endpoint.
func (s *Server) unsubscribe(c echo.Context, v visitor) error {
	sub, err := readSubscription(c)
	if err != nil {
		return err
	}
	if err := s.Chat.Unsubscribe(c.Request().Context(), v.ID, sub.Endpoint); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
