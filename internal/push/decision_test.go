package push_test

import (
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/push"
)

func TestWhoIsNotToBeDisturbedIsNotWokenAndNotLaterEither(t *testing.T) {
	clock := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	for name, test := range map[string]struct{ quiet, again func(p *place) error }{
		"in quiet hours": {
			func(p *place) error {
				return p.servers[0].ChangePrefs(t.Context(), p.grace.User.ID,
					chat.Prefs{QuietFrom: clock(-time.Hour), QuietTo: clock(time.Hour), Zone: "UTC"})
			},
			func(p *place) error { return p.servers[0].ChangePrefs(t.Context(), p.grace.User.ID, chat.Prefs{}) },
		},
		"in a muted room": {
			func(p *place) error {
				return p.servers[0].Mute(t.Context(), p.grace.User.ID, chat.General, time.Now().Add(time.Hour))
			},
			func(p *place) error {
				return p.servers[0].Mute(t.Context(), p.grace.User.ID, chat.General, time.Time{})
			},
		},
		"at the level nothing": {
			func(p *place) error {
				return p.servers[0].SetLevel(t.Context(), p.grace.User.ID, chat.General, chat.LevelNothing)
			},
			func(p *place) error {
				return p.servers[0].SetLevel(t.Context(), p.grace.User.ID, chat.General, chat.LevelMentions)
			},
		},
		"by somebody whom they have blocked": {
			func(p *place) error { return p.servers[0].Block(t.Context(), p.grace.User.ID, "Ada", true) },
			func(p *place) error { return p.servers[0].Block(t.Context(), p.grace.User.ID, "Ada", false) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 1)
			browser := p.subscribe()
			p.must(test.quiet(p))
			p.mention(0)
			p.waitForNothingToDo()
			p.must(test.again(p))
			m := p.mention(0)
			if got := browser.Wait(1)[0]; got.Message != string(m.ID) {
				t.Errorf("%+v was pushed, want %s", got, m.ID)
			}
		})
	}
}

func TestARoomThatIsMutedBeforeThePushKeepsQuiet(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.Linger, c.Rounds = 300*time.Millisecond, time.Hour })
	browser := p.subscribe()
	p.mention(0)
	p.must(p.servers[0].Mute(t.Context(), p.grace.User.ID, chat.General, time.Now().Add(time.Hour)))
	p.waitForNothingToDo()
	p.notify(0, "about no room")
	if got := titles(browser.Wait(1)); got[0] != "about no room" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsTakenBackBeforeThePushIsNotPushed(t *testing.T) {
	p := newPlace(t, 1, func(c *push.Config) { c.Linger, c.Rounds = 300*time.Millisecond, time.Hour })
	browser := p.subscribe()
	m := p.mention(0)
	_, err := p.servers[0].Delete(t.Context(), p.ada.User.ID, m.ID)
	p.must(err)
	p.waitForNothingToDo()
	p.notify(0, "kept")
	if got := titles(browser.Wait(1)); got[0] != "kept" {
		t.Errorf("%q", got)
	}
}

func TestBrowsersOfSessionsThatHaveEndedAreNotWoken(t *testing.T) {
	for name, end := range map[string]func(p *place) error{
		"signed out": func(p *place) error {
			return p.servers[0].Revoke(t.Context(), p.grace.User.ID, p.grace.Session.ID)
		},
		"banned and let in again": func(p *place) error {
			if err := p.servers[0].Ban(t.Context(), p.ada.User.ID, p.grace.User.ID, true); err != nil {
				return err
			}
			return p.servers[0].Ban(t.Context(), p.ada.User.ID, p.grace.User.ID, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, 1)
			ended := p.subscribe()
			p.notify(0, "before")
			ended.Wait(1)
			p.must(end(p))
			p.notify(0, "after")
			p.waitForNothingToDo()
			entry, err := p.servers[0].LogIn(t.Context(), "Grace", "correct horse battery", "test")
			p.must(err)
			p.grace.Session = entry.Session
			browser := p.subscribe()
			p.notify(0, "again")
			if got := titles(browser.Wait(1)); got[0] != "again" {
				t.Errorf("%q", got)
			}
			if n := ended.Asked(); n != 1 {
				t.Errorf("the old browser was asked %d times", n)
			}
		})
	}
}

func TestTheLongestNoteFitsIntoAMessage(t *testing.T) {
	p := newPlace(t, 1)
	browser := p.subscribe()
	for i, text := range []string{strings.Repeat("<", chat.MaxNote), strings.Repeat("👩", chat.MaxNote), "x" + strings.Repeat("\u2028", chat.MaxNote-2) + "x"} {
		p.notify(0, text)
		if got := []rune(browser.Wait(i + 1)[i].Title); len(got) != 200 || got[199] != '…' {
			t.Errorf("the title is %q", string(got))
		}
	}
}
