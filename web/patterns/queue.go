package patterns

import (
	"context"
	"iter"

	"example.com/chat/internal/chat"
)

// Queue is a list of values that other programs fill: in Redis, or without that in this process.
type Queue interface {
	// Push adds a value at the end of the list.
	Push(ctx context.Context, list, value string) error

	// Pop takes the first value, waiting about a second for one: not ok if none came. It gives up at once when
	// ctx ends, without losing a value.
	Pop(ctx context.Context, list string) (value string, ok bool, err error)

	// PushFront puts a value back that could not be used.
	PushFront(ctx context.Context, list, value string) error
}

// demoQueue is the list of this demonstration. Whoever is first gets a value.
const demoQueue = "demo"

// queue answers with the values of an external source, for as long as it has any, until one of them is the
// word close. Each is written once; one that was written to a reader who was just leaving is lost.
func (g *Gallery) queue(v Visit) error {
	stream, err := v.Open()
	if err != nil {
		return err
	}
	return stream.ServeSource(v.Writer, v.Request, g.values)
}

func (g *Gallery) values(ctx context.Context) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for ctx.Err() == nil {
			value, ok, err := g.Queue.Pop(ctx, demoQueue)
			switch {
			case ctx.Err() != nil && !ok:
				return
			case err != nil:
				yield(nil, err)
				return
			case !ok:
				if !yield(nil, nil) { // nothing came: nothing is sent
					return
				}
			case value == "close":
				return
			case !yield(value, nil): // it could not be written: it is for the next reader
				_ = g.Queue.PushFront(context.WithoutCancel(ctx), demoQueue, value)
				return
			}
		}
	}
}

// push is POST /patterns/queue.
func (g *Gallery) push(ctx context.Context, in Input) error {
	value, err := in.text("value", true)
	if err != nil {
		return err
	}
	if err := g.Queue.Push(ctx, demoQueue, value); err != nil {
		return &chat.Error{Kind: chat.Unavailable, Message: "The queue cannot be reached. Please try again.", Err: err}
	}
	return nil
}
