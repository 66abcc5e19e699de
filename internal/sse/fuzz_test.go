package sse

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// splitReader gives a stream in pieces, each a byte longer than the next of sizes says. It counts what it gave.
type splitReader struct {
	stream []byte
	sizes  []byte
	turn   int
	given  int
}

func (r *splitReader) Read(p []byte) (int, error) {
	if r.given == len(r.stream) {
		return 0, io.EOF
	}
	size := 1
	if len(r.sizes) > 0 {
		size += int(r.sizes[r.turn%len(r.sizes)])
		r.turn++
	}
	n := copy(p[:min(size, len(p))], r.stream[r.given:])
	r.given += n
	return n, nil
}

func FuzzDecode(f *testing.F) {
	for _, d := range decodings {
		f.Add([]byte(d.stream), []byte{0, 2, 4})
	}
	f.Fuzz(readsAsTheStandard)
}

// Random bytes seldom make an event; random words of the format do.
func TestAStreamOfAnyWordsIsReadAsTheStandardSays(t *testing.T) {
	words := []string{
		"data", "data:", "id", "id: 1", "id:2", "event:e", "event", "retry:", "retry: 12", "x", "3", ":", " ", "\n", "\n", "\r", "\r", "\r\n",
		"\n\n", "\r\n\r\n", "\x00", "\uFEFF", "\xEF", "\xBB", "\xE2\x82", "…",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		var stream []byte
		for range random.IntN(40) {
			stream = append(stream, words[random.IntN(len(words))]...)
		}
		if readsAsTheStandard(t, stream, []byte{byte(random.IntN(8)), byte(random.IntN(8))}); t.Failed() {
			return
		}
	}
}

// readsAsTheStandard checks what a Decoder makes of a stream, in whatever pieces it comes.
func readsAsTheStandard(t *testing.T, stream, sizes []byte) {
	want := interpretStandard(stream)
	for _, r := range []io.Reader{
		bytes.NewReader(stream), iotest.OneByteReader(bytes.NewReader(stream)), iotest.DataErrReader(bytes.NewReader(stream)),
		&splitReader{stream: stream, sizes: sizes},
	} {
		d := NewDecoder(r)
		if got := readAll(t, d); !slices.Equal(got, want.messages) {
			t.Fatalf("%T: %q is read as %q, want %q", r, stream, got, want.messages)
		}
		if d.LastEventID() != want.lastEventID {
			t.Fatalf("%T: after %q the last event id is %q, want %q", r, stream, d.LastEventID(), want.lastEventID)
		}
		if got, ok := d.Retry(); ok != (want.retry != nil) || ok && got.Milliseconds() != atMost(want.retry) {
			t.Fatalf("%T: after %q retry is %v, %v, want %v", r, stream, got, ok, want.retry)
		}
	}
	earliest(t, stream)
}

// atMost is a number of milliseconds, or the most that a Duration can hold.
func atMost(ms *big.Int) int64 {
	if most := int64(math.MaxInt64 / time.Millisecond); !ms.IsInt64() || ms.Int64() > most {
		return most
	}
	return ms.Int64()
}

// earliest checks that each event is given as soon as the standard allows: it is in what was read, and not in
// a byte less.
func earliest(t *testing.T, stream []byte) {
	if len(stream) > 500 {
		return // the standard is slow
	}
	r := &splitReader{stream: stream}
	d := NewDecoder(r)
	for n := 1; ; n++ {
		if _, err := d.Next(); err != nil {
			return
		}
		if before, upto := len(interpretStandard(stream[:r.given-1]).messages), len(interpretStandard(stream[:r.given]).messages); before != n-1 || upto != n {
			t.Fatalf("event %d was given after %d bytes, which hold %d, and %d without the last byte", n, r.given, upto, before)
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Fuzz(func(t *testing.T, id, name string, retry int64, data string) {
		event := Event{ID: id, Name: name, Retry: time.Duration(retry), Data: data}
		frame, err := event.Encode()
		if want := refusal(event); want != nil || err != nil {
			if want == nil || !errors.Is(err, want) {
				t.Fatalf("got %q, %v; want %v", frame, err, want)
			}
			return
		}
		want := Message{"before", "message", decodeStandard([]byte(" " + lineFeeds(data)))[1:]}
		if id != "" {
			want.LastEventID = decodeStandard([]byte(" " + id))[1:]
		}
		if name != "" {
			want.Name = decodeStandard([]byte(" " + name))[1:]
		}
		stream := slices.Concat([]byte("id: before\nevent: x\ndata: y\n\n"), frame, []byte("data: after\n\n"))
		sequence := []Message{{"before", "x", "y"}, want, {want.LastEventID, "message", "after"}}
		d := NewDecoder(bytes.NewReader(stream))
		if got := readAll(t, d); !slices.Equal(got, sequence) {
			t.Errorf("%q is read as %q, want %q", stream, got, sequence)
		}
		if got := interpretStandard(stream).messages; !slices.Equal(got, sequence) {
			t.Errorf("%q is by the standard %q, want %q", stream, got, sequence)
		}
		if got, ok := d.Retry(); ok != (retry > 0) || got != event.Retry.Truncate(time.Millisecond) {
			t.Errorf("retry is read as %v, %v, want %v", got, ok, event.Retry)
		}
	})
}

// refusal says which events cannot be written.
func refusal(e Event) error {
	switch {
	case strings.Contains(e.ID, "\r"), strings.Contains(e.ID, "\n"), strings.Contains(e.ID, "\x00"):
		return ErrID
	case strings.Contains(e.Name, "\r"), strings.Contains(e.Name, "\n"):
		return ErrName
	case e.Retry < 0:
		return ErrRetry
	}
	return nil
}

// lineFeeds has line feeds for all ends of lines.
func lineFeeds(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
