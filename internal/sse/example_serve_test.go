package sse_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"example.com/chat/internal/sse"
)

// newEngine makes an engine whose sequence of durable events begins.
func newEngine() *sse.Engine {
	engine := sse.New(sse.Config{})
	engine.Reset(sse.Position{})
	return engine
}

// open begins a stream that hears what is broadcast to these keys, and nothing durable.
func open(engine *sse.Engine, keys ...sse.StreamKey) *sse.Stream {
	o := sse.Opening{Keys: map[sse.StreamKey]int64{}, Now: engine.Applied(), Detached: true}
	for _, key := range keys {
		o.Keys[key] = 0
	}
	stream, err := engine.Open(o)
	must(err)
	return stream
}

// serve answers requests. When connect returns, the stream is open.
func serve(answer func(w http.ResponseWriter, r *http.Request) error) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { must(answer(w, r)) }))
}

func connect(server *httptest.Server) *sse.Decoder {
	resp, err := http.Get(server.URL)
	must(err)
	return sse.NewDecoder(resp.Body)
}

// show prints the events of a stream up to its end.
func show(stream *sse.Decoder) {
	for {
		message, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		must(err)
		fmt.Println(strings.TrimSpace(message.Name + " " + message.Data))
	}
}

func must(err error) {
	if err != nil {
		log.Panic(err)
	}
}

// One object, and the answer is over. A browser would come back after the pause; it stays away once it is
// answered 204.
func ExampleAnswer() {
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return sse.Answer(w, time.Second, sse.Event{ID: "answer", Data: map[string]int{"answer": 42}})
	})
	defer server.Close()

	show(connect(server))
	// Output: message {"answer":42}
}

// Values of any type, each sent before the next is made. The event end tells the reader not to come back.
func ExampleStream_ServeSeq() {
	engine := newEngine()
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine).ServeSeq(w, r, func(context.Context) iter.Seq2[any, error] {
			return sse.Values(slices.Values([]any{"text", map[string]int{"n": 2}, nil, sse.Event{Name: "last"}}))
		})
	})
	defer server.Close()

	show(connect(server))
	// Output:
	// message text
	// message {"n":2}
	// last
	// end
}

// A channel, which others may send to for ever. The iteration is left when the reader leaves or the server
// shuts down.
func ExampleStream_ServeSource() {
	engine, jobs := newEngine(), make(chan string)
	values := func(ctx context.Context) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for {
				select {
				case job, ok := <-jobs:
					if !ok || !yield(job, nil) {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}
	}
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine).ServeSource(w, r, values)
	})
	defer server.Close()

	stream := connect(server)
	jobs <- "sweep"
	jobs <- "polish"
	close(jobs)
	show(stream)
	// Output:
	// message sweep
	// message polish
	// end
}

// Whatever is broadcast to the stream's key, until somebody closes that.
func ExampleStream_Serve() {
	ctx, engine, room := context.Background(), newEngine(), sse.Key("room", 7)
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine, room).Serve(w, r)
	})
	defer server.Close()

	ada, grace := connect(server), connect(server)
	must(engine.Broadcast(ctx, room, sse.Event{Data: "Hello, everybody!"}))
	must(engine.Broadcast(ctx, sse.Key("room", 8), sse.Event{Data: "for others"}))
	must(engine.Close(ctx, room, sse.Over))
	show(ada)
	show(grace)
	// Output:
	// message Hello, everybody!
	// end
	// message Hello, everybody!
	// end
}

// A function writes its own bytes. What it keeps of the connection is of no use afterwards.
func ExampleStream_ServeConn() {
	engine, kept := newEngine(), make(chan *sse.Conn, 1)
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine).ServeConn(w, r, func(c *sse.Conn) error {
			kept <- c
			if _, err := io.WriteString(c, ": a comment\n\ndata: Hello, world!\n\n"); err != nil {
				return err
			}
			return c.Send(sse.Event{Name: "note", Data: "written and flushed"})
		})
	})
	defer server.Close()

	show(connect(server))
	_, err := io.WriteString(<-kept, "data: too late\n\n")
	fmt.Println(err)
	// Output:
	// message Hello, world!
	// note written and flushed
	// sse: the connection is closed
}
