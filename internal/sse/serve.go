package sse

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// ErrGone is the answer to who writes to a reader that went away, or stopped reading.
var ErrGone = errors.New("sse: the reader is gone")

// Serve writes the stream as the answer to a request until the client leaves (nil), the stream ends (nil), or
// a write fails or makes no progress for Config.WriteTimeout (ErrGone). The stream is stopped when it
// returns. The connection may be HTTP/1.1 or HTTP/2.
func (s *Stream) Serve(w http.ResponseWriter, r *http.Request) error {
	defer s.Stop()
	s.begin(r, serving{way: "stream"})
	out := newWriter(w, s.engine.cfg.WriteTimeout)
	defer out.end()
	write := func(frames [][]byte) error { return s.gone(out, out.write(frames)) }
	err := s.gone(out, out.begin(retryLine(comeBack())))
	if err == nil {
		err = s.pump(r.Context(), write)
	}
	return left(r, err)
}

func (s *Stream) begin(r *http.Request, how serving) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serving = how
	s.serving.protocol = r.Proto
}

// comeBack is the pause before a reader that was cut off comes back: not the same for all, so that they do not
// come as a herd.
func comeBack() time.Duration { return 400*time.Millisecond + rand.N(1600*time.Millisecond) }

// pump writes what the stream has to say until it has said its last word, or ctx ends.
func (s *Stream) pump(ctx context.Context, write func(frames [][]byte) error) error {
	for {
		frames, err := s.Next(ctx)
		if err != nil {
			return nil // either is an end as it should be
		}
		if err := write(frames); err != nil {
			return err
		}
		s.wrote(size(frames))
	}
}

func (s *Stream) wrote(n uint64) {
	s.bytes.Add(n)
	s.engine.counter.bytes.Add(n)
}

// gone says why a write failed.
func (s *Stream) gone(out *writer, err error) error {
	switch {
	case err == nil:
		return nil
	case out.stalled():
		s.engine.counter.cut.Add(1)
		return fmt.Errorf("%w: no progress for %s: %w", ErrGone, s.engine.cfg.WriteTimeout, err)
	}
	return fmt.Errorf("%w: %w", ErrGone, err)
}

// left drops the error of a client that went away, which is nobody's fault.
func left(r *http.Request, err error) error {
	if errors.Is(err, ErrClosed) || r.Context().Err() != nil && (errors.Is(err, ErrGone) || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// Answer answers a request with a stream that says this and ends; the reader comes back after retry. It
// is the answer to passing trouble, because any status but 200 would close an EventSource for good, and
// to a question that one event answers.
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
	return out.begin(frames...)
}

// answerTimeout bounds the writing of an Answer.
const answerTimeout = 15 * time.Second

func retryLine(d time.Duration) []byte {
	return fmt.Appendf(nil, "retry: %d\n\n", d.Milliseconds())
}

func size(frames [][]byte) (n uint64) {
	for _, frame := range frames {
		n += uint64(len(frame))
	}
	return n
}
