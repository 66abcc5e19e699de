package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// middle scrolls up to a message and notes where it stands.
func (b *tab) middle(text string) (place string) {
	b.t.Helper()
	return b.eval(`(() => {
		const box = document.querySelector("#scroller")
		window.anchor = ` + article(text) + `.id
		window.place = () => document.getElementById(anchor).getBoundingClientRect().top
		box.scrollTop += place() - box.getBoundingClientRect().top - 100
		return place()
	})()`)
}

func TestNothingJumpsUnderAReaderWhateverComes(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	for i := range 30 {
		grace.say(there, fmt.Sprintf("line %02d", i))
	}
	ada.open("/rooms/general")
	ada.live()
	above, id := ada.idOf("line 03"), ada.idOf("line 05")
	place := ada.middle("line 15")
	stays := func(what string) {
		t.Helper()
		if now := ada.eval(`place()`); !closeTo(now, place) {
			t.Errorf("%s, and what was read moved from %s to %s px", what, place, now)
		}
	}
	grace.say(there, "a new one")
	ada.await("it is told, and not shown", `document.querySelector("#to-newest[data-new]").checkVisibility()`)
	stays("a message came")
	grace.does(there, "/messages/"+above, url.Values{"_method": {"PATCH"}, "body": {"line 03" + strings.Repeat("\nand more", 9)}})
	ada.await("one above is longer", `document.getElementById("message-`+above+`").offsetHeight > 200`)
	stays("a message above was edited")
	grace.does(there, "/messages/"+id+"/reactions", url.Values{"emoji": {"🎉"}})
	ada.awaitReactions("line 05", "🎉1")
	stays("somebody reacted to a message above")
	grace.does(there, "/messages/"+above, url.Values{"_method": {"DELETE"}})
	ada.await("one above is gone", `!document.getElementById("message-`+above+`")`)
	stays("a message above was deleted")
	if status := grace.uploads(there, "/settings/avatar", "picture", somePicture(t)); status >= 400 {
		t.Fatalf("the upload answers %d", status)
	}
	ada.await("her picture is loaded", `document.querySelector("#messages .avatar img")?.naturalWidth === 256`)
	stays("a picture was loaded")

	ada.do(chromedp.Click(chromedp.CSS(`#to-newest`)))
	ada.await("one press leads to the newest", inSight("a new one")+` && document.querySelector("#to-newest").hidden`)
}

func TestWhoWantsLessMotionGetsNone(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	moving := `[...document.querySelectorAll("*")].flatMap(element => [null, "::before", "::after"].map(part => getComputedStyle(element, part)))
		.filter(style => Math.max(...[style.transitionDuration, style.animationDuration].join().split(",").map(parseFloat)) > 0.01).length`
	if ada.eval(moving) == "0" {
		t.Error("nothing moves anyway: this proves nothing")
	}
	devtools(ada, chromedp.Call, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if n := ada.eval(moving); n != "0" {
		t.Errorf("%s elements move all the same", n)
	}
	poster := programOf(ada, p)
	for i := range 60 {
		poster.say(p, fmt.Sprintf("line %02d", i))
	}
	ada.sees("line 59")
	ada.await("one is far up", `(document.querySelector("#scroller").scrollTop = -1000, document.querySelector("#to-newest").checkVisibility())`)
	if at := ada.eval(`(document.querySelector("#to-newest").click(), document.querySelector("#scroller").scrollTop)`); at != "0" {
		t.Errorf("scrolling to the end takes its time: it is at %s", at)
	}
}
