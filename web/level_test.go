package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// line is the room in the person's list.
func (p *person) line(room chat.RoomID) jsonRoom {
	p.t.Helper()
	var list jsonRoomList
	p.call("GET", "/rooms", "").want(p.t, 200).json(p.t, &list)
	for _, line := range list.Rooms {
		if line.ID == room {
			return line
		}
	}
	p.t.Fatalf("%s is not in the list", room)
	return jsonRoom{}
}

func TestALevelIsSetForARoom(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	l := ada.listen(stream)
	l.expect("ping")
	ada.call("POST", "/rooms/general/mute", `{"until":"1h"}`).want(t, 204)
	if f := l.expect("level"); f.data.Level != chat.LevelMentions || f.data.MutedUntil == nil {
		t.Errorf("who has chosen no level is told %+v", f.data)
	}
	ada.call("POST", "/rooms/general/mute", `{"until":"off"}`).want(t, 204)
	l.expect("level")
	for _, level := range []chat.Level{chat.LevelEverything, chat.LevelMentions, chat.LevelNothing} {
		for range 2 { // a retry is harmless, and told once
			ada.call("POST", "/rooms/general/level", `{"level":"`+string(level)+`"}`).want(t, 204)
		}
		if got := ada.line(chat.General).Level; got != level {
			t.Errorf("the level is %q, want %q", got, level)
		}
		if f := l.expect("level"); f.data.Level != level || f.data.Room != chat.General {
			t.Errorf("came %+v", f.data)
		}
	}
	ada.submit("/rooms/general/level", "level", "everything").leadsTo(t, "/rooms/general")
	ada.call("POST", "/rooms/general/level", `{"level":"loud"}`).fails(t, 422, chat.Invalid, "level")
	ada.submit("/rooms/general/level").want(t, 422, "<html")
}

func TestARoomIsMutedForATimeOrUntilAMoment(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	moment := time.Now().Add(3 * time.Hour).Truncate(time.Second)
	for until, want := range map[string]time.Time{
		"1h":                        time.Now().Add(time.Hour),
		"30m":                       time.Now().Add(30 * time.Minute),
		moment.Format(time.RFC3339): moment,
		moment.UTC().Format("2006-01-02T15:04:05.000Z"): moment, // as a browser's Date says it
	} {
		ada.call("POST", "/rooms/general/mute", `{"until":"`+until+`"}`).want(t, 204)
		got := ada.line(chat.General).MutedUntil
		if got == nil || got.Sub(want).Abs() > time.Minute {
			t.Errorf("%s: it is mute until %v, want %v", until, got, want)
		}
		for _, end := range []string{"off", ""} {
			ada.submit("/rooms/general/mute", "until", "1h").leadsTo(t, "/rooms/general")
			ada.submit("/rooms/general/mute", "until", end).leadsTo(t, "/rooms/general")
			if got := ada.line(chat.General).MutedUntil; got != nil {
				t.Errorf("%q: it is mute until %v", end, got)
			}
		}
	}
	for _, until := range []string{"tomorrow", "-1h", "0s", "100000h", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z"} {
		ada.call("POST", "/rooms/general/mute", `{"until":"`+until+`"}`).fails(t, 422, chat.Invalid, "until")
	}
}

func TestAMutedRoomDoesNotRingTheBell(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	grace.call("POST", "/rooms/general/mute", `{"until":"1h"}`).want(t, 204)
	ada.says(chat.General, "@Grace")
	grace.call("POST", "/rooms/general/mute", `{"until":"off"}`).want(t, 204)
	if list := grace.notifications(""); len(list) != 0 {
		t.Errorf("Grace is notified of %+v", list)
	}
	ada.says(chat.General, "@Grace")
	if list := grace.notifications(""); len(list) != 1 {
		t.Errorf("Grace is notified of %+v", list)
	}
}

func TestMessagesAreMarkedUnreadFromOneOn(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	var ids []chat.MessageID
	var rev int64
	for range 5 {
		m := ada.says(chat.General, "hello")
		ids, rev = append(ids, m.ID), m.RoomRev
	}
	grace.submit("/rooms/general/read").want(t, 303)
	l := grace.listen(stream)
	l.expect("ping")
	grace.call("POST", "/rooms/general/unread", `{"message":"`+string(ids[2])+`"}`).want(t, 204)
	if f := l.expect("read"); f.data.Room != chat.General || f.data.RoomRev != rev || *f.data.Unread != 3 || f.data.Seq != 2 {
		t.Errorf("came %+v", f.data)
	}
	if n := grace.line(chat.General).Unread; n != 3 {
		t.Errorf("%d are unread", n)
	}
	grace.call("POST", "/rooms/general/read", `{"seq":4}`).want(t, 204)
	if f := l.expect("read"); *f.data.Unread != 1 || f.data.Seq != 4 {
		t.Errorf("came %+v", f.data)
	}
	grace.submit("/rooms/general/unread", "message", string(ids[0])).leadsTo(t, "/rooms")
	if f := l.expect("read"); *f.data.Unread != 5 {
		t.Errorf("came %+v", f.data)
	}
	grace.call("POST", "/rooms/general/unread", `{"message":"nonsense"}`).fails(t, 422, chat.Invalid, "message")
	grace.call("POST", "/rooms/general/unread", `{"message":"`+string(chat.NewMessageID())+`"}`).fails(t, 404, chat.NotFound, "")
	elsewhere := grace.says(grace.room("Lounge", false), "elsewhere")
	grace.call("POST", "/rooms/general/unread", `{"message":"`+string(elsewhere.ID)+`"}`).fails(t, 404, chat.NotFound, "")
}

func TestMarkAsReadReadsWhatThePageKnew(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	ada.says(chat.General, "one")
	page := grace.get("/rooms/general").want(t, 200)
	ada.says(chat.General, "two, which Grace has never seen")
	_, inside, _ := strings.Cut(page.body, `action="/rooms/general/read"`)
	field := regexp.MustCompile(`name="seq" value="(\d+)"`).FindStringSubmatch(inside)
	if field == nil {
		t.Fatal("the form does not say up to where")
	}
	grace.submit("/rooms/general/read", "seq", field[1]).leadsTo(t, "/rooms/general")
	if unread := grace.line(chat.General).Unread; unread != 1 {
		t.Errorf("%d messages are unread, want 1", unread)
	}
}
