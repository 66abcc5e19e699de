package patterns

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"

	"example.com/chat/internal/sse"
)

// buffered starts some work before it answers. The stream keeps what the work broadcasts from the moment it
// is opened, so nothing is lost however late the response begins.
func (g *Gallery) buffered(v Visit) error {
	key := sse.Key("demo", v.User, "work", rand.Text())
	stream, err := v.Open(key)
	if err != nil {
		return err
	}
	defer stream.Stop()
	g.work(v.Request.Context(), key)
	return stream.ServeSeq(v.Writer, v.Request, nothingMore)
}

func (g *Gallery) work(ctx context.Context, key sse.StreamKey) {
	for step := 1; step <= 3; step++ {
		event := sse.Event{Data: fmt.Sprintf("step %d of 3", step)}
		_ = g.Engine.Broadcast(ctx, key, event) // an error is about other servers: the reader is here
	}
}

func nothingMore(context.Context) iter.Seq2[any, error] {
	return func(func(any, error) bool) {}
}
