package presence

import (
	"maps"
	"slices"
	"time"
)

// change is something to tell of somebody.
type change struct {
	person string
	standing
}

// tell tells what has changed.
func (t *Tracker) tell() {
	for _, c := range t.changes() {
		t.cfg.Tell(c.person, c.State, c.Places)
	}
}

func (t *Tracker) changes() (changes []change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	settled := t.settled(time.Now())
	for _, person := range slices.Sorted(maps.Keys(t.untold)) {
		before, now := t.told[person], t.everywhere(person)
		if now.State == "" && before.State != "" && !settled {
			continue
		}
		delete(t.untold, person)
		for _, s := range now.news(before) {
			changes = append(changes, change{person, s})
		}
		t.told[person] = now
		if now.State == "" {
			delete(t.told, person)
		}
	}
	return changes
}

// everywhere is how somebody is there, all servers taken together. The caller holds mu.
func (t *Tracker) everywhere(person string) standing {
	all := t.here[person]
	for _, s := range t.others {
		all = all.and(s.people[person].standing)
	}
	return all
}

// and is the standing of whoever is there in both ways.
func (s standing) and(o standing) standing {
	switch {
	case o.State == "":
		return s
	case s.State == "":
		return o
	case o.State == Online:
		s.State = Online
	}
	s.Places = slices.Concat(s.Places, o.Places)
	slices.Sort(s.Places)
	s.Places = slices.Compact(s.Places)
	return s
}

// news is what those have to be told who were told of the standing before.
func (s standing) news(before standing) []standing {
	left, come := without(before.Places, s.Places), without(s.Places, before.Places)
	switch {
	case s.State == "" && before.State != "":
		return []standing{{Offline, before.Places}}
	case len(left) > 0:
		return []standing{{Offline, left}, s}
	case s.State != before.State:
		return []standing{s}
	case len(come) > 0:
		return []standing{{s.State, come}}
	}
	return nil
}

// without are the places that are not among others.
func without(places, others []string) (rest []string) {
	for _, place := range places {
		if _, among := slices.BinarySearch(others, place); !among {
			rest = append(rest, place)
		}
	}
	return rest
}
