package patterns

import (
	"context"
	"iter"
	"strconv"
	"time"

	"example.com/chat/internal/sse"
)

// counted is an object: its event has it as JSON.
type counted struct {
	N int `json:"n"`
}

// count answers with a finite sequence: the numbers up to n, one every so many milliseconds. A reader that
// comes back gets those that follow its last, and is told end again if there are none.
func (g *Gallery) count(v Visit) error {
	n, err := v.number("n", 5, 0, 10_000)
	if err != nil {
		return err
	}
	every, err := v.number("every", 100, 0, 60_000)
	if err != nil {
		return err
	}
	stream, err := v.Open()
	if err != nil {
		return err
	}
	return stream.ServeSeq(v.Writer, v.Request, func(ctx context.Context) iter.Seq2[any, error] {
		return sse.Values(numbers(ctx, lastNumber(v.Request), n, time.Duration(every)*time.Millisecond))
	})
}

// numbers counts from after last to n. Whoever stops listening ends ctx, and with it the pause.
func numbers(ctx context.Context, last, n int, every time.Duration) iter.Seq[sse.Event] {
	return func(yield func(sse.Event) bool) {
		pause := time.NewTicker(max(every, time.Microsecond))
		defer pause.Stop() // clean-up: it runs whoever ends the sequence
		for i := min(max(last, 0), n) + 1; i <= n; i++ {
			if !yield(sse.Event{ID: strconv.Itoa(i), Data: counted{i}}) || i == n {
				return
			}
			select {
			case <-pause.C:
			case <-ctx.Done():
				return
			}
		}
	}
}
