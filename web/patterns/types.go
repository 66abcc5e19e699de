package patterns

import (
	"context"
	"iter"
	"slices"

	"example.com/chat/internal/sse"
)

// types answers with events of two types. A page has a listener for each:
//
//	source.addEventListener("user_joined", …)
//	source.addEventListener("message", …)
func (g *Gallery) types(v Visit) error {
	stream, err := v.Open()
	if err != nil {
		return err
	}
	events := []sse.Event{
		{Name: "user_joined", Data: map[string]string{"user": "Ada"}},
		{Name: "message", Data: map[string]string{"user": "Ada", "body": "Hello, everybody!"}},
	}
	return stream.ServeSeq(v.Writer, v.Request, func(context.Context) iter.Seq2[any, error] {
		return sse.Values(slices.Values(events))
	})
}
