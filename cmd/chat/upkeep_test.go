package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAGuestIsToldOfTheRoomsTheyAreAddedTo(t *testing.T) {
	p := startProcess(t)
	ada, guest := person(t, p), person(t, p)
	ada.signUp("Ada")
	guest.signUp("Gast")
	program := programOf(ada, p)
	program.does(p, "/users/"+programOf(guest, p).id(p)+"/role", url.Values{"role": {"guest"}})
	guest.open("/rooms/general")
	guest.live()
	if n := guest.eval(`document.querySelectorAll(".new-room").length`); n != "0" {
		t.Error("a guest is offered to make a room")
	}
	ada.newRoom("Lounge")
	room := ada.eval(`location.pathname`)
	program.does(p, room+"/members", url.Values{"user": {"Gast"}})
	guest.await("the room is in the list", `[...document.querySelectorAll("[data-line] [data-name]")].some(n => n.textContent === "Lounge")`)
}

func TestTheSwitcherForgetsWhoWasLookedFor(t *testing.T) {
	p := startProcess(t)
	newMember(t, p, "Grace")
	ada := person(t, p)
	ada.signUp("Ada")
	ada.switchTo("gra")
	ada.await("she is found", options+` === "Grace"`)
	ada.eval(`(document.querySelector("#switcher").value = "", document.querySelector("#switcher").dispatchEvent(new Event("input", { bubbles: true })))`)
	ada.await("all rooms are offered, and nobody", options+` === "general"`)
}

func TestUntilTomorrowIsThatOfTheDayOnWhichItIsPressed(t *testing.T) {
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.live()
	ada.reveal(`#levels`)
	ada.eval(`(window.Date = class extends Date { constructor(...of) { of.length ? super(...of) : super(Date.now() + 3 * 24 * 3600_000) } })`)
	ada.do(chromedp.Click(chromedp.CSS(`#levels [data-tomorrow]`)))
	const until = `Date.parse(document.querySelector(".mute time").dateTime)`
	ada.await("it is muted until then", `document.querySelector(".mute time").checkVisibility()`)
	if days := ada.eval(`Math.round((` + until + ` - Date.now()) / 24 / 3600_000)`); days != "3" && days != "4" {
		t.Errorf("three days later, it is muted for %s days from now", days)
	}
}

func TestWhatCouldNotBeMarkedAsReadIsStillNew(t *testing.T) {
	p := startProcess(t)
	ada, poster := person(t, p), newMember(t, p, "Grace")
	ada.signUp("Ada")
	ada.newRoom("Elsewhere")
	for i := range 60 {
		poster.say(p, fmt.Sprintf("news %02d", i))
	}
	ada.eval(`(window.asked = window.fetch, window.fetch = (url, options) => String(url).endsWith("/read") ? Promise.reject(new TypeError("no network")) : asked(url, options))`)
	ada.do(chromedp.Click(chromedp.CSS(`[data-line=general] a`)))
	ada.sees("news 59")
	ada.await("what is new is told", since+`?.startsWith("60 new messages")`)
	ada.do(chromedp.Click(chromedp.CSS(`#since .since-read`)))
	ada.await("it is said that this did not work", `document.querySelector("#notice").textContent.includes("cannot be reached")`)
	if text := ada.eval(since); !strings.HasPrefix(text, "60 new messages") {
		t.Errorf("what is new is %q", text)
	}
	ada.eval(`(window.fetch = asked)`)
	ada.do(chromedp.Click(chromedp.CSS(`#since .since-read`)))
	ada.await("there is no need of the line any more", since+` === undefined`)
	ada.await("nothing is unread any more", badge("general")+` === 0`)
}
