package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestDraftsAreKeptPerRoomOverReloadsUntilTheyAreSent(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.say("What was it again?")
	id := ada.idOf("What was it again?")
	ada.choose("What was it again?", "reply")
	ada.do(chromedp.SendKeys(textarea, "half a thought"))
	ada.newRoom("Engine room")
	ada.await("another room has none", `document.querySelector("#body").value === ""`)
	room := ada.eval(`document.querySelector("#room").dataset.room`)
	ada.do(chromedp.SendKeys(textarea, "about engines"))

	ada.open("/rooms/general")
	kept := `document.querySelector("#body").value === "half a thought" && document.querySelector("#composer").elements.reply_to.value === "` + id + `"`
	ada.await("the draft is there after a reload, with what it answers", kept)
	second := ada.another()
	second.open("/rooms/general")
	second.await("in another tab, too", kept)
	ada.do(chromedp.Focus(textarea), pressEnter)
	ada.sees("half a thought")
	second.await("sent here, it is gone there", `document.querySelector("#body").value === ""`)
	ada.open("/rooms/general")
	ada.sees("half a thought")
	if text := ada.eval(`document.querySelector("#body").value`); text != "" {
		t.Errorf("the composer holds %q", text)
	}
	ada.open("/rooms/" + room)
	ada.await("the other one is as it was", `document.querySelector("#body").value === "about engines"`)

	ada.open("/settings")
	ada.eval(`document.querySelector("form[action='/logout']").requestSubmit()`)
	ada.await("Ada is signed out", `document.querySelector("form[action^='/login']")`)
	if left := ada.eval(`Object.keys(localStorage).join()`); left != "" {
		t.Errorf("left in the browser: %s", left)
	}
}

func TestDraftsGoWithTheSessionHoweverItEnds(t *testing.T) {
	p := startProcess(t)
	ada, phone := person(t, p), person(t, p)
	ada.signUp("Ada")
	drafts := `Object.keys(localStorage).filter(key => key.startsWith("chat:draft")).length`
	phone.logIn("Ada")
	for _, away := range []bool{false, true} { // the page, when the session ends
		if ada.eval(`location.pathname`) == "/login" {
			ada.logIn("Ada")
		}
		ada.live()
		ada.do(chromedp.SendKeys(textarea, "a secret"))
		ada.await("it is kept", drafts+` === 1`)
		if away {
			ada.do(chromedp.Navigate("about:blank"))
		}
		phone.open("/settings")
		phone.eval(`document.querySelector("form[action$='/revoke'] button").click()`)
		phone.await("the other session has ended", `document.querySelectorAll("form[action$='/revoke']").length === 0`)
		if away {
			ada.open("/rooms/general")
		}
		ada.await("Ada is signed out", `location.pathname === "/login"`)
		ada.await("nothing is left", drafts+` === 0`)
	}
}
