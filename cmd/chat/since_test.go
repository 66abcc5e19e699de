package main

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// since is a JavaScript expression for the line about what is unread, null if it is not shown.
const since = `document.querySelector("#since:not([hidden]) [data-label]")?.textContent`

func TestAfterAnAbsenceOneIsToldWhatIsNewAndLedToTheFirstOfIt(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, poster := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	ada.do(focused)
	poster.say(there, "seen")
	ada.sees("seen")
	ada.await("everything is read", badge("general")+` === 0`)
	ada.newRoom("Elsewhere")
	for i := range 57 {
		text := fmt.Sprintf("news %02d", i)
		if i%25 == 2 {
			text += ", @Ada"
		}
		poster.say(there, text)
	}
	ada.do(chromedp.Click(chromedp.CSS(`[data-line=general] a`)))
	ada.sees("news 56")
	ada.await("what is new is told", since+` === "57 new messages since you were last here, 3 mention you"`)
	ada.await("nothing is unread any more", badge("general")+` === 0`)
	ada.do(chromedp.Click(chromedp.CSS(`#since [data-jump]`)))
	ada.await("the first of it is in sight, below its line", inSight("news 00")+` && `+article("news 00")+`.previousElementSibling.matches("[data-unread]")`)
	ada.await("there is no need of the line any more", since+` === undefined`)
}

func TestWhatIsMarkedUnreadStaysSo(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, poster := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	ada.do(focused)
	for i := range 4 {
		poster.say(there, fmt.Sprintf("letter %d", i))
	}
	ada.sees("letter 3")
	ada.await("everything is read", badge("general")+` === 0`)
	phone := ada.another()
	phone.base = there.url("")
	phone.open("/rooms")
	phone.await("the page is live", `document.querySelector("#status")?.dataset.state === "connected"`)
	ada.choose("letter 2", "unread")
	for _, b := range []*tab{ada, phone} {
		b.await("two are unread", badge("general")+` === 2`)
	}
	ada.await("a line stands before them", article("letter 2")+`.previousElementSibling.matches("[data-unread]")`)
	poster.say(there, "letter 4")
	ada.sees("letter 4")
	ada.await("they stay unread while one looks", badge("general")+` === 3`)
	ada.say("I have an answer")
	for _, b := range []*tab{ada, phone} {
		b.await("who answers has read", badge("general")+` === 0`)
	}
}

func TestNewMessagesAreReadOutOnceAndNothingElseIs(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.eval(`(window.said = [], new MutationObserver(all => all.forEach(m => m.addedNodes.forEach(n => said.push(n.textContent)))).observe(document.querySelector("#announcer"), { childList: true }))`)
	ada.say("mine")
	grace.sees("mine")
	grace.say("Hello, Ada")
	ada.await("it is read out", `said.join() === "Grace: Hello, Ada"`)
	grace.edit("Hello, Ada", "Hello, dear Ada")
	ada.sees("Hello, dear Ada")
	linus := newMember(t, there, "Linus")
	elsewhere := linus.newRoom(there, "Elsewhere", "")
	programOf(ada, here).does(here, "/rooms/"+elsewhere+"/join", nil)
	linus.does(there, "/rooms/"+elsewhere+"/messages", url.Values{"body": {"In another room"}})
	ada.await("the other room has it", badge(elsewhere)+` === 1`)
	grace.say("Bye")
	ada.await("the next one is, and neither the edit nor what is said elsewhere", `said.join() === "Grace: Hello, Ada,Grace: Bye"`)
}

func TestShortcutsAreListedAndGoFromRoomToRoom(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	room := ada.newRoom("Engine room")
	ada.do(chromedp.Focus(textarea), chromedp.SendKeys(textarea, "?"))
	if ada.eval(`document.querySelector("#shortcuts").open`) != "false" {
		t.Error("a question mark that is written opens the list")
	}
	ada.do(chromedp.KeyEvent("/", chromedp.KeyModifiers(2)))
	ada.await("the list is open", `document.querySelector("#shortcuts").open`)
	ada.do(chromedp.KeyEvent(kb.Escape))
	ada.await("the list is closed", `!document.querySelector("#shortcuts").open`)
	ada.do(chromedp.KeyEvent(kb.ArrowUp, chromedp.KeyModifiers(1)))
	ada.await("the room before is open", `document.querySelector("#room").dataset.room === "general"`)
	ada.do(chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(1)))
	ada.await("the next one is open", fmt.Sprintf(`document.querySelector("#room").dataset.room === %q`, room))
}
