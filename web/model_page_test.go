package web

import (
	"context"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// modelPage is a page in a browser: what it shows, and the stream that keeps it so.
type modelPage struct {
	model *model
	user  chat.UserID
	rng   *rand.Rand
	calm  atomic.Bool // no more slowness and cuts

	mu     sync.Mutex
	loaded bool
	rooms  map[chat.RoomID]modelRoom
	revs   map[chat.RoomID]int64 // what the page shows of each room is as of here
	cursor string
}

func (p *modelPage) run(ctx context.Context) {
	for ctx.Err() == nil {
		if !p.loaded {
			p.load()
		}
		p.read(ctx)
		elapse(time.Duration(p.rng.IntN(300)) * time.Millisecond)
	}
}

// load is a full page load.
func (p *modelPage) load() {
	rooms, revs, head := p.model.log.page(p.user)
	if p.model.plant == noEpoch {
		head.Epoch = 1
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rooms, p.revs = map[chat.RoomID]modelRoom{}, maps.Clone(revs)
	for room, messages := range rooms {
		p.rooms[room] = maps.Clone(messages)
	}
	p.cursor, p.loaded = p.model.cursors.Encode(head), true
}

// fetch loads one room.
func (p *modelPage) fetch(room chat.RoomID) {
	rooms, revs, _ := p.model.log.page(p.user)
	delete(p.rooms, room)
	if messages, ok := rooms[room]; ok {
		p.rooms[room] = maps.Clone(messages)
	}
	p.revs[room] = revs[room]
}

// read opens a stream on some server and reads until it ends or is cut.
func (p *modelPage) read(ctx context.Context) {
	engine, _, nodeCtx := p.model.nodes[p.rng.IntN(len(p.model.nodes))].up()
	stream := p.open(engine)
	if stream == nil {
		return
	}
	defer stream.Stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(nodeCtx, cancel)()
	if !p.calm.Load() {
		defer time.AfterFunc(time.Duration(p.rng.IntN(3000))*time.Millisecond, func() {
			if !p.calm.Load() {
				cancel()
			}
		}).Stop()
	}
	last := int64(-1)
	for {
		frames, err := stream.Next(ctx)
		if err != nil {
			return
		}
		for _, b := range frames {
			if !p.calm.Load() && p.rng.IntN(20) == 0 {
				return // cut off in the middle of what was written
			}
			f := parseFrame(b)
			last = p.check(f, last)
			if p.apply(f); !p.loaded {
				return
			}
		}
		if !p.calm.Load() && p.rng.IntN(4) == 0 {
			elapse(time.Duration(p.rng.IntN(1500)) * time.Millisecond)
		}
	}
}

func (p *modelPage) open(engine *sse.Engine) *sse.Stream {
	rooms, now := p.model.log.opening(p.user)
	if p.model.plant == noEpoch {
		now.Epoch = 1
	}
	o := sse.Opening{Format: formatJSON, Owner: userKey(p.user), Keys: map[sse.StreamKey]int64{}, Now: sse.Position(now)}
	for room, joined := range rooms {
		if p.model.plant == noJoinPosition {
			joined = 0
		}
		o.Keys[roomKey(room)] = joined
	}
	if at, ok := p.model.cursors.Decode(p.cursor); ok && p.model.plant != liveOnly {
		position := sse.Position(at)
		o.Cursor = &position
	}
	stream, err := engine.Open(o)
	if err != nil {
		return nil
	}
	return stream
}

// check holds a frame against the log.
func (p *modelPage) check(f frame, last int64) int64 {
	at, ok := p.model.cursors.Decode(f.id)
	if !ok {
		return last
	}
	if f.name == "ping" || f.name == "room_stale" || f.name == "reset" {
		return max(last, at.ID)
	}
	if at.ID <= last {
		p.model.fault("%s: position %d after %d on one connection", p.user, at.ID, last)
	}
	ofSelf := f.data.User != nil && f.data.User.ID == p.user
	if at.Epoch == p.model.log.epochNow() && !ofSelf && !p.model.log.memberAt(p.user, f.data.Room, at.ID) {
		p.model.fault("%s was told of %s at %d, where they were no member: %+v", p.user, f.data.Room, at.ID, f.data)
	}
	return at.ID
}

// apply does what a page does with an event, and moves the cursor afterwards.
func (p *modelPage) apply(f frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	room := f.data.Room
	switch {
	case f.name == "reset":
		p.loaded = false
		return
	case f.name == "room_stale":
		p.fetch(room)
	case f.name == "user_joined" && f.data.User.ID == p.user, f.name == "user_left" && f.data.User.ID == p.user:
		p.fetch(room)
	case f.data.RoomRev <= p.revs[room] || f.data.Room == "":
	default:
		p.revs[room] = f.data.RoomRev
		shown, ok := p.rooms[room]
		if m := f.data.Message; ok && m != nil {
			if f.name == "message_deleted" {
				delete(shown, m.ID)
			} else {
				shown[m.ID] = m.Body
			}
		}
	}
	if f.id != "" {
		p.cursor = f.id
	}
}

// compare holds the page against a fresh one.
func (p *modelPage) compare() {
	p.mu.Lock()
	defer p.mu.Unlock()
	fresh, _, _ := p.model.log.page(p.user)
	for room, want := range fresh {
		if got := p.rooms[room]; !maps.Equal(got, want) {
			p.model.fault("%s sees in %s %v, a fresh page %v", p.user, room, got, want)
		}
	}
	for room := range p.rooms {
		if _, ok := fresh[room]; !ok {
			p.model.fault("%s still sees %s", p.user, room)
		}
	}
}
