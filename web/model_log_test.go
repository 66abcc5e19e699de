package web

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"example.com/chat/internal/chat"
)

// modelLog is the database of the model: events with what they did, and nothing else. Every answer is
// folded from them anew, so it shares no code, and no mistake, with the stores.
type modelLog struct {
	mu     sync.Mutex
	epoch  uint32
	events []modelEvent
	lost   int // events lost in failovers
}

type modelEvent struct {
	chat.Event
	body string // of a message posted or edited
}

// modelRoom is a room as a page shows it: messages by id. The value is the text.
type modelRoom map[chat.MessageID]string

type modelState struct {
	rooms   map[chat.RoomID]modelRoom
	members map[chat.RoomID]map[chat.UserID]int64 // the id of the join
	posted  map[chat.MessageID]int64
	changed map[chat.MessageID]int64
	revs    map[chat.RoomID]int64
}

// fold gives the state after the first n events.
func (l *modelLog) fold(n int) modelState {
	s := modelState{map[chat.RoomID]modelRoom{}, map[chat.RoomID]map[chat.UserID]int64{}, map[chat.MessageID]int64{}, map[chat.MessageID]int64{}, map[chat.RoomID]int64{}}
	for _, room := range modelRooms {
		s.rooms[room], s.members[room] = modelRoom{}, map[chat.UserID]int64{}
	}
	for _, e := range l.events[:n] {
		s.revs[e.RoomID]++
		switch e.Kind {
		case chat.MessagePosted:
			s.posted[e.MessageID] = e.ID
			s.rooms[e.RoomID][e.MessageID] = e.body
		case chat.MessageEdited:
			s.rooms[e.RoomID][e.MessageID] = e.body
		case chat.MessageDeleted:
			delete(s.rooms[e.RoomID], e.MessageID)
		case chat.UserJoined:
			s.members[e.RoomID][e.UserID] = e.ID
		case chat.UserLeft:
			delete(s.members[e.RoomID], e.UserID)
		}
		if e.MessageID != "" {
			s.changed[e.MessageID] = e.ID
		}
	}
	return s
}

// tell joins what an event tells, as of the state.
func (s modelState) tell(e modelEvent) chat.Event {
	e.Told.User, e.Told.Actor = chat.Person{ID: e.UserID}, chat.Person{ID: e.ActorID}
	if e.MessageID != "" {
		body, ok := s.rooms[e.RoomID][e.MessageID]
		m := chat.Message{ID: e.MessageID, RoomID: e.RoomID, RoomRev: e.RoomRev, Body: body, PostedID: s.posted[e.MessageID], ChangedID: s.changed[e.MessageID]}
		if !ok {
			m.DeletedAt = e.At.AddDate(2000, 0, 0)
		}
		e.Told.Message = &m
	}
	return e.Event
}

func (l *modelLog) head() chat.Position {
	return chat.Position{Epoch: l.epoch, ID: int64(len(l.events))}
}

// commit appends an event if decide, given the state, has one to append.
func (l *modelLog) commit(decide func(modelState) (modelEvent, bool)) (chat.Batch, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.fold(len(l.events))
	e, ok := decide(before)
	if !ok {
		return chat.Batch{}, false
	}
	e.ID, e.Epoch, e.RoomRev = int64(len(l.events))+1, l.epoch, before.revs[e.RoomID]+1
	l.events = append(l.events, e)
	return chat.Batch{Epoch: l.epoch, Events: []chat.Event{l.fold(len(l.events)).tell(e)}}, true
}

// failOver loses the last n events, as an asynchronous replica does, and begins a new epoch.
func (l *modelLog) failOver(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = min(n, len(l.events))
	l.events = l.events[:len(l.events)-n]
	l.lost += n
	l.epoch++
}

// Head implements chat.Log.
func (l *modelLog) Head(context.Context) (chat.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head(), nil
}

// Events implements chat.Log.
func (l *modelLog) Events(_ context.Context, after int64, limit int) (chat.Batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := chat.Batch{Epoch: l.epoch}
	s := l.fold(len(l.events))
	for _, e := range l.events[min(int(after), len(l.events)):] {
		if len(b.Events) < limit {
			b.Events = append(b.Events, s.tell(e))
		}
	}
	return b, nil
}

// Fork implements chat.Log.
func (l *modelLog) Fork(_ context.Context, seen chat.Position) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seen.Epoch == l.epoch && seen.ID > int64(len(l.events)) {
		l.epoch++
	}
	return nil
}

// opening is what a stream starts from: the user's rooms and the head, in one snapshot.
func (l *modelLog) opening(user chat.UserID) (map[chat.RoomID]int64, chat.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rooms := map[chat.RoomID]int64{}
	for room, members := range l.fold(len(l.events)).members {
		if joined, ok := members[user]; ok {
			rooms[room] = joined
		}
	}
	return rooms, l.head()
}

// page is what a fresh page of the user shows: the rooms they are in.
func (l *modelLog) page(user chat.UserID) (map[chat.RoomID]modelRoom, map[chat.RoomID]int64, chat.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.fold(len(l.events))
	rooms := map[chat.RoomID]modelRoom{}
	for room, members := range s.members {
		if _, ok := members[user]; ok {
			rooms[room] = s.rooms[room]
		}
	}
	return rooms, s.revs, l.head()
}

// memberAt judges from the log alone: was the user a member of the room at this event?
func (l *modelLog) memberAt(user chat.UserID, room chat.RoomID, id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.fold(int(min(id, int64(len(l.events))))).members[room][user]
	return ok
}

// Replay implements Replayer.
func (l *modelLog) Replay(_ context.Context, q chat.ReplayQuery) (chat.Replay, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	head := l.head()
	switch {
	case q.After.Epoch != l.epoch:
		return chat.Replay{Reset: chat.ResetEpoch, Head: head}, nil
	case q.After.ID > head.ID:
		return chat.Replay{Reset: chat.ResetAhead, Head: head}, nil
	}
	s := l.fold(len(l.events))
	r := chat.Replay{Head: head, Upto: chat.Position{Epoch: l.epoch, ID: min(q.Until, head.ID)}}
	perRoom := map[chat.RoomID]int{}
	raw := 0
	for _, e := range l.events[q.After.ID:r.Upto.ID] {
		in := e.UserID == q.User
		for _, m := range q.Rooms {
			if m.RoomID == e.RoomID && m.Since <= e.ID {
				in = true
				perRoom[e.RoomID]++
			}
		}
		if !in {
			continue
		}
		raw++
		if c := s.changed[e.MessageID]; e.MessageID == "" || c == e.ID || c > q.Until {
			r.Events = append(r.Events, s.tell(e))
		}
		if raw == q.Limit {
			r.Upto.ID = e.ID
			return r, nil
		}
	}
	if q.PerRoom > 0 {
		for room, n := range perRoom {
			if n > q.PerRoom {
				r.Stale = append(r.Stale, room)
				r.Events = slices.DeleteFunc(r.Events, func(e chat.Event) bool { return e.RoomID == room })
			}
		}
		slices.Sort(r.Stale)
	}
	if q.Total > 0 && len(r.Events) > q.Total {
		return chat.Replay{Reset: chat.ResetTooMuch, Head: head}, nil
	}
	return r, nil
}

func (p modelRoom) String() string { return fmt.Sprint(map[chat.MessageID]string(p)) }
