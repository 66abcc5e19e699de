package sse_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"example.com/chat/internal/sse"
)

// wall is where everybody sees at once what anybody writes.
type wall struct{ engine *sse.Engine }

// notes is what every reader of the wall is subscribed to.
var notes = sse.Key("wall", "notes")

// events is GET /events. What is broadcast to one of the stream's keys from Open on is kept, so the welcome is
// not lost although the response has not begun.
func (a *wall) events(w http.ResponseWriter, r *http.Request) {
	reader := sse.Key("reader", r.FormValue("name"))
	stream, err := a.engine.Open(sse.Opening{
		Owner:    reader,
		Keys:     map[sse.StreamKey]int64{reader: 0, notes: 0},
		Now:      a.engine.Applied(),
		Detached: true,
	})
	if err != nil {
		err = sse.Answer(w, 5*time.Second) // come back in a while
	} else {
		_ = a.engine.Deliver(reader, sse.Event{Name: "welcome", Data: r.FormValue("name")})
		err = stream.Serve(w, r)
	}
	if err != nil {
		log.Print(err)
	}
}

// post is POST /notes.
func (a *wall) post(w http.ResponseWriter, r *http.Request) {
	note := map[string]string{"text": r.FormValue("text")}
	if err := a.engine.Broadcast(r.Context(), notes, sse.Event{Name: "note", Data: note}); err != nil {
		log.Print(err) // other servers may not have heard
	}
	w.WriteHeader(http.StatusNoContent)
}

// A server and a program that reads its stream. A page would read the same one with an EventSource.
func Example() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	app := &wall{engine: sse.New(sse.Config{})}
	app.engine.Reset(sse.Position{})
	go func() { _ = app.engine.Run(ctx) }()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /events", app.events)
	mux.HandleFunc("POST /notes", app.post)
	server := httptest.NewServer(mux)
	defer server.Close()

	client := sse.Client{URL: server.URL + "/events?name=Ada"}
	for message, err := range client.Events(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(message.Name, message.Data)
		if message.Name == "note" {
			break
		}
		resp, err := http.PostForm(server.URL+"/notes", url.Values{"text": {"Hello!"}})
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
	}
	if err := app.engine.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}

	// Output:
	// welcome Ada
	// note {"text":"Hello!"}
}
