package sse

import "iter"

// ring keeps the newest entries of the sequence, without a hole.
type ring struct {
	entries   []*Entry // of ids floor+1 … floor+len, the oldest at start
	start     int
	size      int
	floor     int64             // the id before the oldest entry
	bySubject map[string]*Entry // the newest entry of each subject in the ring
}

func newRing(capacity int) *ring {
	return &ring{entries: make([]*Entry, capacity), bySubject: map[string]*Entry{}}
}

// reset empties the ring; the next entry follows id.
func (r *ring) reset(id int64) {
	clear(r.entries)
	clear(r.bySubject)
	r.start, r.size, r.floor = 0, 0, id
}

// add appends the next entry, forgetting the oldest if the ring is full and what it replaces.
func (r *ring) add(e *Entry) {
	if r.size == len(r.entries) {
		oldest := r.entries[r.start]
		if r.bySubject[oldest.Subject] == oldest {
			delete(r.bySubject, oldest.Subject)
		}
		r.start = (r.start + 1) % len(r.entries)
		r.size--
		r.floor++
	}
	r.entries[(r.start+r.size)%len(r.entries)] = e
	r.size++
	if e.Subject == "" {
		return
	}
	if older := r.bySubject[e.Subject]; older != nil {
		older.supersede()
	}
	r.bySubject[e.Subject] = e
}

// covers says whether the ring holds everything after id.
func (r *ring) covers(id int64) bool { return id >= r.floor }

// after gives the entries after id, in order. The ring must cover it.
func (r *ring) after(id int64) iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for i := max(id-r.floor, 0); i < int64(r.size); i++ {
			if !yield(r.entries[(r.start+int(i))%len(r.entries)]) {
				return
			}
		}
	}
}
