package web

import (
	"context"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// follow opens a stream of the page's at its cursor.
func (s *sheet) follow(engine *sse.Engine) *sse.Stream {
	s.h.t.Helper()
	o, err := s.h.chat.Opening(s.h.t.Context(), s.g.Token)
	if err != nil {
		s.h.t.Fatal(err)
	}
	opening := sse.Opening{Format: formatJSON, Owner: userKey(o.User.ID), Keys: map[sse.StreamKey]int64{}, Now: sse.Position(o.Head)}
	keysOf(o, opening.Keys)
	if at, ok := s.h.cursors.Decode(s.cursor); ok {
		position := sse.Position(at)
		opening.Cursor = &position
	}
	stream, err := engine.Open(opening)
	if err != nil {
		s.h.t.Fatal(err)
	}
	return stream
}

// read applies what a stream has, until it is level with the head.
func (s *sheet) read(stream *sse.Stream) {
	s.h.t.Helper()
	for _, b := range s.h.upToTheHead(stream) {
		s.apply(parseFrame(b))
	}
	s.drain(stream)
}

// upToTheHead are the frames of a stream until it is level.
func (h *house) upToTheHead(stream *sse.Stream) (all [][]byte) {
	h.t.Helper()
	head := h.feed.Applied()
	for stream.Position().ID < head.ID {
		ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
		frames, err := stream.Next(ctx)
		cancel()
		if err != nil {
			h.t.Fatalf("at %v of %v: %v", stream.Position(), chat.Position(head), err)
		}
		all = append(all, frames...)
	}
	return all
}

// drain applies what is still queued.
func (s *sheet) drain(stream *sse.Stream) {
	for {
		ctx, cancel := context.WithTimeout(s.h.t.Context(), 5*time.Millisecond)
		frames, err := stream.Next(ctx)
		cancel()
		if err != nil {
			return
		}
		for _, b := range frames {
			s.apply(parseFrame(b))
		}
	}
}

// frames are the bytes of a stream from where the page is up to the head, pings left out.
func (h *house) frames(s *sheet, engine *sse.Engine) (all [][]byte) {
	h.t.Helper()
	stream := s.follow(engine)
	defer stream.Stop()
	for _, b := range h.upToTheHead(stream) {
		if parseFrame(b).name != "ping" {
			all = append(all, b)
		}
	}
	return all
}
