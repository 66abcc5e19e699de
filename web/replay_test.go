package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/sse"
	"example.com/chat/web/webtest"
)

func TestReplayFromRingAndStoreGivesThePageThatLiveGives(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := webtest.New(t, h.URL, 1)
		type follower struct {
			page   *sheet
			start  *sheet
			stream *sse.Stream
		}
		var followers []follower
		for i := range 240 {
			if i%20 == 0 {
				page := h.fresh(l.People()[i/20%3])
				followers = append(followers, follower{page, page.copy(), page.follow(h.ring)})
			}
			l.Step()
			for _, f := range followers {
				if i%3 == 0 {
					f.page.drain(f.stream)
				}
			}
		}
		l.Complete()
		h.settle()
		told := 0
		for i, f := range followers {
			want := h.fresh(f.page.g)
			f.page.read(f.stream)
			f.stream.Stop()
			if how := f.page.differs(want); how != "" {
				t.Errorf("follower %d, live, is not as a fresh page:\n%s", i, how)
			}
			for name, engine := range map[string]*sse.Engine{"ring": h.ring, "store": h.reader} {
				page := f.start.copy()
				stream := page.follow(engine)
				page.read(stream)
				stream.Stop()
				if how := page.differs(want); how != "" {
					t.Errorf("follower %d, from the %s, is not as a fresh page:\n%s", i, name, how)
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
func steadyFrames(stream [][]byte) []byte {
	return bytes.Join(slices.DeleteFunc(stream, func(frame []byte) bool {
		return bytes.Contains(frame, []byte("event: notification\n")) || bytes.Contains(frame, []byte("event: level\n"))
	}), nil)
}

func TestRingAndStoreTellTheSameFrames(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := webtest.New(t, h.URL, 2)
		l.Steady = true
		var starts []*sheet
		for i := range 150 {
			if i%15 == 0 {
				starts = append(starts, h.fresh(l.People()[i/15%3]))
			}
			l.Step()
		}
		h.settle()
		for i, start := range starts {
			ring, store := steadyFrames(h.frames(start, h.ring)), steadyFrames(h.frames(start, h.reader))
			if !bytes.Equal(ring, store) {
				t.Errorf("start %d: the ring and the store differ in\n%s", i, differ(string(ring), string(store)))
			}
			if i == 0 && len(ring) == 0 {
				t.Fatal("nothing was told: this proves nothing")
			}
		}
	})
}

// A stream is cut off at every byte. What has been heard of an event that is not over is nothing; and from where the
// page is then, it comes to what it would have come to uncut.
func TestAStreamCutAtAnyByteAndResumedGivesTheSamePage(t *testing.T) {
	onEveryStore(t, func(t *testing.T, h *house) {
		l := webtest.New(t, h.URL, 3)
		page := h.fresh(l.People()[0])
		for range 220 {
			l.Step()
		}
		h.settle()
		want := h.fresh(page.g)
		all := h.frames(page, h.ring)
		if len(all) < 40 {
			t.Fatalf("only %d events were told: this proves little", len(all))
		}
		for i, frame := range all {
			for cut := range frame {
				if page.hear(frame[:cut]) > 0 {
					t.Fatalf("event %d was heard after %d of its bytes: %q", i, cut, frame)
				}
			}
			for name, engine := range map[string]*sse.Engine{"ring": h.ring, "store": h.reader} {
				resumed := page.copy()
				resumed.hear(bytes.Join(h.frames(page, engine), nil))
				if how := resumed.differs(want); how != "" {
					t.Fatalf("cut after event %d and resumed from the %s the page is not as a fresh one:\n%s", i, name, how)
				}
			}
			if page.hear(frame) != 1 {
				t.Fatalf("event %d is not one: %q", i, frame)
			}
		}
		if how := page.differs(want); how != "" {
			t.Errorf("uncut the page is not as a fresh one:\n%s", how)
		}
	})
}

func TestBothStoresComeToTheSamePages(t *testing.T) {
	var texts []string
	for name, open := range stores {
		h := newHouse(t, open(t))
		l := webtest.New(t, h.URL, 4)
		for range 200 {
			l.Step()
		}
		text := ""
		for _, p := range l.People() {
			text += p.Name + "\n" + anonymous(h.fresh(p), l.Rooms(), l.People()) + "\n"
		}
		texts = append(texts, text)
		if len(texts) == 2 && texts[0] != texts[1] {
			t.Errorf("%s comes to this page, SQLite or Postgres to the other:\n%s", name, differ(texts[1], texts[0]))
		}
	}
	if len(texts) != 2 {
		t.Fatalf("%d stores were compared", len(texts))
	}
}

// anonymous is a page with the random ids of rooms and people replaced by the order in which they were made.
func anonymous(s *sheet, rooms []string, people []*webtest.Person) string {
	var pairs []string
	for i, id := range rooms {
		pairs = append(pairs, id+" ", fmt.Sprintf("room %03d ", i))
	}
	for i, p := range people {
		pairs = append(pairs, p.ID, fmt.Sprint("person ", i))
	}
	lines := strings.Split(strings.NewReplacer(pairs...).Replace(s.String()), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
