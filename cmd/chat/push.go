package main

import (
	"context"
	"fmt"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
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
	return push.New(push.Config{
		Store: n.store, Key: key, Contact: contact, AllowPrivate: n.cfg.pushPrivate, Log: n.log,
		Offline: func(user chat.UserID) bool { return n.presence.State(string(user)) == presence.Offline },
	})
}

// serverHost is the best name there is for the installation.
func serverHost(cfg config) string {
	if cfg.publicURL != nil {
		return cfg.publicURL.Hostname()
	}
	return "localhost"
}
