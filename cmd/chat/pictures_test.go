package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Every page is shown at the width of a desk and of a phone, in light and dark: nothing may stick out
// sideways. With CHAT_TEST_PICTURES naming a folder the pictures are kept there (docs/images has some).
func TestPagesFitTheirScreens(t *testing.T) {
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada Lovelace")
	grace.signUp("Grace Hopper")
	for _, name := range []string{"Engine room", "Reading list", "عربي"} {
		ada.reveal(`form[action="/rooms"]`)
		ada.do(chromedp.SendKeys(chromedp.CSS(`form[action="/rooms"] input[name=name]`), name), chromedp.Submit(chromedp.CSS(`form[action="/rooms"]`)))
		ada.await("the room is open", fmt.Sprintf(`document.querySelector("#room-name")?.textContent === %q`, name))
	}
	ada.open("/rooms/general")
	conversation(ada, grace)

	shots := []struct {
		name, path string
		who        *tab
	}{
		{"signup", "/signup", nil}, {"login", "/login", nil},
		{"rooms", "/rooms", ada}, {"room", "/rooms/general", ada}, {"settings", "/settings", ada}, {"missing", "/rooms/none", ada},
		{"people", "/people", ada}, {"notifications", "/notifications", ada},
		{"patterns", "/patterns", ada}, {"pattern", "/patterns/stream", ada}, {"inspector", "/inspector", ada},
	}
	nobody := person(t, p)
	for _, shot := range shots {
		if shot.who == nil {
			shot.who = nobody
		}
		for _, width := range []int64{1280, 390} {
			for _, scheme := range []string{"light", "dark"} {
				shot.who.show(shot.path, width, scheme)
				if wide := shot.who.eval(wider); wide != "0" {
					t.Errorf("%s at %d px, %s, sticks out by %s px", shot.path, width, scheme, wide)
				}
				shot.who.keepPicture(fmt.Sprintf("%s-%d-%s.png", shot.name, width, scheme))
			}
		}
	}
}

// wider is by how much the page, or what scrolls in it, is wider than its place.
const wider = `Math.max(...[document.documentElement, ...document.querySelectorAll("main")].map(e => e.scrollWidth - e.clientWidth))`

func conversation(ada, grace *tab) {
	ada.say("Good morning! Has anybody looked at the new engine yet?")
	grace.sees("Good morning! Has anybody looked at the new engine yet?")
	for _, text := range []string{
		"I have. It reads on from where it was, whatever happens to the network.",
		"The notes are at https://example.com/notes, second half.",
		"👍🎉",
	} {
		grace.say(text)
		ada.sees(text)
	}
	ada.say("Then let us write it down, so that nobody has to guess. A longer message shows how lines break and how much room they have: it goes on for a while, with ordinary words, until it fills more than one line.")
	ada.say("And one from right to left: שלום עולם")
	ada.sees("And one from right to left: שלום עולם")
	grace.say("Done.")
	ada.sees("Done.")
}

// show opens a page on a screen.
func (b *tab) show(path string, width int64, scheme string) {
	b.t.Helper()
	b.do(
		chromedp.EmulateViewport(width, 844),
		func(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
			_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			return none, err
		},
	)
	b.open(path)
	b.await("the page is there", `document.readyState === "complete" && document.documentElement.dataset.js !== undefined`)
}

func (b *tab) keepPicture(name string) {
	b.t.Helper()
	dir := os.Getenv("CHAT_TEST_PICTURES")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), picture, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
