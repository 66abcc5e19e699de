package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// policy lets a page load what this server serves and nothing else. The hash is that of the style
// of Turbo's progress bar, version 8.0.23.
const policy = "default-src 'self'; style-src 'self' 'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='; " +
	"img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"

// secure sets the headers that protect every answer, errors included.
func (s *Server) secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Cookie, Accept")
		if s.isTLS(c.Request()) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// isTLS says whether the browser speaks TLS, to us or to a proxy that we trust.
func (s *Server) isTLS(r *http.Request) bool {
	if r.TLS != nil || (s.PublicURL != nil && s.PublicURL.Scheme == "https") {
		return true
	}
	if r.Header.Get("X-Forwarded-Proto") != "https" {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && trusts(s.TrustedProxies, peer.Addr())
}

func trusts(proxies []netip.Prefix, peer netip.Addr) bool {
	for _, p := range proxies {
		if p.Contains(peer.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// newAddress finds a client's address: the peer's, or, from a trusted proxy, the rightmost forwarded
// one that is not a trusted proxy itself.
func newAddress(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP:   p.Masked().Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// newOrigins refuses writing requests that another site's page makes a browser send. Our own public
// address counts as ours, also if a proxy changes the Host header.
func newOrigins(public *url.URL) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if public != nil {
		if err := p.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
			panic("the public URL: " + err.Error())
		}
	}
	return p
}

// sameOrigin also turns away the methods that no route here can have.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method == http.MethodTrace || r.Method == http.MethodConnect {
			c.Response().Header().Set("Allow", strings.Join(methods, ", "))
			return echo.ErrMethodNotAllowed
		}
		if err := s.origins.Check(r); err != nil {
			return &chat.Error{Kind: chat.Forbidden, Message: "This request came from another site, so it was refused.", Err: err}
		}
		return next(c)
	}
}

var methods = []string{"GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"}
