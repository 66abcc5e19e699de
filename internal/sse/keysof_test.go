package sse

import (
	"slices"
	"testing"
	"testing/synctest"
)

func TestKeysOfAreAllKeysOfAllStreamsOfTheOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newTestEngine(Config{})
		var rooms []StreamKey
		for n := range 3 * stateKeys {
			rooms = append(rooms, Key("room", n))
		}
		open(t, e, -1, rooms...)
		other := Key("room", "another")
		open(t, e, -1, rooms[0], other)
		owner := Key("user", "ada")
		want := append(slices.Clone(rooms), other, owner)
		slices.Sort(want)
		if got := e.KeysOf(owner); !slices.Equal(got, want) {
			t.Errorf("the keys are %v, want %v", got, want)
		}
		if got := e.KeysOf(rooms[0]); len(got) != 0 {
			t.Errorf("who owns no stream has the keys %v", got)
		}
	})
}
