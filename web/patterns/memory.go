package patterns

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The same as those of the lists in Redis (internal/redis).
const (
	listLength = 1000
	listLife   = time.Hour
	popWait    = time.Second
)

// Memory is the Queue of an installation with one server. It keeps the promises of that in Redis and one
// more: no value is ever lost on its way.
type Memory struct {
	mu    sync.Mutex // guards the lists and all that is in them
	lists map[string]*list
}

var _ Queue = (*Memory)(nil)

// list has values or readers who wait for one, never both.
type list struct {
	values  []string
	waiting []chan string // with room for the one value that will come; the first has waited longest
	pushed  time.Time
	expiry  *time.Timer // nil until the first push
}

// NewMemory makes empty queues.
func NewMemory() *Memory { return &Memory{lists: map[string]*list{}} }

// Push adds a value at the end of a list.
func (m *Memory) Push(_ context.Context, name, value string) error {
	m.push(name, value, func(l *list) { l.values = append(l.values, value) })
	return nil
}

// PushFront puts a value back that was popped and could not be handed on.
func (m *Memory) PushFront(_ context.Context, name, value string) error {
	m.push(name, value, func(l *list) { l.values = slices.Insert(l.values, 0, value) })
	return nil
}

func (m *Memory) push(name, value string, keep func(*list)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.list(name)
	if len(l.waiting) > 0 {
		l.waiting[0] <- value
		l.waiting = l.waiting[1:]
		m.tidy(name, l)
		return
	}
	keep(l)
	l.values = l.values[max(0, len(l.values)-listLength):]
	l.pushed = time.Now()
	if l.expiry == nil {
		l.expiry = time.AfterFunc(listLife, func() { m.expire(name, l) })
	} else {
		l.expiry.Reset(listLife)
	}
}

// Pop takes the first value of a list, waiting up to a second for one. When ctx ends it returns at once, with
// its error and without a value.
func (m *Memory) Pop(ctx context.Context, name string) (value string, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return "", false, err
	}
	m.mu.Lock()
	l := m.list(name)
	if len(l.values) > 0 {
		value, l.values = l.values[0], l.values[1:]
		m.tidy(name, l)
		m.mu.Unlock()
		return value, true, nil
	}
	come := make(chan string, 1)
	l.waiting = append(l.waiting, come)
	m.mu.Unlock()
	return m.await(ctx, name, l, come)
}

func (m *Memory) await(ctx context.Context, name string, l *list, come chan string) (value string, ok bool, err error) {
	over := time.NewTimer(popWait)
	defer over.Stop()
	select {
	case value = <-come:
		ok = true
	case <-over.C:
	case <-ctx.Done():
	}
	if !ok {
		value, ok = m.leave(name, l, come)
	}
	if ctx.Err() == nil {
		return value, ok, nil
	}
	if ok {
		_ = m.PushFront(ctx, name, value) // which never fails here
	}
	return "", false, ctx.Err()
}

// leave gives up waiting, and gives the value that came at that very moment, if one did.
func (m *Memory) leave(name string, l *list, come chan string) (value string, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l.waiting = slices.DeleteFunc(l.waiting, func(c chan string) bool { return c == come })
	m.tidy(name, l)
	select {
	case value = <-come:
		return value, true
	default:
		return "", false
	}
}

// list finds a list, or begins it. The caller holds mu.
func (m *Memory) list(name string) *list {
	l, ok := m.lists[name]
	if !ok {
		l = &list{}
		m.lists[name] = l
	}
	return l
}

// tidy forgets a list that has nothing left. The caller holds mu.
func (m *Memory) tidy(name string, l *list) {
	if len(l.values) == 0 && len(l.waiting) == 0 && m.lists[name] == l {
		delete(m.lists, name)
		if l.expiry != nil {
			l.expiry.Stop()
		}
	}
}

// expire forgets the values of a list that nothing was pushed to for long. A push may have come first.
func (m *Memory) expire(name string, l *list) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(l.pushed) >= listLife {
		l.values = nil
		m.tidy(name, l)
	}
}
