package main

import (
	"context"
	"fmt"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/push"
)

// newPush makes what wakes the browsers of people who are not there. The key is made at the first start: another
// one would make all subscriptions worthless.
func (n *node) newPush(ctx context.Context) (*push.Sender, error) {
	key, err := n.store.Secret(ctx, "vapid", push.NewKey())
	if err != nil {
		return nil, fmt.Errorf("read the secret %q: %w", "vapid", err)
	}
	contact := "operator@" + serverHost(n.cfg)
	if n.cfg.publicURL != nil && n.cfg.publicURL.Scheme == "https" {
		contact = n.cfg.publicURL.String()
	}
	cfg := push.Config{
		Store: n.store, Key: key, Contact: contact, Log: n.log,
		AllowPrivate: n.cfg.pushPrivate == "on", AllowLocal: n.cfg.pushesHere(),
		Offline: func(user chat.UserID) bool { return n.presence.Absent(string(user)) },
	}
	if n.cfg.redisURL != "" {
		cfg.Unheard = func(user chat.UserID) bool { return n.presence.Unheard(string(user)) }
	}
	return push.New(cfg)
}

// pushesHere says whether somebody on this machine may name a push service on it: where nothing says that the
// installation is reached from elsewhere, or through a proxy, whose requests would all come from this machine.
func (c config) pushesHere() bool {
	return c.pushPrivate == "auto" && len(c.proxies) == 0 && (c.publicURL == nil || chat.IsLoopback(c.publicURL.Hostname()))
}

// serverHost is the best name there is for the installation.
func serverHost(cfg config) string {
	if cfg.publicURL != nil {
		return cfg.publicURL.Hostname()
	}
	return "localhost"
}
