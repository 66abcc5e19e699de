package sse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"
)

// Client reads a stream over HTTP for a program, as EventSource does for a page: when the connection is
// lost it comes back and resumes after the last event. It knows what this package's servers say: ping,
// bye and end. The zero values of its fields stand for the defaults in parentheses.
type Client struct {
	URL    string
	Header http.Header  // of every request, for instance Authorization
	HTTP   *http.Client // (http.DefaultClient; a Timeout would cut every stream after that time)

	// LastEventID is where to resume: what the server gave the last event that the loop is done with.
	// Who keeps it across restarts loses nothing. Only the loop's own goroutine may read it meanwhile.
	LastEventID string

	Retry   time.Duration // the pause before coming back, until the server names another (3 s)
	Silence time.Duration // a connection on which nothing arrives for so long is given up (45 s: three heartbeats)
	Limit   int           // bounds an event, see Decoder.Limit (1 MiB)
	Log     *slog.Logger  // is told of interruptions (slog.Default())
}

// The bounds of pauses. They double from one connection that brings nothing to the next, up to maxPause; a
// server may ask for more, up to maxRetry, and has minRetry even if it asks for none.
const (
	minRetry = 100 * time.Millisecond
	maxPause = 30 * time.Second
	maxRetry = time.Hour
)

// AnswerError ends a sequence: the server answers with something that is not a stream, and would again.
type AnswerError struct {
	Status      int
	ContentType string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("sse: the answer is no stream: status %d, content type %q", e.Status, e.ContentType)
}

// ByeError ends a sequence: the server has told this reader not to come back. Its reason is ByeLimit or
// ByeSignedOut.
type ByeError struct{ Reason string }

func (e *ByeError) Error() string { return "sse: the server said bye: " + e.Reason }

// Events connects and gives the events of the stream, over as many connections as it takes. One loop at a
// time.
//
// The sequence ends without an error when ctx does, when the server says that there is nothing more
// (event end, or status 204), and when the loop is left, which closes the connection at once. It ends
// with an error, as its last pair, when coming back would not help: *ByeError, *AnswerError, ErrTooLong,
// or a request that cannot be made. Everything else (network trouble, silence, status 429 or 5xx, bye for
// another reason) is logged, and the client comes back.
//
// An event counts as done, and LastEventID moves to it, when the loop asks for the next one. If it is left
// instead (break, return, panic), the event comes again with the next Events, because the body may have
// failed; who leaves it satisfied sets LastEventID to the event's first.
//
// Events named ping are not given, they only move LastEventID. After reset, which is, the program must
// load anew what it shows.
func (c *Client) Events(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		r := &reading{Client: c, yield: yield, retry: cmp.Or(c.Retry, 3*time.Second)}
		for {
			err := r.connect(ctx)
			if ctx.Err() != nil || errors.Is(err, errOver) {
				return
			}
			var i *interruption
			if !errors.As(err, &i) {
				yield(Message{}, err)
				return
			}
			pause := i.after + r.pause()
			cmp.Or(c.Log, slog.Default()).Info("the stream was interrupted", "err", i.cause, "pause", pause)
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			r.failures++
		}
	}
}

// reading is one loop over a client's events.
type reading struct {
	*Client
	yield    func(Message, error) bool
	retry    time.Duration // as the server asked
	failures int           // connections in a row that brought nothing
}

// pause is how long to stay away: longer after each failure, and at random, so that readers do not come
// back as a herd.
func (r *reading) pause() time.Duration {
	least := min(max(r.retry, minRetry), maxRetry)
	most := min(least<<min(r.failures+1, 16), maxPause)
	return least + rand.N(max(most-least, 1))
}
