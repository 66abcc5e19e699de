package sse

// audience is the set of streams subscribed to a key: a slice to walk, and where each stands in it.
type audience struct {
	list  []*Stream
	index map[*Stream]int
}

// all is safe on a nil audience.
func (a *audience) all() []*Stream {
	if a == nil {
		return nil
	}
	return a.list
}

// subscribe adds the stream to the key's audience. The caller holds e.mu.
func (e *Engine) subscribe(s *Stream, key StreamKey) {
	a := e.audience[key]
	if a == nil {
		a = &audience{index: map[*Stream]int{}}
		e.audience[key] = a
	}
	if _, ok := a.index[s]; !ok {
		a.index[s] = len(a.list)
		a.list = append(a.list, s)
	}
}

// unsubscribe removes the stream from the key's audience. The caller holds e.mu.
func (e *Engine) unsubscribe(s *Stream, key StreamKey) {
	a := e.audience[key]
	if a == nil {
		return
	}
	i, ok := a.index[s]
	if !ok {
		return
	}
	last := len(a.list) - 1
	a.list[i] = a.list[last]
	a.index[a.list[i]] = i
	a.list[last] = nil
	a.list = a.list[:last]
	delete(a.index, s)
	if last == 0 {
		delete(e.audience, key)
	}
}
