package sse

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// ErrClosed is the answer to who writes to a connection that is closed.
var ErrClosed = errors.New("sse: the connection is closed")

// Conn is the connection of a stream that a function writes to (Stream.ServeConn). Its methods are safe for
// concurrent use.
type Conn struct {
	stream *Stream
	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex // guards the rest, and keeps frames whole
	out    *writer
	closed bool
}

// connect begins the answer to a request.
func (s *Stream) connect(w http.ResponseWriter, r *http.Request, how serving, first ...[]byte) (*Conn, error) {
	s.begin(r, how)
	c := &Conn{stream: s, out: newWriter(w, s.engine.cfg.WriteTimeout)}
	c.ctx, c.cancel = context.WithCancel(r.Context())
	return c, s.gone(c.out, c.out.begin(first...))
}

// Context ends when the client has left, the connection is closed, or the stream is to end: its reader signed
// out, has too many, or the server is shutting down.
func (c *Conn) Context() context.Context { return c.ctx }

// Write writes bytes as they are: what they mean to a reader is the caller's business. They may wait for Flush.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, ErrClosed
	}
	err := c.out.buffer(p)
	if err == nil {
		err = c.out.rest() // it may be a while until Flush
	}
	if err != nil {
		return 0, c.stream.gone(c.out, err)
	}
	c.stream.wrote(uint64(len(p)))
	return len(p), nil
}

// Flush sends what was written.
func (c *Conn) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	return c.stream.gone(c.out, c.out.flush())
}

// Send writes an event and flushes it.
func (c *Conn) Send(event Event) error {
	frame, err := event.Encode()
	if err != nil {
		return err
	}
	if err := c.write([][]byte{frame}); err != nil {
		return err
	}
	c.stream.wrote(uint64(len(frame)))
	return nil
}

func (c *Conn) write(frames [][]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	return c.stream.gone(c.out, c.out.write(frames))
}

// Close ends the answer; writing afterwards is an error. Closing again is fine.
func (c *Conn) Close() error {
	c.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		c.out.end()
	}
	return nil
}

// disconnect is for when the answer has been given, also by a panic.
func (c *Conn) disconnect() {
	_ = c.Close()
	c.stream.Stop()
}

// ServeConn answers a request by what talk writes. Nothing else is written meanwhile: no events of the
// stream's keys, no heartbeats. The connection is closed when talk returns, or panics; its error is
// passed on. A stream that is to end has its Context end, and says bye after talk has returned.
func (s *Stream) ServeConn(w http.ResponseWriter, r *http.Request, talk func(c *Conn) error) error {
	c, err := s.connect(w, r, serving{way: "conn"})
	defer c.disconnect()
	if err != nil {
		return left(r, err)
	}
	s.whenEnding(c.cancel)
	err = talk(c)
	if s.isEnding() && r.Context().Err() == nil {
		_ = s.pump(r.Context(), c.write) // the reader is leaving anyway
	}
	return left(r, err)
}
