package sse

import (
	"iter"
	"time"
)

// ring keeps the newest entries of the sequence, without a hole.
type ring struct {
	entries   []*Entry // of ids floor+1 … floor+len, the oldest at start
	start     int
	size      int
	bytes     int               // held by the entries, as far as they were not superseded
	budget    int               // of bytes: above it the oldest are forgotten
	floor     int64             // the id before the oldest entry
	bySubject map[string]*Entry // the newest entry of each subject in the ring
}

func newRing(capacity, budget int) *ring {
	return &ring{entries: make([]*Entry, capacity), budget: budget, bySubject: map[string]*Entry{}}
}

// reset empties the ring; the next entry follows id.
func (r *ring) reset(id int64) {
	clear(r.entries)
	clear(r.bySubject)
	r.start, r.size, r.bytes, r.floor = 0, 0, 0, id
}

// add appends the next entry, forgetting the oldest if the ring is full, and what it replaces.
func (r *ring) add(e *Entry) {
	for r.size == len(r.entries) || r.size > 0 && r.bytes+e.Size > r.budget {
		r.forgetOldest()
	}
	r.entries[(r.start+r.size)%len(r.entries)] = e
	r.size++
	r.bytes += e.Size
	if e.Subject == "" {
		return
	}
	if older := r.bySubject[e.Subject]; older != nil {
		r.bytes -= older.size()
		older.supersede()
	}
	r.bySubject[e.Subject] = e
}

func (r *ring) forgetOldest() {
	oldest := r.entries[r.start]
	if r.bySubject[oldest.Subject] == oldest {
		delete(r.bySubject, oldest.Subject)
	}
	r.bytes -= oldest.size()
	r.entries[r.start] = nil
	r.start = (r.start + 1) % len(r.entries)
	r.size--
	r.floor++
}

// covers says whether the ring holds everything after id.
func (r *ring) covers(id int64) bool { return id >= r.floor }

// reaches says whether what follows id is no older than the retention, if there is one. Whoever comes back
// from longer ago is for the store to judge.
func (r *ring) reaches(id int64, retention time.Duration) bool {
	if retention == 0 {
		return true
	}
	for e := range r.after(id) {
		return time.Since(e.At) <= retention
	}
	return true
}

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
