package patterns

import (
	"context"
	_ "embed" // for lines.txt
	"iter"
	"strconv"
	"strings"
	"time"

	"example.com/chat/internal/sse"
)

//go:embed lines.txt
var text string

// lines answers with a file, line by line, with every field that an event can have. Whoever was cut off after
// line n says so by its id, and gets line n+1 next. The page that shows it asks for a pause after every line.
func (g *Gallery) lines(v Visit) error {
	every, err := v.number("every", 0, 0, 60_000)
	if err != nil {
		return err
	}
	stream, err := v.Open()
	if err != nil {
		return err
	}
	return stream.ServeSeq(v.Writer, v.Request, func(ctx context.Context) iter.Seq2[any, error] {
		return sse.Values(linesAfter(ctx, lastNumber(v.Request), time.Duration(every)*time.Millisecond))
	})
}

func linesAfter(ctx context.Context, n int, every time.Duration) iter.Seq[sse.Event] {
	return func(yield func(sse.Event) bool) {
		number := 0
		for line := range strings.Lines(text) {
			if number++; number <= n {
				continue
			}
			event := sse.Event{
				ID:    strconv.Itoa(number),
				Name:  "line",
				Retry: 100 * time.Millisecond,
				Data:  strings.TrimSuffix(line, "\n"),
			}
			if !yield(event) {
				return
			}
			if every == 0 {
				continue
			}
			select {
			case <-time.After(every):
			case <-ctx.Done():
				return
			}
		}
	}
}
