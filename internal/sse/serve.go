package sse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"time"
)

// Serve writes the stream as the answer to a request until the client leaves (nil), the stream ends (nil), or
// a write makes no progress for Config.WriteTimeout. The stream is stopped when it returns. The
// connection may be HTTP/1.1 or HTTP/2.
func (s *Stream) Serve(w http.ResponseWriter, r *http.Request) error {
	defer s.Stop()
	out := newWriter(w, s.engine.cfg.WriteTimeout)
	defer out.end()
	retry := 400*time.Millisecond + rand.N(1600*time.Millisecond) // so that readers do not come back as a herd
	out.begin()
	if err := out.write([][]byte{retryLine(retry)}); err != nil {
		return s.left(r, err)
	}
	for {
		frames, err := s.Next(r.Context())
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = out.write(frames)
		}
		if err != nil {
			return s.left(r, err)
		}
		s.engine.counter.bytes.Add(size(frames))
	}
}

// left tells a client that went away, which is nobody's fault, from one that stopped reading.
func (s *Stream) left(r *http.Request, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.engine.counter.cut.Add(1)
		return fmt.Errorf("sse: the reader made no progress for %s: %w", s.engine.cfg.WriteTimeout, err)
	}
	if r.Context().Err() != nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("sse: write: %w", err)
}

// Answer answers a request with a stream that says this and ends; the reader comes back after retry. It
// is the answer to passing trouble, because any status but 200 would close an EventSource for good.
func Answer(w http.ResponseWriter, retry time.Duration, events ...Event) error {
	frames := [][]byte{retryLine(retry)}
	for _, event := range events {
		frame, err := event.Encode()
		if err != nil {
			return err
		}
		frames = append(frames, frame)
	}
	out := newWriter(w, answerTimeout)
	defer out.end()
	out.begin()
	return out.write(frames)
}

// answerTimeout bounds the writing of an Answer.
const answerTimeout = 15 * time.Second

func retryLine(d time.Duration) []byte {
	return fmt.Appendf(nil, "retry: %d\n\n", d.Milliseconds())
}

// writer writes frames to a response, each batch under its own deadline and flushed.
type writer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

func newWriter(w http.ResponseWriter, timeout time.Duration) *writer {
	return &writer{w, http.NewResponseController(w), timeout}
}

// begin sets the headers: never cached, never transformed (no compression by a proxy), never buffered.
func (o *writer) begin() {
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	o.w.WriteHeader(http.StatusOK)
}

func (o *writer) write(frames [][]byte) error {
	for _, frame := range frames {
		if err := o.extend(); err != nil {
			return err
		}
		if _, err := o.w.Write(frame); err != nil {
			return err
		}
	}
	if err := o.extend(); err != nil {
		return err
	}
	return o.control.Flush()
}

// extend gives the next write its time. A response that knows no deadlines (in tests) needs none.
func (o *writer) extend() error {
	err := o.control.SetWriteDeadline(time.Now().Add(o.timeout))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// end takes the deadline off the connection, which may serve other requests.
func (o *writer) end() { _ = o.control.SetWriteDeadline(time.Time{}) }

func size(frames [][]byte) (n uint64) {
	for _, frame := range frames {
		n += uint64(len(frame))
	}
	return n
}
