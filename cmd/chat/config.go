package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"example.com/chat/internal/chat"
)

// config is what the environment says. readConfig is the only reader of the environment.
type config struct {
	addr        string
	database    string // sqlite:PATH or a Postgres URL
	unsafe      bool   // a Postgres that may forget what it acknowledged will do
	redisURL    string
	publicURL   *url.URL
	signup      chat.SignupMode
	receipts    bool
	tlsCert     string
	tlsKey      string
	certificate *tls.Certificate // of the two; nil: plain HTTP
	proxies     []netip.Prefix
	origins     []string
	heartbeat   time.Duration
	retention   time.Duration
	rateLimit   bool
	pushPrivate string // auto, on, off: endpoints in private networks
	token       string // for commands that ask a running server
	logLevel    slog.Level
	logFormat   string
}

// setting is one environment variable. An empty value counts as none.
type setting struct {
	name, fallback string
	meaning        string // lines, for people
	read           func(c *config, value string) error
}

var settings = []setting{
	{"CHAT_ADDR", ":8080", "Where to listen: host:port. Port 0 takes any free one.",
		func(c *config, v string) error { c.addr = v; return checkAddr(v) }},
	{"CHAT_DATABASE_URL", "sqlite:chat.db",
		"Where everything is kept: sqlite:PATH, sqlite::memory: (for a try), or\npostgres://USER:PASSWORD@HOST/DATABASE for several servers.",
		func(c *config, v string) error { c.database = v; return checkDatabase(v) }},
	{"CHAT_DATABASE_UNSAFE", "off", "on starts although Postgres may forget what it has acknowledged (fsync off).\nFor tests only.",
		func(c *config, v string) error { c.unsafe = v == "on"; return oneOf(v, "on", "off") }},
	{"CHAT_REDIS_URL", "", "Connects several servers: redis://HOST:6379/0 (rediss:// with TLS).\nEmpty: this is the only one.",
		func(c *config, v string) error { c.redisURL = v; return checkRedis(v) }},
	{"CHAT_PUBLIC_URL", "", "How people reach the chat, for links and cookies: https://chat.example.com.\nEmpty: as each request says.",
		func(c *config, v string) (err error) { c.publicURL, err = parsePublicURL(v); return err }},
	{"CHAT_SIGNUP", "open", "Who may sign up: open (everybody), invite (who has an invitation of an administrator's) or\nclosed (nobody). The first person always may, and is the administrator.",
		func(c *config, v string) error { c.signup = chat.SignupMode(v); return checkSignup(v) }},
	{"CHAT_READ_RECEIPTS", "off", "on lets people who want that show each other, in conversations, how far they have read.",
		func(c *config, v string) error { c.receipts = v == "on"; return oneOf(v, "on", "off") }},
	{"CHAT_TLS_CERT", "", "File with a certificate (PEM), to speak TLS without a proxy; with CHAT_TLS_KEY.",
		func(c *config, v string) error { c.tlsCert = v; return nil }},
	{"CHAT_TLS_KEY", "", "File with its key (PEM).",
		func(c *config, v string) error { c.tlsKey = v; return nil }},
	{"CHAT_TRUSTED_PROXIES", "", "Whose X-Forwarded-For and X-Forwarded-Proto count: addresses or networks such\nas 10.0.0.0/8, by commas. Empty: nobody's.",
		func(c *config, v string) (err error) { c.proxies, err = parseProxies(v); return err }},
	{"CHAT_ALLOWED_ORIGINS", "", "Other origins that may open a stream, by commas: https://app.example.com.\nEmpty: none.",
		func(c *config, v string) (err error) { c.origins, err = parseOrigins(v); return err }},
	{"CHAT_HEARTBEAT", "15s", "How often a quiet stream is given a sign of life. Pages give up one that has been\nsilent for 25s.",
		func(c *config, v string) (err error) { c.heartbeat, err = parseDuration(v); return err }},
	{"CHAT_LOG_RETENTION", "168h", "How long a page that was away can catch up event by event; after that it is\nloaded anew. Messages themselves are kept for ever.",
		func(c *config, v string) (err error) { c.retention, err = parseDuration(v); return err }},
	{"CHAT_RATE_LIMIT", "on", "off lifts all limits per person, session and address. For load tests only.",
		func(c *config, v string) error { c.rateLimit = v == "on"; return oneOf(v, "on", "off") }},
	{"CHAT_PUSH_PRIVATE", "auto", "Whether push services may be in private networks, or on this machine: off (never), auto (on this\nmachine, for somebody on it, as developers and tests are) or on (anywhere). Who has an account\nchooses the address that the server then asks.",
		func(c *config, v string) error { c.pushPrivate = v; return oneOf(v, "auto", "on", "off") }},
	{"CHAT_TOKEN", "", "For chat broadcast and chat notify with -server URL: an administrator's token, made on the settings\npage there. The server itself does not need it.",
		func(c *config, v string) error { c.token = v; return checkToken(v) }},
	{"CHAT_LOG_LEVEL", "info", "What is logged at least: debug, info, warn or error.",
		func(c *config, v string) error { return parseLevel(&c.logLevel, v) }},
	{"CHAT_LOG_FORMAT", "auto", "text, json, or auto: text at a terminal, JSON elsewhere.",
		func(c *config, v string) error { c.logFormat = v; return oneOf(v, "auto", "text", "json") }},
}

// readConfig reads the settings from KEY=value pairs. All mistakes are reported together, a line each.
func readConfig(environ []string) (config, error) {
	values := map[string]string{}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "CHAT_") {
			values[name] = value
		}
	}
	var c config
	var mistakes []error
	for _, s := range settings {
		if err := s.read(&c, cmp.Or(values[s.name], s.fallback)); err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	mistakes = append(mistakes, unknown(values)...)
	if err := c.loadCertificate(); err != nil {
		mistakes = append(mistakes, err)
	}
	return c, errors.Join(mistakes...)
}

func (c *config) loadCertificate() error {
	switch {
	case c.tlsCert == "" && c.tlsKey == "":
		return nil
	case c.tlsCert == "":
		return errors.New("CHAT_TLS_CERT: CHAT_TLS_KEY is set, so this must be set too")
	case c.tlsKey == "":
		return errors.New("CHAT_TLS_KEY: CHAT_TLS_CERT is set, so this must be set too")
	}
	pair, err := tls.LoadX509KeyPair(c.tlsCert, c.tlsKey)
	if err != nil {
		return fmt.Errorf("CHAT_TLS_CERT, CHAT_TLS_KEY: the pair cannot be used: %w", err)
	}
	c.certificate = &pair
	return nil
}
