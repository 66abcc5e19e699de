package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// suggested is a JavaScript expression for the names that are suggested, the active one with a star.
const suggested = `document.querySelector("#suggestions:popover-open") && [...document.querySelectorAll("#suggestions [role=option]")].map(o =>
	o.dataset.name + (o.ariaSelected === "true" && document.activeElement.getAttribute("aria-activedescendant") === o.id ? "*" : "")).join(" ")`

func TestNamesAreCompletedAndTheOneWhoIsMentionedSeesIt(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace, linus := person(t, here), person(t, there), person(t, here)
	ada.signUp("Ada")
	grace.signUp("Grace Hopper")
	linus.signUp("Linus")
	linus.await("Linus sees the others", `document.querySelectorAll("#members > li").length === 3`)

	linus.do(chromedp.SendKeys(textarea, "Ask @"))
	linus.await("everybody is offered", suggested+` === "Ada* Grace Hopper Linus"`)
	linus.do(chromedp.SendKeys(textarea, "hop"))
	linus.await("one is left", suggested+` === "Grace Hopper*"`)
	linus.do(pressEnter)
	linus.await("the name is complete, and nothing is sent", `document.querySelector("#body").value === "Ask @Grace Hopper "`)
	linus.do(chromedp.SendKeys(textarea, "and @"))
	linus.await("everybody is offered", suggested+` === "Ada* Grace Hopper Linus"`)
	linus.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowUp))
	linus.await("the arrows go round", suggested+` === "Ada Grace Hopper Linus*"`)
	linus.do(chromedp.KeyEvent(kb.Escape))
	linus.await("the list is closed", `!document.querySelector("#suggestions:popover-open") && !document.querySelector("#body").hasAttribute("role")`)
	linus.do(chromedp.SendKeys(textarea, "nobody"), pressEnter)

	const text = "Ask @Grace Hopper and @nobody"
	forMe := `"forMe" in ` + article(text) + `.dataset`
	mention := article(text) + `.querySelector(".mention")`
	grace.sees(text)
	grace.await("it is for Grace", forMe+` && `+mention+`.textContent === "@Grace Hopper" && `+mention+`.hasAttribute("data-me")`)
	ada.sees(text)
	ada.await("the name stands out for Ada, too", mention+`.textContent === "@Grace Hopper"`)
	for _, b := range []*tab{ada, linus} {
		if b.eval(forMe) != "false" {
			t.Error("it is said to be for somebody else")
		}
	}
}

func TestTheWholeRoomIsMentionedByThoseWhoMay(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada") // the first is the administrator
	grace.signUp("Grace")
	for _, b := range []*tab{ada, grace} {
		b.live()
		b.do(chromedp.SendKeys(textarea, "@ro"))
	}
	ada.await("the room is offered", suggested+` === "room*"`)
	if grace.eval(suggested) != "null" {
		t.Error("it is offered to somebody who may not")
	}
	ada.do(pressEnter, chromedp.SendKeys(textarea, "lunch is ready"), pressEnter)
	grace.sees("@room lunch is ready")
	grace.await("it is for Grace", `"forMe" in `+article("@room lunch is ready")+`.dataset`)
}
