package patterns

import (
	"net/http"
	"time"

	"example.com/chat/internal/sse"
)

// answer is the one object that the stream consists of.
type answer struct {
	Question string `json:"question"`
	Answer   int    `json:"answer"`
}

// once answers with one event and closes. A browser comes back after every close; one that has had the event
// says so by its id, and is told by 204 that there is nothing to come back for.
func (g *Gallery) once(v Visit) error {
	if lastEventID(v.Request) == "answer" {
		v.Writer.WriteHeader(http.StatusNoContent)
		return nil
	}
	return sse.Answer(v.Writer, time.Second, sse.Event{ID: "answer", Data: answer{"everything", 42}})
}
