package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"example.com/chat/internal/sse"
)

// The engine alone: nothing is written anywhere. Run these with "scripts/bench engine".

var room = sse.Key("room", "general")

// text is a message's event: about what a short one is as HTML.
var text = strings.Repeat("x", 1200)

// batch is how many events wait in every queue before it is emptied, outside of the time that is measured: as
// many as a queue keeps its room for, so that what is measured is not how queues grow.
const batch = 32

func newEngine() *sse.Engine {
	engine := sse.New(sse.Config{
		Cursor:  func(p sse.Position) string { return strconv.FormatInt(p.ID, 10) },
		Control: func(string, sse.Control) sse.Event { return sse.Event{Name: "reset"} },
	})
	engine.Reset(sse.Position{})
	return engine
}

// open opens the i-th person's stream on a few keys, as the chat does.
func open(engine *sse.Engine, i int, detached bool, keys ...sse.StreamKey) (*sse.Stream, error) {
	user := sse.Key("user", i)
	opening := sse.Opening{
		Owner:    user,
		Keys:     map[sse.StreamKey]int64{},
		Groups:   []sse.Group{{Key: user, Most: 100}, {Key: sse.Key("session", i), Most: 20}, {Key: sse.Key("address", i%1000), Most: 300}},
		Now:      engine.Applied(),
		Detached: detached,
	}
	for _, key := range keys {
		opening.Keys[key] = 0
	}
	return engine.Open(opening)
}

// openAll opens streams of as many people, level and with empty queues.
func openAll(b *testing.B, engine *sse.Engine, n int, detached bool, keys ...sse.StreamKey) []*sse.Stream {
	b.Helper()
	streams := make([]*sse.Stream, n)
	for i := range streams {
		var err error
		if streams[i], err = open(engine, i, detached, keys...); err != nil {
			b.Fatal(err)
		}
		if !detached {
			next(b, streams[i]) // says where it is
		}
	}
	return streams
}

// next takes what a stream has to say, of which there must be something.
func next(b *testing.B, stream *sse.Stream) [][]byte {
	frames, err := stream.Next(context.Background())
	if err != nil || len(frames) == 0 {
		b.Fatal("a stream has nothing to say: ", err)
	}
	return frames
}

func drain(b *testing.B, streams []*sse.Stream) {
	b.StopTimer()
	for _, stream := range streams {
		if n := len(next(b, stream)); n != batch {
			b.Fatalf("%d events came, want %d", n, batch)
		}
	}
	b.StartTimer()
}

// subscribers runs a benchmark with streams on one key, and says what one of them costs.
func subscribers(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range []int{1, 1000, 10_000} {
		b.Run(fmt.Sprintf("subscribers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			run(b, n)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subscriber")
		})
	}
}

// BenchmarkBroadcast is an ephemeral event's way from Broadcast to the queues.
func BenchmarkBroadcast(b *testing.B) {
	subscribers(b, func(b *testing.B, n int) {
		engine := newEngine()
		streams := openAll(b, engine, n, true, room)
		sent := 0
		send := func() {
			if err := engine.Broadcast(b.Context(), room, sse.Event{Name: "typing", Data: text}); err != nil {
				b.Fatal(err)
			}
			if sent++; sent%batch == 0 {
				drain(b, streams)
			}
		}
		for range batch { // then the queues are as long as they will be
			send()
		}
		for b.Loop() {
			send()
		}
	})
}

// BenchmarkAppend is a durable event's way from Append to the queues, and being encoded, which the first of
// the streams does for all.
func BenchmarkAppend(b *testing.B) {
	subscribers(b, func(b *testing.B, n int) {
		engine := newEngine()
		streams := openAll(b, engine, n, false, room)
		keys := []sse.StreamKey{room}
		var id, rendered int64
		post := func() {
			id++
			engine.Append(&sse.Entry{
				Position: sse.Position{ID: id}, Kind: "message", Keys: keys, Size: len(text),
				Render: func(string, bool) (sse.Event, error) {
					rendered++
					return sse.Event{ID: "1", Name: "message", Data: text}, nil
				},
			})
			next(b, streams[0])
			if id%batch == 0 {
				drain(b, streams[1:])
			}
		}
		for range batch {
			post()
		}
		for b.Loop() {
			post()
		}
		if rendered != id {
			b.Errorf("%d events were encoded %d times", id, rendered)
		}
	})
}

// BenchmarkChurn is one stream's coming and going while 10,000 others are open: on the same key, or each on one of
// its own.
func BenchmarkChurn(b *testing.B) {
	const others = 10_000
	for _, c := range []struct {
		name string
		key  func(i int) sse.StreamKey
	}{
		{"same-key", func(int) sse.StreamKey { return room }},
		{"own-keys", func(i int) sse.StreamKey { return sse.Key("room", i) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			engine := newEngine()
			for i := range others {
				if _, err := open(engine, i, false, c.key(i)); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				stream, err := open(engine, others, false, c.key(others))
				if err != nil {
					b.Fatal(err)
				}
				stream.Stop()
			}
			if n := engine.Stats().Streams; n != others {
				b.Errorf("%d streams are open", n)
			}
		})
	}
}
