package sse

import (
	"context"
	"slices"
)

// Query asks for the entries after a position that are visible to a reader with these keys.
//
// A stream that opens asks once, bounded: PerKey and Total are set. One that fell behind reads on page
// by page: only Limit is set.
type Query struct {
	After  Position
	Until  int64 // nothing above is asked for: the keys are known as of here
	Owner  StreamKey
	Keys   map[StreamKey]int64 // each with the id from which on it is held; Owner's is 0
	Limit  int                 // entries a page
	PerKey int                 // a key with more entries than this is stale, and they are left out, unless it is Owner or whole
	Total  int                 // more entries than this, stale keys not counted, are a reset; nor need those be that newer ones replace
}

// Page is the answer to a Query.
type Page struct {
	Entries  []*Entry
	Upto     Position    // complete up to here
	Stale    []StreamKey // too much to tell event by event
	Reset    string      // not "": the reader cannot be brought level; why
	Missed   int         // with a reset: how many messages were missed, 0 if unknown
	Mentions int         // with a reset: how many of them mention the reader, 0 if unknown
	Head     Position    // with a reset: where the reader begins anew
}

// ReplayFunc reads from the store what the ring does not hold.
type ReplayFunc func(ctx context.Context, q Query) (Page, error)

// page answers a query from the ring, which must cover q.After up to q.Until.
func (r *ring) page(q Query, whole func(StreamKey) bool, head Position) Page {
	p := Page{Upto: Position{head.Epoch, q.Until}, Head: head}
	counts := map[StreamKey]int{}
	for e := range r.after(q.After.ID) {
		key, ok := e.visible(q.Keys)
		if !ok || e.Position.ID > q.Until {
			continue
		}
		counts[key]++
		p.Entries = append(p.Entries, e)
		if q.Limit > 0 && len(p.Entries) == q.Limit {
			p.Upto.ID = e.Position.ID
			return p
		}
	}
	if q.PerKey == 0 {
		return p
	}
	always := func(key StreamKey) bool { return key == q.Owner || whole(key) }
	for key, n := range counts {
		if n > q.PerKey && !always(key) {
			p.Stale = append(p.Stale, key)
		}
	}
	slices.Sort(p.Stale)
	p.Entries = slices.DeleteFunc(p.Entries, func(e *Entry) bool {
		key, _ := e.visible(q.Keys)
		return slices.Contains(p.Stale, key) && !slices.ContainsFunc(e.Keys, func(k StreamKey) bool {
			since, held := q.Keys[k]
			return always(k) && held && since <= e.Position.ID
		})
	})
	if live(p.Entries) > q.Total {
		return Page{Reset: ResetTooMuch, Head: head}
	}
	return p
}

// live counts those of which there is something left to tell.
func live(entries []*Entry) (n int) {
	for _, e := range entries {
		if !e.isSuperseded() {
			n++
		}
	}
	return n
}

// The bounds of what a stream is told at a time, in bytes: when it opens, above which it is a reset, and
// of a page while it catches up, which then ends earlier.
const (
	totalBytes = 1 << 20
	pageBytes  = 256 << 10
)

// within keeps a page in the bounds of bytes.
func (p Page) within(q Query) Page {
	size := 0
	for i, e := range p.Entries {
		size += e.size()
		switch {
		case q.Limit == 0 && size > totalBytes:
			return Page{Reset: ResetTooMuch, Missed: p.Missed, Head: p.Head}
		case q.Limit > 0 && size > pageBytes && i > 0:
			p.Entries, p.Upto.ID = p.Entries[:i], p.Entries[i-1].Position.ID
			return p
		}
	}
	return p
}
