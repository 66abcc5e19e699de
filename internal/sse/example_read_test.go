package sse_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/chat/internal/sse"
)

// Events of several types on one stream. A page has a listener for each:
//
//	source.addEventListener("user_joined", …)
//	source.addEventListener("message", …)
func ExampleEvent() {
	engine := newEngine()
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		return open(engine).ServeSeq(w, r, func(context.Context) iter.Seq2[any, error] {
			return sse.Values(slices.Values([]sse.Event{
				{Name: "user_joined", Data: map[string]string{"user": "Ada"}},
				{Data: map[string]string{"user": "Ada", "body": "Hello!"}},
			}))
		})
	})
	defer server.Close()

	client := sse.Client{URL: server.URL}
	for message, err := range client.Events(context.Background()) {
		must(err)
		switch message.Name {
		case "user_joined":
			fmt.Println("joined:", message.Data)
		case "message":
			fmt.Println("said:", message.Data)
		}
	}
	// Output:
	// joined: {"user":"Ada"}
	// said: {"body":"Hello!","user":"Ada"}
}

// Whatever the data, a reader gets exactly one event. What cannot be written without becoming something else
// is refused.
func ExampleEvent_Encode() {
	frame, err := sse.Event{ID: "7", Name: "note", Retry: time.Second, Data: "two\r\nlines"}.Encode()
	fmt.Printf("%s%v\n", frame, err)
	_, err = sse.Event{ID: "7\ndata: forged"}.Encode()
	fmt.Println(err)
	// Output:
	// id: 7
	// event: note
	// retry: 1000
	// data: two
	// data: lines
	//
	// <nil>
	// sse: an event id must not contain a line break or NUL
}

// The events of any byte stream. An id counts for the events after its own, too.
func ExampleDecoder() {
	stream := sse.NewDecoder(strings.NewReader(": a comment\r\nid: 7\r\nevent: note\r\ndata: two\r\ndata: lines\r\n\r\n" +
		"data\n\n" + "data: cut short, so it is none"))
	for {
		message, err := stream.Next()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%q\n", message)
	}
	// Output:
	// {"7" "note" "two\nlines"}
	// {"7" "message" ""}
	// EOF
}

// The server sends two events at a time. The client comes back for more, and says which it got last.
func ExampleClient_Events() {
	server := serve(func(w http.ResponseWriter, r *http.Request) error {
		last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
		if last == 4 {
			w.WriteHeader(http.StatusNoContent) // there is nothing more
			return nil
		}
		return sse.Answer(w, 100*time.Millisecond,
			sse.Event{ID: strconv.Itoa(last + 1), Data: "a"}, sse.Event{ID: strconv.Itoa(last + 2), Data: "b"})
	})
	defer server.Close()

	client := sse.Client{URL: server.URL, Log: slog.New(slog.DiscardHandler)}
	for message, err := range client.Events(context.Background()) {
		must(err)
		fmt.Println(message.LastEventID, message.Data)
	}
	// Output:
	// 1 a
	// 2 b
	// 3 a
	// 4 b
}
