package sse

import (
	"errors"
	"net/http"
	"slices"
	"time"
)

// writer writes frames to a response and flushes each batch. While it writes, the connection has a deadline,
// which moves as long as there is progress; while it does not, there is none: an idle stream costs
// no timer, and on HTTP/2 a deadline that passes ends the stream although nothing is being written.
type writer struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	timeout  time.Duration
	extended time.Time // when what is being written got its deadline; zero: there is none
}

func newWriter(w http.ResponseWriter, timeout time.Duration) *writer {
	return &writer{w: w, control: http.NewResponseController(w), timeout: timeout}
}

// begin sends the headers and the first frames: never cached, never transformed (no compression by a
// proxy), never buffered.
func (o *writer) begin(frames ...[]byte) error {
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	o.w.WriteHeader(http.StatusOK)
	return o.write(frames)
}

func (o *writer) write(frames [][]byte) error {
	for _, frame := range frames {
		if err := o.buffer(frame); err != nil {
			return err
		}
	}
	return o.flush()
}

// pieceSize is how much is written under one deadline: a slow reader makes progress piece by piece.
const pieceSize = 64 << 10

func (o *writer) buffer(p []byte) error {
	for piece := range slices.Chunk(p, pieceSize) {
		if err := o.extend(); err != nil {
			return err
		}
		if _, err := o.w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func (o *writer) flush() error {
	if err := o.extend(); err != nil {
		return err
	}
	if err := o.control.Flush(); err != nil {
		return err
	}
	return o.rest()
}

// rest takes the deadline off until something is written again.
func (o *writer) rest() error {
	o.extended = time.Time{}
	return o.deadline(time.Time{})
}

// extend gives what is being written its time, unless it has most of it yet.
func (o *writer) extend() error {
	now := time.Now()
	if now.Sub(o.extended) < o.timeout/8 {
		return nil
	}
	o.extended = now
	return o.deadline(now.Add(o.timeout))
}

// stalled says whether a write that failed had no progress for as long as that may be. HTTP/2 says nothing of
// deadlines in its error.
func (o *writer) stalled() bool {
	return !o.extended.IsZero() && time.Since(o.extended) >= o.timeout
}

// deadline is not for responses that know none (in tests).
func (o *writer) deadline(t time.Time) error {
	err := o.control.SetWriteDeadline(t)
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// end takes the deadline off the connection, which may serve other requests.
func (o *writer) end() { _ = o.deadline(time.Time{}) }
