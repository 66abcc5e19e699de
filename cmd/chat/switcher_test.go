package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const switcher = chromedp.CSS(`.switcher input[role=combobox]`)

// switchTo opens the switcher by its keys and types what is looked for.
func (b *tab) switchTo(text string) {
	b.t.Helper()
	b.live()
	b.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.await("the switcher is open", `document.querySelector(".switcher").open`)
	b.do(chromedp.SendKeys(switcher, text))
}

// options is what the switcher offers.
const options = `[...document.querySelectorAll("#switcher-list [data-part=name]")].map(n => n.textContent).join("|")`

func TestTheSwitcherLeadsToRoomsAndPeopleByTheKeyboard(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	newMember(t, there, "Grace")
	ada := person(t, here)
	ada.signUp("Ada")
	ada.newRoom("Engine room")
	ada.newRoom("Reading list")

	ada.switchTo("")
	ada.await("all rooms are offered", options+` === "general|Engine room|Reading list"`)
	ada.do(chromedp.KeyEvent(kb.ArrowDown))
	ada.await("the second is chosen, and said to be", `document.querySelector("#switcher-list [aria-selected=true] [data-part=name]").textContent === "Engine room"
		&& document.activeElement.getAttribute("aria-activedescendant") === document.querySelector("#switcher-list [aria-selected=true]").id`)
	ada.do(pressEnter)
	ada.await("it is open", `document.querySelector("#room-name")?.textContent === "Engine room" && !document.querySelector(".switcher").open`)

	ada.switchTo("LIST")
	ada.await("a word of the name is enough", options+` === "Reading list"`)
	ada.do(pressEnter)
	ada.await("it is open", `document.querySelector("#room-name")?.textContent === "Reading list"`)

	ada.switchTo("gra")
	ada.await("people are found", options+` === "Grace"`)
	ada.do(pressEnter)
	ada.await("the conversation is open", `document.querySelector("#room-name")?.textContent === "Grace" && document.querySelector("#composer")`)

	ada.switchTo("nothing is called this")
	ada.await("it says so", `document.querySelector(".switcher [role=status]").textContent !== ""`)
	ada.do(chromedp.KeyEvent(kb.Escape))
	ada.await("it is closed", `!document.querySelector(".switcher").open`)
}
