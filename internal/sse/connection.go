package sse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"
	"time"
)

// interruption is a reason to come back, not before after.
type interruption struct {
	cause error
	after time.Duration
}

func (i *interruption) Error() string { return i.cause.Error() }

var (
	errOver    = errors.New("sse: nothing more will come, or is wanted")
	errSilence = errors.New("sse: the connection fell silent")
)

// connect reads one connection to its end. It never gives nil.
func (r *reading) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := r.request(ctx)
	if err != nil {
		return err
	}
	silence := cmp.Or(r.Silence, 45*time.Second)
	watchdog := time.AfterFunc(silence, func() { cancel(errSilence) })
	defer watchdog.Stop()
	res, err := cmp.Or(r.HTTP, http.DefaultClient).Do(req)
	if err != nil {
		return &interruption{cause: err}
	}
	defer func() {
		cancel(nil) // first, or closing might read on
		res.Body.Close()
	}()
	if err := check(res); err != nil {
		return err
	}
	return r.read(ctx, &watchedReader{res.Body, watchdog, silence})
}

func (r *reading) request(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return nil, fmt.Errorf("sse: %w", err)
	}
	if s := req.URL.Scheme; s != "http" && s != "https" {
		return nil, fmt.Errorf("sse: %q is not an http or https address", r.URL)
	}
	maps.Copy(req.Header, r.Header)
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Cache-Control", "no-store")
	if r.LastEventID != "" {
		req.Header.Set("Last-Event-ID", r.LastEventID)
	}
	for name, values := range req.Header {
		if strings.ContainsFunc(strings.Join(values, ""), control) {
			return nil, fmt.Errorf("sse: header %s has a character that cannot be sent", name)
		}
	}
	return req, nil
}

// control is what net/http refuses in a header, as if the network had failed.
func control(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }

// check tells what an answer means if it is not a stream.
func check(res *http.Response) error {
	contentType := res.Header.Get("Content-Type")
	mediaType, _, _ := mime.ParseMediaType(contentType)
	switch status := res.StatusCode; {
	case status == http.StatusNoContent:
		return errOver
	case status == http.StatusTooManyRequests || status >= 500:
		return &interruption{fmt.Errorf("the server answers %s", res.Status), retryAfter(res.Header)}
	case status != http.StatusOK || mediaType != "text/event-stream":
		return &AnswerError{status, contentType}
	}
	return nil
}

// retryAfter reads the header of that name: seconds or a date, or nothing that can be read.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if s, ok := parseDigits(value); ok {
		return time.Duration(min(s, uint64(maxRetry/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), maxRetry)
	}
	return 0
}

// read hands out the events of a connection.
func (r *reading) read(ctx context.Context, body io.Reader) error {
	d := NewDecoder(body)
	// A new connection starts with the old one's id, or an event without one would reset it.
	d.Limit, d.id, d.lastEventID = r.Limit, r.LastEventID, r.LastEventID
	for {
		m, err := d.Next()
		if retry, ok := d.Retry(); ok {
			r.retry = retry
		}
		switch {
		case err == nil:
			err = r.take(ctx, m)
		case errors.Is(err, ErrTooLong):
			r.LastEventID = d.LastEventID()
		default:
			r.LastEventID = d.LastEventID()
			err = &interruption{cause: cmp.Or(context.Cause(ctx), err)}
		}
		if err != nil {
			return err
		}
	}
}

// take does what an event asks for, and remembers it when that is done.
func (r *reading) take(ctx context.Context, m Message) (err error) {
	if ctx.Err() != nil { // although the event was there already
		return &interruption{cause: context.Cause(ctx)}
	}
	switch m.Name {
	case "ping":
	case "end":
		err = errOver
	case "bye":
		err = bye(m.Data)
	default:
		if !r.yield(m, nil) {
			return errOver
		}
	}
	r.LastEventID = m.LastEventID
	if m.Name != "bye" {
		r.failures = 0
	}
	return err
}

func bye(reason string) error {
	err := &ByeError{reason}
	if reason == ByeLimit || reason == ByeSignedOut {
		return err
	}
	return &interruption{cause: err}
}

// watchedReader winds up the watchdog for every read. Between them it stands still: that the loop takes
// its time is no silence of the server's.
type watchedReader struct {
	io.Reader
	watchdog *time.Timer
	silence  time.Duration
}

func (w *watchedReader) Read(p []byte) (int, error) {
	w.watchdog.Reset(w.silence)
	defer w.watchdog.Stop()
	return w.Reader.Read(p)
}
