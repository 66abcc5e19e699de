package web

import "testing"

// onceBlocked are the statuses for Margaret of what she could do before Grace blocked her, and cannot any more: to
// write to Grace alone. Everything else is as it was.
var onceBlocked = map[string]int{
	"POST /rooms/:id/messages (direct)":        403,
	"POST /messages/:id/reactions (in direct)": 403,
}

func TestWhoIsBlockedMayDoWhatTheyCouldButWriteToWhoBlockedThem(t *testing.T) {
	w := newTown(t)
	for _, r := range allRoutes(t) {
		key := r.method + " " + r.path
		for _, row := range permissions[key] {
			want := row.want[2]
			if status, ok := onceBlocked[key+" ("+row.object.name+")"]; ok {
				want = status
			}
			w.check(r, row.object.madeBefore(w.graceBlocksMargaret), w.margaret, want)
		}
	}
}

func (w *town) graceBlocksMargaret(on bool) {
	w.must(w.chat.Block(w.t.Context(), w.grace.id, string(w.margaret.id), on))
}

// madeBefore is the object as it is made while something is off that is on when it is asked for.
func (o object) madeBefore(turn func(on bool)) object {
	return object{o.name, func(w *town) (id, body string) {
		turn(false)
		defer turn(true)
		return o.make(w)
	}}
}
