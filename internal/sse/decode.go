package sse

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is an event as its reader sees it (HTML standard, 9.2.6).
type Message struct {
	LastEventID string // the event's own id, or else that of the newest event before it which had one
	Name        string // "message" if the event has no name
	Data        string // its lines with line feeds between them
}

// ErrTooLong ends the reading of a stream with an event above Decoder.Limit.
var ErrTooLong = errors.New("sse: an event is longer than its reader allows")

// defaultLimit is what a Decoder takes for an event unless it is told otherwise.
const defaultLimit = 1 << 20

// Decoder reads the events of a byte stream as the HTML standard defines it (9.2.5 and 9.2.6). It gives an
// event as soon as the blank line after it has been read, and never waits for a byte more: not even after a
// CR, which an LF may follow.
type Decoder struct {
	// Limit bounds what is kept in memory for an event, in bytes: its data, with the line that is being
	// read. Zero stands for 1 MiB.
	Limit int

	in      *bufio.Reader
	err     error  // why there is nothing more to read
	begun   bool   // the first line, which may start with a byte order mark, has been read
	afterCR bool   // an LF that comes now belongs to the line before
	line    []byte // that is being read

	data     []byte // the buffers of the standard
	name, id string

	lastEventID string
	retry       time.Duration
	retrySet    bool
}

// NewDecoder makes a decoder of the stream that r is at the beginning of.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{in: bufio.NewReader(r)} }

// Next gives the next event, blocking until there is one. Its error is io.EOF at the end of the stream, also
// if that cuts an event short, which is then discarded; ErrTooLong; or that of the underlying reader.
// After an error it gives the same error again.
func (d *Decoder) Next() (Message, error) {
	for d.err == nil {
		switch line, err := d.readLine(); {
		case err != nil:
			d.err = err
		case len(line) > 0:
			d.interpret(line)
		default:
			if m, ok := d.dispatch(); ok {
				return m, nil
			}
		}
	}
	return Message{}, d.err
}

// LastEventID is the id to resume with: the newest one that ended with a blank line. An event that has no
// data moves it too, although Next does not give that event.
func (d *Decoder) LastEventID() string { return d.lastEventID }

// Retry is the pause before reconnecting that the stream asked for last, if it asked for any. One that a
// Duration cannot hold is the longest.
func (d *Decoder) Retry() (pause time.Duration, ok bool) { return d.retry, d.retrySet }

// readLine reads to the next CR, LF or CRLF. What it gives is valid until it is called again.
func (d *Decoder) readLine() ([]byte, error) {
	d.line = d.line[:0]
	for {
		if _, err := d.in.Peek(1); err != nil {
			return nil, err
		}
		if d.skipLF() {
			continue
		}
		read, _ := d.in.Peek(d.in.Buffered())
		line, ended := read, false
		if end := bytes.IndexAny(read, "\r\n"); end >= 0 {
			line, read, ended = read[:end], read[:end+1], true
			d.afterCR = read[end] == '\r'
		}
		d.line = append(d.line, line...)
		_, _ = d.in.Discard(len(read))
		if len(d.line)+len(d.data) > cmp.Or(d.Limit, defaultLimit) {
			return nil, ErrTooLong
		}
		if ended {
			return d.unmarked(), nil
		}
	}
}

// skipLF drops the second half of a CRLF. The caller knows that there is a byte to read.
func (d *Decoder) skipLF() bool {
	if !d.afterCR {
		return false
	}
	d.afterCR = false
	if next, _ := d.in.Peek(1); next[0] != '\n' {
		return false
	}
	_, _ = d.in.Discard(1)
	return true
}

// unmarked is the line, without the byte order mark that the first one may start with.
func (d *Decoder) unmarked() []byte {
	if d.begun {
		return d.line
	}
	d.begun = true
	return bytes.TrimPrefix(d.line, []byte("\uFEFF"))
}

// interpret takes a line into the buffers: a comment has an empty field name, and like an unknown one is
// ignored. An id with NUL is ignored, and so is a retry of anything but ASCII digits.
func (d *Decoder) interpret(line []byte) {
	field, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(field) {
	case "event":
		d.name = decodeUTF8(value)
	case "data":
		d.data = append(append(d.data, value...), '\n')
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			d.id = decodeUTF8(value)
		}
	case "retry":
		if ms, ok := parseDigits(string(value)); ok {
			d.retry, d.retrySet = time.Duration(min(ms, uint64(math.MaxInt64/time.Millisecond)))*time.Millisecond, true
		}
	}
}

// parseDigits reads a number of ASCII digits and nothing else. One that is too large is the largest.
func parseDigits(s string) (n uint64, ok bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, _ = strconv.ParseUint(s, 10, 64) // out of range it gives the largest
	return n, true
}

// dispatch ends an event. One without data only leaves its id.
func (d *Decoder) dispatch() (m Message, ok bool) {
	d.lastEventID = d.id
	data, name := d.data, d.name
	d.data, d.name = d.data[:0], ""
	if len(data) == 0 {
		return Message{}, false
	}
	if name == "" {
		name = "message"
	}
	return Message{d.lastEventID, name, decodeUTF8(data[:len(data)-1])}, true
}

// decodeUTF8 decodes as the Encoding standard does: as much of a sequence as could have become a character, but
// did not, turns into one U+FFFD. Lines can be decoded one by one, since no sequence contains their ends.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var s strings.Builder
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = maximalSubpart(b)
		}
		s.WriteRune(r)
		b = b[size:]
	}
	return s.String()
}

// maximalSubpart is how many of the first bytes are the beginning of a character that does not go on, but at least 1.
func maximalSubpart(b []byte) int {
	for n := min(3, len(b)); n > 1; n-- {
		if !utf8.FullRune(b[:n]) {
			return n
		}
	}
	return 1
}
