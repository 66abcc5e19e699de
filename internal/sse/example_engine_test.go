package sse_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"example.com/chat/internal/sse"
)

// A key is made of parts. Different parts never give the same key.
func ExampleKey() {
	fmt.Println(sse.Key("room", 7))
	fmt.Println(sse.Key("a", "b:c"), sse.Key("a:b", "c"))
	fmt.Printf("%q\n", sse.Key("a", "b:c").Parts())
	// Output:
	// room:7
	// a:b%3Ac a%3Ab:c
	// ["a" "b:c"]
}

// Work that starts before the response begins: what it broadcasts is kept for the stream.
func ExampleEngine_Open() {
	engine, work := newEngine(), sse.Key("work", 1)
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		stream := open(engine, work)
		for step := range 3 {
			must(engine.Broadcast(r.Context(), work, sse.Event{Data: fmt.Sprint("step ", step+1)}))
		}
		must(engine.Close(r.Context(), work, sse.Over))
		return stream.Serve(w, r)
	})
	defer server.Close()

	show(connect(server))
	// Output:
	// message step 1
	// message step 2
	// message step 3
	// end
}

// Keys come and go while the stream is open: whoever has the owner's key gains and loses the other.
func ExampleEngine_Grant() {
	ctx, engine := context.Background(), newEngine()
	ada, room := sse.Key("user", "ada"), sse.Key("room", 7)
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine, ada).Serve(w, r)
	})
	defer server.Close()

	stream := connect(server)
	say := func(text string) { must(engine.Broadcast(ctx, room, sse.Event{Data: text})) }
	say("before")
	must(engine.Grant(ctx, sse.Grant{Owner: ada, Key: room}))
	say("while she has the key")
	message, err := stream.Next()
	fmt.Println(message.Data, err)
	must(engine.Grant(ctx, sse.Grant{Owner: ada, Key: room, Revoke: true}))
	say("after")
	must(engine.Close(ctx, ada, sse.ByeSignedOut))
	show(stream)
	// Output:
	// while she has the key <nil>
	// bye signed_out
}

// Durable events have a place in a sequence, and their ids say which. A reader who comes back with one gets
// what follows it.
func ExampleEngine_Append() {
	engine := sse.New(sse.Config{
		Cursor:  func(p sse.Position) string { return strconv.FormatInt(p.ID, 10) },
		Control: func(_ string, c sse.Control) sse.Event { return sse.Event{Name: "reset", Data: c.Reset} },
	})
	engine.Reset(sse.Position{})
	room := sse.Key("room", 7)
	post := func(id int64, text string) {
		engine.Append(&sse.Entry{
			Position: sse.Position{ID: id}, At: time.Now(), Keys: []sse.StreamKey{room},
			Render: func(string, bool) (sse.Event, error) {
				return sse.Event{ID: strconv.FormatInt(id, 10), Data: text}, nil
			},
		})
	}
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		opening := sse.Opening{Owner: sse.Key("user", "ada"), Keys: map[sse.StreamKey]int64{room: 0}, Now: engine.Applied()}
		if id, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
			opening.Cursor = &sse.Position{ID: id}
		}
		stream, err := engine.Open(opening)
		must(err)
		return stream.Serve(w, r)
	})
	defer server.Close()

	post(1, "one")
	post(2, "two")
	client := sse.Client{URL: server.URL, LastEventID: "0"}
	read := func(until string) {
		for message, err := range client.Events(context.Background()) {
			must(err)
			fmt.Println(message.Data)
			if client.LastEventID = message.LastEventID; message.Data == until {
				return
			}
		}
	}
	read("one")
	post(3, "three") // while she is away
	read("three")
	// Output:
	// one
	// two
	// three
}

// Before a server stops it ends its streams. The pause before a reader may come back, which its browser
// minds, is another for each.
func ExampleEngine_Shutdown() {
	ctx, engine := context.Background(), newEngine()
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine).Serve(w, r)
	})
	defer server.Close()

	stream := connect(server)
	must(engine.Shutdown(ctx))
	show(stream)
	_, err := engine.Open(sse.Opening{Now: engine.Applied()})
	fmt.Println(err)
	// Output:
	// bye drain
	// sse: the server is shutting down
}
