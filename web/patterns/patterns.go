// Package patterns has each way of using the stream engine in a file of its own: the working half of the
// gallery, whose pages show these very files (Source).
package patterns

import (
	"context"
	"embed"
	"net/http"
	"strconv"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// The sources, one by one: *.go would take the tests along.
//
//go:embed buffered.go composite.go count.go follow.go heartbeat.go lines.go memory.go once.go patterns.go queue.go raw.go
//go:embed shutdown.go stream.go types.go lines.txt
var files embed.FS

// Source is the text of a file of this package.
func Source(name string) (string, error) {
	text, err := files.ReadFile(name)
	return string(text), err
}

// Gallery serves the patterns' streams.
type Gallery struct {
	Engine *sse.Engine
	Queue  Queue
}

// Visit is a person's request for a stream.
type Visit struct {
	Writer  http.ResponseWriter
	Request *http.Request
	User    chat.UserID

	// Open begins a stream of theirs on these keys. It ends when they sign out.
	Open func(keys ...sse.StreamKey) (*sse.Stream, error)
}

// Input is what somebody sends, by fields.
type Input struct {
	User   chat.UserID
	Fields map[string]string
}

var streams = map[string]func(*Gallery, Visit) error{
	"count":     (*Gallery).count,
	"queue":     (*Gallery).queue,
	"lines":     (*Gallery).lines,
	"once":      (*Gallery).once,
	"stream":    (*Gallery).stream,
	"composite": (*Gallery).composite,
	"buffered":  (*Gallery).buffered,
	"raw":       (*Gallery).raw,
	"types":     (*Gallery).types,
	"heartbeat": (*Gallery).heartbeat,
	"shutdown":  (*Gallery).shutdown,
}

var inputs = map[string]func(*Gallery, context.Context, Input) error{
	"queue":          (*Gallery).push,
	"stream":         (*Gallery).broadcast,
	"stream/close":   (*Gallery).closeStream,
	"composite":      (*Gallery).broadcastComposite,
	"composite/keys": (*Gallery).alterKeys,
	"shutdown":       (*Gallery).sayShutdown,
}

// Serve answers with the stream of a pattern, chat.ErrNotFound if there is none of that name.
func (g *Gallery) Serve(name string, v Visit) error {
	serve, ok := streams[name]
	if !ok {
		return chat.ErrNotFound
	}
	return serve(g, v)
}

// Send takes what somebody sends to a pattern, chat.ErrNotFound if there is nothing of that name to send to.
func (g *Gallery) Send(ctx context.Context, name string, in Input) error {
	send, ok := inputs[name]
	if !ok {
		return chat.ErrNotFound
	}
	return send(g, ctx, in)
}

// lastEventID is the id of the last event that the reader got. A browser that reconnects says so in the
// header, which is newer than the address that it first asked for.
func lastEventID(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("lastEventId")
}

// lastNumber is lastEventID for streams that number their events; 0 if it is no such number.
func lastNumber(r *http.Request) int {
	n, err := strconv.Atoi(lastEventID(r))
	if err != nil {
		return 0
	}
	return n
}

// number is a parameter of the address.
func (v Visit) number(name string, otherwise, least, most int) (int, error) {
	text := v.Request.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, invalid(name, "This must be a number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most)+".")
	}
	return n, nil
}

// maxText bounds what is sent to a pattern, in bytes.
const maxText = 8000

// text is a field of the input.
func (in Input) text(field string, required bool) (string, error) {
	text := in.Fields[field]
	switch {
	case required && text == "":
		return "", invalid(field, "Please write something.")
	case len(text) > maxText:
		return "", invalid(field, "This is too long.")
	}
	return text, nil
}

func invalid(field, message string) error {
	return &chat.Error{Kind: chat.Invalid, Field: field, Message: message}
}
