package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// None of these puts a URL or a token into its error: it may hold a password, or is one.

func checkAddr(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return fmt.Errorf("%q is not host:port, such as :8080 or 127.0.0.1:8080", v)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("the port %q is not a number from 0 to 65535", port)
	}
	return nil
}

func checkDatabase(v string) error {
	scheme, rest, _ := strings.Cut(v, ":")
	switch {
	case scheme == "sqlite" && rest != "" && !strings.HasPrefix(rest, "//"):
		return nil
	case scheme == "sqlite":
		return errors.New("after sqlite: comes the path of a file, such as sqlite:chat.db or sqlite:/var/lib/chat/chat.db")
	case scheme == "postgres" || scheme == "postgresql":
		if _, err := url.Parse(v); err != nil || !strings.HasPrefix(rest, "//") {
			return errors.New("this is not a URL of the form postgres://USER:PASSWORD@HOST/DATABASE (escape special characters of the password as %XX)")
		}
		return nil
	}
	return fmt.Errorf("%q is no database that is known here; use sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE", scheme)
}

func checkRedis(v string) error {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "redis" && u.Scheme != "rediss" && u.Scheme != "unix") || u.Scheme != "unix" && u.Host == "" {
		return errors.New("this is not a URL of the form redis://HOST:6379/0")
	}
	return nil
}

func parsePublicURL(v string) (*url.URL, error) {
	if v == "" {
		return nil, nil
	}
	u, ok := parseOrigin(strings.TrimSuffix(v, "/"))
	if !ok {
		return nil, errors.New("this must be http:// or https:// and a host, and no path, such as https://chat.example.com")
	}
	return u, nil
}

// parseOrigins gives origins as browsers write them: in lower case, without the port that goes without saying.
func parseOrigins(v string) ([]string, error) {
	var origins []string
	for item := range items(v) {
		u, ok := parseOrigin(item)
		if !ok {
			return nil, fmt.Errorf("%s is no origin; an origin is http:// or https:// and a host, and no path, such as https://app.example.com", quoted(item))
		}
		host := strings.ToLower(u.Host)
		if port := defaultPorts[u.Scheme]; u.Port() == port {
			host = strings.TrimSuffix(host, ":"+port)
		}
		origins = append(origins, u.Scheme+"://"+host)
	}
	return origins, nil
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// quoted names what is wrong, without the password that a URL may have.
func quoted(item string) string {
	if u, err := url.Parse(item); err != nil || u.User != nil {
		return "one of these"
	}
	return strconv.Quote(item)
}

// parseOrigin accepts a scheme and a host, and nothing more.
func parseOrigin(v string) (*url.URL, bool) {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		v != u.Scheme+"://"+u.Host {
		return nil, false
	}
	return u, true
}

func parseProxies(v string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for item := range items(v) {
		prefix, err := netip.ParsePrefix(item)
		if err != nil {
			addr, err := netip.ParseAddr(item)
			if err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", item)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		proxies = append(proxies, prefix)
	}
	return proxies, nil
}

// items are the parts of a list by commas.
func items(v string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" && !yield(part) {
				return
			}
		}
	}
}

func checkSignup(v string) error {
	return oneOf(v, "open", "invite", "closed")
}

// checkToken accepts what can be a token, and none.
func checkToken(v string) error {
	if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("a token has no spaces, line breaks or other special characters; copy it anew")
	}
	return nil
}

// parseDuration accepts a positive duration.
func parseDuration(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration such as 15s or 168h", v)
	case d < time.Millisecond:
		return 0, fmt.Errorf("%s is too short", v)
	}
	return d, nil
}

func parseLevel(level *slog.Level, v string) error {
	if err := oneOf(v, "debug", "info", "warn", "error"); err != nil {
		return err
	}
	return level.UnmarshalText([]byte(v))
}

func oneOf(v string, allowed ...string) error {
	for _, a := range allowed {
		if v == a {
			return nil
		}
	}
	return fmt.Errorf("%q is not one of: %s", v, strings.Join(allowed, ", "))
}
