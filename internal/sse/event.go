package sse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Event is one event of a stream, as the HTML standard defines it (section 9.2, server-sent events).
type Event struct {
	ID    string        // becomes the reader's last event id; "" writes no id field
	Name  string        // event type; "" is "message"
	Retry time.Duration // the reader's pause before it reconnects, in whole milliseconds; 0 writes none
	Data  any           // string or []byte as they are, nil as no text, anything else as JSON
}

// Errors of an event that cannot be written without becoming something else.
var (
	ErrID    = errors.New("sse: an event id must not contain a line break or NUL")
	ErrName  = errors.New("sse: an event name must not contain a line break")
	ErrRetry = errors.New("sse: retry must not be negative")
)

// Encode gives the bytes of an event. It is the only writer of frames: whatever the data, a reader gets
// exactly one event. CR, LF and CRLF in data all come out as line feeds, since the standard ends
// lines at each of them (9.2.6). There is always a data line, because a reader ignores an event
// without one, and an id field is never empty, because that would reset the reader's last event id.
func (e Event) Encode() ([]byte, error) {
	data, err := text(e.Data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("sse: encode data: %w", err)
	case strings.ContainsAny(e.ID, "\r\n\x00"):
		return nil, ErrID
	case strings.ContainsAny(e.Name, "\r\n"):
		return nil, ErrName
	case e.Retry < 0:
		return nil, ErrRetry
	}
	b := make([]byte, 0, len(data)+len(e.ID)+len(e.Name)+48)
	if e.ID != "" {
		b = field(b, "id: ", e.ID)
	}
	if e.Name != "" {
		b = field(b, "event: ", e.Name)
	}
	if e.Retry > 0 {
		b = append(b, "retry: "...)
		b = strconv.AppendInt(b, e.Retry.Milliseconds(), 10)
		b = append(b, '\n')
	}
	b = dataLines(b, data)
	return append(b, '\n'), nil
}

func field(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, value...)
	return append(b, '\n')
}

func dataLines(b, data []byte) []byte {
	for {
		line, rest := data, []byte(nil)
		end := bytes.IndexAny(data, "\r\n")
		if end >= 0 {
			line, rest = data[:end], data[end+1:]
			if data[end] == '\r' && len(rest) > 0 && rest[0] == '\n' {
				rest = rest[1:]
			}
		}
		b = append(b, "data: "...)
		b = append(b, line...)
		b = append(b, '\n')
		if end < 0 {
			return b
		}
		data = rest
	}
}

func text(data any) ([]byte, error) {
	switch d := data.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(d), nil
	case []byte:
		return d, nil
	default:
		return json.Marshal(d)
	}
}
