package sse

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// decodings are streams with what a reader must make of them. Those whose name begins with a word like format-
// are the bytes of the web-platform-tests of that name (eventsource/), which browsers are held to.
var decodings = []struct {
	name   string
	stream string
	want   []Message
	last   string // LastEventID in the end
}{
	{"format-bom", "\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n", []Message{{"", "message", "1"}, {"", "message", "3"}}, ""},
	{"format-bom-2", "\uFEFF\uFEFFdata:1\n\ndata:2\n\ndata:3\n\n", []Message{{"", "message", "2"}, {"", "message", "3"}}, ""},
	{"format-comments", "data:1\r:\x00\n:\r\ndata:2\n:" + strings.Repeat("x", 2048) + "\rdata:3\n:data:fail\r:" + strings.Repeat("x", 2048) + "\ndata:4\n\n", []Message{{"", "message", "1\n2\n3\n4"}}, ""},
	{"format-data-before-final-empty-line", "retry:1000\ndata:test1\n\nid:test\ndata:test2", []Message{{"", "message", "test1"}}, ""},
	{"format-field-data", "data:\n\ndata\ndata\n\ndata:test\n\n", []Message{{"", "message", ""}, {"", "message", "\n"}, {"", "message", "test"}}, ""},
	{"format-field-event", "event:test\ndata:x\n\ndata:x\n\n", []Message{{"", "test", "x"}, {"", "message", "x"}}, ""},
	{"format-field-event-empty", "event:test\nevent\ndata:\n\n", []Message{{"", "message", ""}}, ""},
	{"format-field-id, the id persists", "id: 1\ndata: 1\n\ndata:2\n\n", []Message{{"1", "message", "1"}, {"1", "message", "2"}}, "1"},
	{"format-field-id-2, it changes", "id: 1\ndata: 1\n\nid: …\ndata:2\n\ndata:3\n\n", []Message{{"1", "message", "1"}, {"…", "message", "2"}, {"…", "message", "3"}}, "…"},
	{"format-field-id-3, it is reset", "id: 1\ndata: 1\n\nid:\ndata:2\n\ndata:3\n\n", []Message{{"1", "message", "1"}, {"", "message", "2"}, {"", "message", "3"}}, ""},
	{"format-field-id-null", "id: 1\nid: \x00\x00\ndata: hello\n\n", []Message{{"1", "message", "hello"}}, "1"},
	{"format-field-parsing", "data:\x00\ndata:  2\rData:1\ndata\x00:2\ndata:1\r\x00data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n", []Message{{"", "message", "\x00\n 2\n1\n3\n\n4"}}, ""},
	{"format-leading-space", "data:\ttest\rdata: \ndata:test\n\n", []Message{{"", "message", "\ttest\n\ntest"}}, ""},
	{"format-newlines", "data:test\r\ndata\ndata:test\r\n\r", []Message{{"", "message", "test\n\ntest"}}, ""},
	{"format-null-character", "data:\x00\n\n", []Message{{"", "message", "\x00"}}, ""},
	{"format-utf-8", "data:ok…\n\n", []Message{{"", "message", "ok…"}}, ""},

	{"an event without data is not given, but its id counts", "id: 1\nevent: x\n\ndata: y\n\n", []Message{{"1", "message", "y"}}, "1"},
	{"an id counts only after its blank line", "id: 1\n\nid: 2\n", nil, "1"},
	{"unknown fields are ignored", "foo: x\nDATA: x\n data: x\ndata : x\n\n", nil, ""},
	{"a colon belongs to the value", "data: a: b\n\n", []Message{{"", "message", "a: b"}}, ""},
	{"blank lines of all kinds", "\r\n\n\r\rdata: x\r\r\ndata: y\n\r\n", []Message{{"", "message", "x"}, {"", "message", "y"}}, ""},
	{"a byte order mark alone", "\uFEFF\rdata: x\n\n", []Message{{"", "message", "x"}}, ""},
	{"half a byte order mark", "\xEF\xBBdata: x\n\ndata: y\n\n", []Message{{"", "message", "y"}}, ""},
	{
		"what is not UTF-8 is replaced as the Encoding standard says",
		"event: \xFF\nid: \xC3\ndata: \xE2\x82|\xF0\x9F\x98|\xED\xA0\x80|\xC0\xAF|\xF4\x90\x80\x80|\x80\xE2\n\n",
		[]Message{{"\uFFFD", "\uFFFD", "\uFFFD|\uFFFD|\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD|\uFFFD\uFFFD\uFFFD\uFFFD|\uFFFD\uFFFD"}},
		"\uFFFD",
	},
}

// readAll reads a stream to its end.
func readAll(t *testing.T, d *Decoder) (all []Message) {
	t.Helper()
	for {
		m, err := d.Next()
		if errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
}

func TestAStreamIsReadAsBrowsersReadIt(t *testing.T) {
	for _, c := range decodings {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.stream), iotest.OneByteReader(strings.NewReader(c.stream)), iotest.DataErrReader(strings.NewReader(c.stream))} {
				d := NewDecoder(r)
				if got := readAll(t, d); !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if d.LastEventID() != c.last {
					t.Errorf("the last event id is %q, want %q", d.LastEventID(), c.last)
				}
			}
		})
	}
}

func TestOnlyARetryOfDigitsCounts(t *testing.T) {
	for _, c := range []struct {
		stream string
		want   time.Duration
		ok     bool
	}{
		{"retry: 1500\n", 1500 * time.Millisecond, true},
		{"retry:0\n", 0, true},
		{"retry:2000\nretry:1000x\ndata:x\n\n", 2 * time.Second, true}, // format-field-retry-bogus
		{"retry\nretry:\nretry: -1\nretry: +1\nretry: 1.5\nretry: 1e3\nretry:  1\nretry: 1 \nretry: ١\nretry: 1_0\n", 0, false},
		{"retry: " + strings.Repeat("9", 400) + "\n", math.MaxInt64 / time.Millisecond * time.Millisecond, true},
		{"retry: " + strings.Repeat("9", 400) + "x\n", 0, false},
		{"retry: 5", 0, false},
	} {
		d := NewDecoder(strings.NewReader(c.stream))
		readAll(t, d)
		if got, ok := d.Retry(); got != c.want || ok != c.ok {
			t.Errorf("%.40q: %v, %v; want %v, %v", c.stream, got, ok, c.want, c.ok)
		}
	}
}

func TestAnEventIsGivenBeforeAnotherByteComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a reader that waits for more is a deadlock
		r, w := io.Pipe()
		defer w.Close()
		d := NewDecoder(r)
		for _, part := range []string{"data: x\n\n", "data: x\r\r", "\ndata: x\r\n\r", "\ndata: x\n\r", "\ndata: x\r\n\n", "data: x\r\n\r\n"} {
			go func() { _, _ = io.WriteString(w, part) }()
			if m, err := d.Next(); err != nil || m.Data != "x" {
				t.Fatalf("after %q: %+v, %v", part, m, err)
			}
		}
	})
}

func TestAnEventAboveTheLimitEndsTheReading(t *testing.T) {
	x := strings.Repeat("x", 40)
	for name, stream := range map[string]string{
		"a long line":    "data: " + x + x + x,
		"a long comment": ":" + x + x + x,
		"many lines":     strings.Repeat("data: "+x+"\n", 3),
		"empty lines":    strings.Repeat("data\n", 200),
	} {
		d := NewDecoder(strings.NewReader("id: 1\ndata: x\n\nid: 2\n" + stream + "\n\ndata: y\n\n"))
		d.Limit = 100
		if m, err := d.Next(); err != nil || m.Data != "x" {
			t.Fatalf("%s: before it %+v, %v", name, m, err)
		}
		for range 2 {
			if m, err := d.Next(); !errors.Is(err, ErrTooLong) || d.LastEventID() != "1" {
				t.Errorf("%s: %+v, %v, last event id %q", name, m, err, d.LastEventID())
			}
		}
	}
	d := NewDecoder(strings.NewReader(strings.Repeat("data: "+x+"\n\n:"+x+"\n", 100_000) + "data: " + strings.Repeat(x, 30_000) + "\n\n"))
	for range 100_000 {
		if _, err := d.Next(); err != nil {
			t.Fatalf("many short events: %v", err)
		}
	}
	if _, err := d.Next(); !errors.Is(err, ErrTooLong) {
		t.Errorf("more than 1 MiB by default: %v", err)
	}
}

func TestTheErrorOfTheStreamIsTheReaders(t *testing.T) {
	cut := errors.New("cut")
	d := NewDecoder(io.MultiReader(strings.NewReader("data: x\n\ndata: y\n"), iotest.ErrReader(cut)))
	if m, err := d.Next(); err != nil || m.Data != "x" {
		t.Fatalf("%+v, %v", m, err)
	}
	for range 2 {
		if _, err := d.Next(); !errors.Is(err, cut) {
			t.Errorf("got %v, want the error of the reader underneath", err)
		}
	}
}
