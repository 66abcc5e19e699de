package web

import (
	"fmt"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
)

// Each of the guests shares one of the rooms with somebody who is in all of them.
func TestPresenceOfSomebodyInManyRoomsIsToldInEachOfThem(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	busy := s.comesByInvitation(ada, "Busy", chat.Ordinary, "")
	var tapes []*tape
	var guests []*person
	for i := range 24 {
		room := ada.room(fmt.Sprintf("Room %d", i), true)
		if err := s.chat.AddMember(t.Context(), ada.id, room, "Busy"); err != nil {
			t.Fatal(err)
		}
		guests = append(guests, s.comesByInvitation(ada, fmt.Sprintf("Guest %d", i), chat.Guest, room))
		tapes = append(tapes, guests[i].record(stream))
	}
	hers := busy.record(stream)
	for _, guest := range tapes {
		guest.awaits(presenceData(busy, presence.Online))
	}
	hers.stop()
	for _, guest := range tapes {
		guest.awaits(presenceData(busy, presence.Offline))
	}
	for i, guest := range tapes {
		said := guest.said.String()
		if n := strings.Count(said, string(busy.id)); n != 2 {
			t.Errorf("guest %d was told of %d changes", i, n)
		}
		if other := guests[(i+1)%len(guests)]; strings.Contains(said, string(other.id)) {
			t.Errorf("guest %d is told of one with whom they share no room", i)
		}
	}
}

func TestPresenceIsToldToThoseWhoseRoomSomebodyJoinsAndLeaves(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	lobby := ada.room("Lobby", true)
	guest, grace := s.comesByInvitation(ada, "Gast", chat.Guest, lobby), s.comesByInvitation(ada, "Grace", chat.Ordinary, "")
	inLobby, inBoth := guest.record(stream), ada.record(stream)
	grace.record(stream)
	inBoth.awaits(presenceData(grace, presence.Online))
	guest.call("GET", "/presence", "").want(t, 200, string(ada.id)).lacks(t, string(grace.id))

	if err := s.chat.AddMember(t.Context(), ada.id, lobby, "Grace"); err != nil {
		t.Fatal(err)
	}
	inLobby.awaits(presenceData(grace, presence.Online))
	guest.call("GET", "/presence", "").want(t, 200, string(grace.id))
	grace.call("GET", "/presence", "").want(t, 200, string(guest.id))

	if err := s.chat.RemoveMember(t.Context(), ada.id, lobby, grace.id); err != nil {
		t.Fatal(err)
	}
	inLobby.awaits(presenceData(grace, presence.Offline))
	guest.call("GET", "/presence", "").want(t, 200).lacks(t, string(grace.id))
	ada.call("GET", "/presence", "").want(t, 200, `"`+string(grace.id)+`":"online"`)
	inBoth.awaits(presenceData(grace, presence.Offline) + "\n\nevent: presence\ndata: " + presenceData(grace, presence.Online))
}
