package patterns

import (
	"context"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

func shutdownKey(user chat.UserID) sse.StreamKey { return sse.Key("demo", user, "server", "shutdown") }

// shutdown answers with a stream that hears what a server says before it stops: bye, with a pause before the
// reader may come back that is another for each.
func (g *Gallery) shutdown(v Visit) error {
	stream, err := v.Open(shutdownKey(v.User))
	if err != nil {
		return err
	}
	return stream.Serve(v.Writer, v.Request)
}

// sayShutdown is POST /patterns/shutdown: it ends one's own streams as Engine.Shutdown ends all of them.
func (g *Gallery) sayShutdown(ctx context.Context, in Input) error {
	return g.Engine.Close(ctx, shutdownKey(in.User), sse.ByeDrain)
}
