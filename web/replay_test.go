package web

import (
	"bytes"
	"context"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// onEveryStore runs a test on each database.
func onEveryStore(t *testing.T, test func(t *testing.T, h *house)) {
	for name, open := range stores {
		t.Run(name, func(t *testing.T) { test(t, newHouse(t, open(t))) })
	}
}

func TestReplayFromRingAndStoreGivesThePageThatLiveGives(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := newLife(h, 1)
		type follower struct {
			page   *sheet
			start  *sheet
			stream *sse.Stream
		}
		var followers []follower
		for i := range 240 {
			if i%20 == 0 {
				page := h.fresh(l.guests[i/20%3])
				followers = append(followers, follower{page, page.copy(), page.follow(h.ring)})
			}
			l.step()
			for _, f := range followers {
				if i%3 == 0 {
					f.page.drain(f.stream)
				}
			}
		}
		h.await("the feed is level", func() bool {
			head, err := h.store.Head(t.Context())
			return err == nil && h.feed.Applied() == head
		})
		told := 0
		for i, f := range followers {
			want := h.fresh(f.page.g).String()
			f.page.read(f.stream)
			f.stream.Stop()
			if got := f.page.String(); got != want {
				t.Errorf("follower %d, live:\n%s\nfresh:\n%s", i, got, want)
			}
			for name, engine := range map[string]*sse.Engine{"ring": h.ring, "store": h.reader} {
				page := f.start.copy()
				stream := page.follow(engine)
				page.read(stream)
				stream.Stop()
				if got := page.String(); got != want {
					t.Errorf("follower %d, from the %s:\n%s\nfresh:\n%s", i, name, got, want)
				}
				if page.resets+page.stales > 0 {
					t.Errorf("follower %d, from the %s: %d resets, %d stale rooms", i, name, page.resets, page.stales)
				}
			}
			told += len(f.start.rooms)
		}
		if h.reader.Stats().Replays == 0 || told == 0 {
			t.Fatal("nothing was read from the store: this proves nothing")
		}
	})
}

// steadyFrames leaves out those that are told as things are now: what a notification was about may have been
// read meanwhile, or be gone, which later ones tell.
func steadyFrames(stream []byte) (kept []byte) {
	for frame := range bytes.SplitAfterSeq(stream, []byte("\n\n")) {
		if !bytes.Contains(frame, []byte("event: notification\n")) && !bytes.Contains(frame, []byte("event: level\n")) {
			kept = append(kept, frame...)
		}
	}
	return kept
}

func TestRingAndStoreTellTheSameFrames(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := newLife(h, 2)
		l.steady = true
		var starts []*sheet
		for i := range 150 {
			if i%15 == 0 {
				starts = append(starts, h.fresh(l.guests[i/15%3]))
			}
			l.step()
		}
		for i, start := range starts {
			ring, store := steadyFrames(h.frames(start, h.ring)), steadyFrames(h.frames(start, h.reader))
			if !bytes.Equal(ring, store) {
				t.Errorf("start %d: the ring tells\n%s\nthe store\n%s", i, ring, store)
			}
			if i == 0 && len(ring) == 0 {
				t.Fatal("nothing was told: this proves nothing")
			}
		}
	})
}

// frames are the bytes of a stream from where the page is up to the head, pings left out.
func (h *house) frames(s *sheet, engine *sse.Engine) (all []byte) {
	stream := s.follow(engine)
	defer stream.Stop()
	head := h.feed.Applied()
	for stream.Position().ID < head.ID {
		ctx, cancel := context.WithTimeout(h.t.Context(), 10*time.Second)
		frames, err := stream.Next(ctx)
		cancel()
		if err != nil {
			h.t.Fatal(err)
		}
		for _, b := range frames {
			if parseFrame(b).name != "ping" {
				all = append(all, b...)
			}
		}
	}
	return all
}

func TestAStreamCutAtAnyByteAndResumedGivesTheSamePage(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := newLife(h, 3)
		start := h.fresh(l.guests[1])
		for range 60 {
			l.step()
		}
		want := h.fresh(l.guests[1]).String()
		all := h.frames(start, h.ring)
		if len(all) < 1000 {
			t.Fatalf("only %d bytes were told: this proves little", len(all))
		}
		for cut := range len(all) {
			page := start.copy()
			page.hear(all[:cut])
			engine := h.ring
			if cut%10 == 0 {
				engine = h.reader
			}
			page.hear(h.frames(page, engine))
			if got := page.String(); got != want {
				t.Fatalf("cut at byte %d:\n%s\nuncut:\n%s", cut, got, want)
			}
		}
	})
}

// hear applies what has been received: events end with an empty line, and the rest has not been.
func (s *sheet) hear(stream []byte) {
	for d := sse.NewDecoder(bytes.NewReader(stream)); ; {
		m, err := d.Next()
		if err != nil {
			return
		}
		s.apply(asFrame(m))
	}
}

func TestBothStoresComeToTheSamePages(t *testing.T) {
	var texts []string
	for name, open := range stores {
		h := newHouse(t, open(t))
		l := newLife(h, 4)
		for range 200 {
			l.step()
		}
		text := ""
		for _, g := range l.guests {
			page := h.fresh(g)
			text += g.user.Name + "\n" + anonymous(page, l.rooms) + "\n"
		}
		texts = append(texts, text)
		if len(texts) == 2 && texts[0] != texts[1] {
			t.Errorf("%s comes to\n%s\nthe other to\n%s", name, texts[1], texts[0])
		}
	}
	if len(texts) != 2 {
		t.Fatalf("%d stores were compared", len(texts))
	}
}

// anonymous is a page with the rooms' random ids replaced by the order in which they were made.
func anonymous(s *sheet, rooms []chat.RoomID) string {
	c := s.copy()
	c.rooms = map[chat.RoomID]*sheetRoom{}
	for i, id := range rooms {
		if r, ok := s.rooms[id]; ok {
			c.rooms[chat.RoomID(rune('a'+i))] = r
		}
	}
	return c.String()
}
