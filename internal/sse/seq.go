package sse

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// ServeSeq answers a request with the values of a sequence that ends: each as an event of its own, sent before
// the next is asked for. An Event is sent as it is; anything else is the data of one (a string as
// it is, other things as JSON); nil is skipped. After the last value the reader is told end, so that it
// does not come back.
//
// values is called in this goroutine with a context that ends when the client leaves or the stream is to
// end; the iteration is then left, so that its clean-up runs. An error of the sequence closes the answer
// and is returned: the reader comes back, with the id of the last event it got.
//
// Beside the values the stream tells what is sent to its keys, and its heart beats. A shutdown lets the
// sequence go on for Config.Grace.
func (s *Stream) ServeSeq(w http.ResponseWriter, r *http.Request, values func(ctx context.Context) iter.Seq2[any, error]) error {
	return s.serveValues(w, r, serving{way: "seq", finite: true}, values)
}

// ServeSource is ServeSeq for a source that may never end by itself, such as a queue: a shutdown ends it
// at once.
func (s *Stream) ServeSource(w http.ResponseWriter, r *http.Request, values func(ctx context.Context) iter.Seq2[any, error]) error {
	return s.serveValues(w, r, serving{way: "source"}, values)
}

// Values makes a sequence that cannot fail one for ServeSeq.
func Values[V any](seq iter.Seq[V]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for v := range seq {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// serveValues lets the caller's values be made in the caller's goroutine, so that a panic is theirs, while
// another one writes what the engine has to say.
func (s *Stream) serveValues(w http.ResponseWriter, r *http.Request, how serving, values func(context.Context) iter.Seq2[any, error]) error {
	c, err := s.connect(w, r, how, retryLine(comeBack()))
	defer c.disconnect()
	if err != nil {
		return left(r, err)
	}
	var pumping error
	var fault any // a panic over there, which nobody would catch
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		defer func() {
			fault = recover()
			_ = c.Close()
		}()
		pumping = s.pump(c.ctx, c.write)
	}()
	defer func() {
		c.cancel()
		<-pumped // the response is nobody's once this has returned
	}()

	failed := c.sendAll(values(c.ctx))
	s.stop(ending{over: failed == nil && c.ctx.Err() == nil})
	<-pumped
	if fault != nil {
		panic(fault)
	}
	if failed == nil || errors.Is(failed, ErrClosed) {
		failed = pumping
	}
	return left(r, failed)
}

// sendAll sends values until there are no more, or the connection is closed.
func (c *Conn) sendAll(values iter.Seq2[any, error]) error {
	for value, err := range values {
		switch {
		case c.ctx.Err() != nil:
			return nil // also if the sequence takes it for an error
		case err != nil:
			return err
		case value == nil:
			continue
		}
		event, ok := value.(Event)
		if !ok {
			event.Data = value
		}
		if err := c.Send(event); err != nil {
			return err
		}
	}
	return nil
}
