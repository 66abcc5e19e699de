package patterns

import (
	"context"
	"strings"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// A key is made of parts: here somebody's n-th one. (The other demonstrations' keys have more parts, or fewer, so
// that none of them is ever the same.)
func keyOf(user chat.UserID, n string) sse.StreamKey { return sse.Key("demo", user, n) }

// mine is what each of somebody's composite streams is subscribed to, so that it can be given further keys.
func mine(user chat.UserID) sse.StreamKey { return sse.Key("demo", user) }

// composite answers with what is broadcast to any of several keys: one connection for all of them.
func (g *Gallery) composite(v Visit) error {
	keys := []sse.StreamKey{mine(v.User)}
	for n := range strings.SplitSeq(v.Request.URL.Query().Get("keys"), ",") {
		if n = strings.TrimSpace(n); n != "" {
			keys = append(keys, keyOf(v.User, n))
		}
	}
	if len(keys) > maxKeys {
		return invalid("keys", "These are more keys than this demonstration takes.")
	}
	stream, err := v.Open(keys...)
	if err != nil {
		return err
	}
	return stream.Serve(v.Writer, v.Request)
}

const maxKeys = 20

// broadcastComposite is POST /patterns/composite.
func (g *Gallery) broadcastComposite(ctx context.Context, in Input) error {
	n, err := in.text("key", true)
	if err != nil {
		return err
	}
	data, err := in.text("data", false)
	if err != nil {
		return err
	}
	return g.Engine.Broadcast(ctx, keyOf(in.User, n), sse.Event{Data: data})
}

// alterKeys is POST /patterns/composite/keys: a key comes or goes while the stream is open, on whatever
// server that is.
func (g *Gallery) alterKeys(ctx context.Context, in Input) error {
	if in.Fields["add"] == "" && in.Fields["remove"] == "" {
		return invalid("add", "Name the key to add or to remove.")
	}
	for field, revoke := range map[string]bool{"add": false, "remove": true} {
		n := in.Fields[field]
		switch {
		case n == "":
			continue
		case len(n) > 100:
			return invalid(field, "This is too long.")
		}
		if err := g.Engine.Grant(ctx, sse.Grant{Owner: mine(in.User), Key: keyOf(in.User, n), Revoke: revoke}); err != nil {
			return err
		}
	}
	return nil
}
