package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

// The model runs the real feed, engine and broadcast on three servers, with a database that fails over
// and loses its tail, a bus that loses, repeats and delays, servers that die and clients that are slow
// or cut off in the middle. Whatever happens: positions rise on every connection, nobody is told of a
// room at a position where they were no member, and in the end every page is what a fresh one would be.

var (
	modelRooms = []chat.RoomID{"general", "ops", "lounge"}
	modelUsers = []chat.UserID{"ada", "grace", "linus", "margaret"}
)

// plant is a mistake to be found: what the design must not leave out.
type plant string

const (
	noPlant        plant = ""
	noTailPoll     plant = "the log's tail is never polled"
	noEpoch        plant = "epochs are not told apart"
	headHeartbeat  plant = "the heartbeat carries the head of the log"
	liveOnly       plant = "a stream is live without replay"
	noJoinPosition plant = "visibility ignores the position of the join"
)

func TestEveryPageEndsCompleteWhateverFails(t *testing.T) {
	schedules := 150
	if s := os.Getenv("CHAT_TEST_SCHEDULES"); s != "" {
		schedules, _ = strconv.Atoi(s)
	}
	for i := range schedules {
		if faults := runModel(t, uint64(i), noPlant); len(faults) > 0 {
			t.Fatalf("schedule %d: %s", i, faults[0])
		}
	}
}

func TestTheModelFindsPlantedMistakes(t *testing.T) {
	for _, p := range []plant{noTailPoll, noEpoch, headHeartbeat, liveOnly, noJoinPosition} {
		t.Run(string(p), func(t *testing.T) {
			for i := range 200 {
				if faults := runModel(t, uint64(i), p); len(faults) > 0 {
					t.Logf("found by schedule %d: %s", i, faults[0])
					return
				}
			}
			t.Fatal("no schedule found the mistake: the model proves nothing")
		})
	}
}

// model is one run.
type model struct {
	rng     *rand.Rand
	plant   plant
	log     *modelLog
	cursors *chat.Cursors
	nodes   []*modelNode

	mu     sync.Mutex
	faults []string
}

func (m *model) fault(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = append(m.faults, fmt.Sprintf(format, args...))
}

func runModel(t *testing.T, seed uint64, p plant) (faults []string) {
	synctest.Test(t, func(t *testing.T) {
		m := &model{
			rng: rand.New(rand.NewPCG(seed, 1)), plant: p,
			log:     &modelLog{epoch: 1},
			cursors: chat.NewCursors(make([]byte, 16)),
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 3 {
			n := &modelNode{model: m}
			n.start(ctx)
			m.nodes = append(m.nodes, n)
		}
		var pages []*modelPage
		for i, user := range modelUsers {
			page := &modelPage{model: m, user: user, rng: rand.New(rand.NewPCG(seed, uint64(2+i)))}
			pages = append(pages, page)
			wg.Go(func() { page.run(ctx) })
		}
		for range 120 {
			m.step(ctx)
		}
		for _, page := range pages {
			page.calm.Store(true)
		}
		elapse(15 * time.Second)
		synctest.Wait()
		for _, page := range pages {
			page.compare()
		}
		cancel()
		wg.Wait()
		faults = m.faults
	})
	return faults
}

// step does something, or lets something fail.
func (m *model) step(ctx context.Context) {
	elapse(time.Duration(m.rng.IntN(60)) * time.Millisecond)
	user := modelUsers[m.rng.IntN(len(modelUsers))]
	room := modelRooms[m.rng.IntN(len(modelRooms))]
	node := m.nodes[m.rng.IntN(len(m.nodes))]
	switch n := m.rng.IntN(100); {
	case n < 40:
		node.commit(m.act(chat.MessagePosted, user, room))
	case n < 52:
		node.commit(m.act(chat.MessageEdited, user, room))
	case n < 60:
		node.commit(m.act(chat.MessageDeleted, user, room))
	case n < 80:
		node.commit(m.act(chat.UserJoined, user, room))
	case n < 88:
		node.commit(m.act(chat.UserLeft, user, room))
	case n < 93:
		node.restart(ctx)
	case n < 95:
		m.log.failOver(m.rng.IntN(4))
	}
}

// act makes the event of an action, if the state allows it.
func (m *model) act(kind chat.Kind, user chat.UserID, room chat.RoomID) func(modelState) (modelEvent, bool) {
	id := chat.MessageID(fmt.Sprint("m", m.rng.IntN(1<<30)))
	pick := m.rng.IntN(1 << 30)
	return func(s modelState) (modelEvent, bool) {
		e := modelEvent{Event: chat.Event{Kind: kind, RoomID: room, ActorID: user}, body: fmt.Sprint("text ", pick)}
		_, member := s.members[room][user]
		switch kind {
		case chat.UserJoined:
			e.UserID = user
			return e, !member
		case chat.UserLeft:
			e.UserID = user
			return e, member
		case chat.MessagePosted:
			e.MessageID = id
			return e, member
		}
		known := slices.Sorted(maps.Keys(s.rooms[room]))
		if !member || len(known) == 0 {
			return e, false
		}
		e.MessageID = known[pick%len(known)]
		return e, true
	}
}

// modelNode is a server.
type modelNode struct {
	model *model

	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	engine *sse.Engine
	feed   *chat.Feed
}

func (n *modelNode) start(parent context.Context) {
	m := n.model
	log := &plantedLog{modelLog: m.log, node: n}
	b := NewBroadcast(log, m.cursors, false)
	cursor := b.Cursor
	if m.plant == headHeartbeat {
		cursor = func(sse.Position) string {
			head, _ := m.log.Head(context.Background())
			return m.cursors.Encode(head)
		}
	}
	engine := sse.New(sse.Config{
		Replay: b.Replay, Cursor: cursor, Control: b.Control,
		Heartbeat: time.Second, Ring: 12, Pending: 4, PerKey: 8, Total: 20,
	})
	feed := chat.NewFeed(log,
		func(e chat.Event) { engine.Append(b.Entry(e)) },
		func(p chat.Position) { engine.Reset(sse.Position(p)) },
		slog.New(slog.DiscardHandler))
	n.mu.Lock()
	defer n.mu.Unlock()
	n.engine, n.feed = engine, feed
	n.ctx, n.cancel = context.WithCancel(parent)
	go feed.Run(n.ctx)
	go func() { _ = engine.Run(n.ctx) }()
}

// restart kills the server, its streams included, and starts it again a little later.
func (n *modelNode) restart(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ctx.Err() != nil {
		return
	}
	n.cancel()
	pause := time.Duration(n.model.rng.IntN(500)) * time.Millisecond
	go func() {
		elapse(pause)
		if ctx.Err() == nil {
			n.start(ctx)
		}
	}()
}

func (n *modelNode) up() (*sse.Engine, *chat.Feed, context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.engine, n.feed, n.ctx
}

// commit stores an event and announces it as badly as can be.
func (n *modelNode) commit(decide func(modelState) (modelEvent, bool)) {
	m := n.model
	batch, ok := m.log.commit(decide)
	if !ok {
		return
	}
	_, feed, ctx := n.up()
	if ctx.Err() == nil && m.rng.IntN(10) > 0 {
		feed.Committed(batch)
	}
	if m.rng.IntN(10) == 0 {
		return // killed between commit and publish
	}
	for _, other := range m.nodes {
		if other == n || m.rng.IntN(8) == 0 {
			continue
		}
		for range 1 + m.rng.IntN(8)/7 {
			delay := time.Duration(m.rng.IntN(80)) * time.Millisecond
			go func() {
				elapse(delay)
				if _, feed, ctx := other.up(); ctx.Err() == nil {
					feed.Offer(batch)
				}
			}()
		}
	}
}

// plantedLog is the log as a node sees it, with the planted mistake.
type plantedLog struct {
	*modelLog
	node *modelNode
}

func (l *plantedLog) Head(ctx context.Context) (chat.Position, error) {
	head, err := l.modelLog.Head(ctx)
	if _, feed, _ := l.node.up(); l.node.model.plant == noTailPoll && feed != nil {
		if applied := feed.Applied(); applied.Epoch == head.Epoch {
			return applied, nil
		}
	}
	if l.node.model.plant == noEpoch {
		head.Epoch = 1
	}
	return head, err
}

func (l *plantedLog) Events(ctx context.Context, after int64, limit int) (chat.Batch, error) {
	b, err := l.modelLog.Events(ctx, after, limit)
	if l.node.model.plant == noEpoch {
		b.Epoch = 1
		for i := range b.Events {
			b.Events[i].Epoch = 1
		}
	}
	return b, err
}

func (l *plantedLog) Fork(ctx context.Context, seen chat.Position) error {
	if l.node.model.plant == noEpoch {
		return nil
	}
	return l.modelLog.Fork(ctx, seen)
}

func (l *plantedLog) Replay(ctx context.Context, q chat.ReplayQuery) (chat.Replay, error) {
	if l.node.model.plant == noEpoch {
		q.After.Epoch = l.epochNow()
	}
	r, err := l.modelLog.Replay(ctx, q)
	if l.node.model.plant == noEpoch {
		r.Upto.Epoch, r.Head.Epoch = 1, 1
	}
	return r, err
}

func (l *modelLog) epochNow() uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.epoch
}

// frame is an event as a client reads it.
type frame struct {
	id, name string
	data     jsonEvent
}

// parseFrame reads the one event in b.
func parseFrame(b []byte) frame {
	m, _ := sse.NewDecoder(bytes.NewReader(b)).Next()
	return asFrame(m)
}

func asFrame(m sse.Message) frame {
	f := frame{id: m.LastEventID, name: m.Name}
	_ = json.Unmarshal([]byte(m.Data), &f.data) // bye and ping hold no JSON
	return f
}

// elapse lets virtual time pass: for synctest bubbles only.
func elapse(d time.Duration) { <-time.After(d) }
