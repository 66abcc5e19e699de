package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// menuOf opens the menu beside somebody on the page of people.
func (b *tab) menuOf(name string) {
	b.t.Helper()
	b.open("/people")
	b.await(name+" is listed", fmt.Sprintf(`[...document.querySelectorAll(".person-name")].some(n => n.textContent === %q)`, name))
	b.eval(fmt.Sprintf(`([...document.querySelectorAll(".person")].find(row => row.querySelector(".person-name").textContent === %q).querySelector(".menu").open = true)`, name))
}

const chips = `[...document.querySelectorAll(".person .chip:not([hidden])")].map(c => c.textContent.trim()).join()`

func TestSomebodyWhoIsBlockedIsNotHeardOf(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.menuOf("Grace")
	ada.live()
	ada.do(chromedp.Click(chromedp.CSS(`.menu[open] form[action="/blocks"] button`)))
	ada.await("the page says so", chips+`.includes("blocked")`)
	program := programOf(grace, there)
	program.does(there, "/rooms/general/messages", url.Values{"body": {"@Ada can you hear me?"}})
	ada.await("the room has a message", badge("general")+` === 1`)
	ada.rings(0)
	if status := program.post(there, "/dms", url.Values{"user": {"Ada"}}); status != http.StatusForbidden {
		t.Errorf("writing to somebody who does not want it answers %d", status)
	}
	ada.menuOf("Grace")
	ada.live()
	ada.do(chromedp.Click(chromedp.CSS(`.menu[open] form[action="/blocks"] button`)))
	ada.await("she is heard again", `!(`+chips+`).includes("blocked")`)
	program.does(there, "/rooms/general/messages", url.Values{"body": {"@Ada and now?"}})
	ada.rings(1)
}

func TestARoleIsGivenAndShownAtOnce(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	if text := grace.eval(`document.body.innerHTML`); strings.Contains(text, "invite-role") {
		t.Error("somebody who is no administrator may invite")
	}
	ada.menuOf("Grace")
	ada.do(
		chromedp.SetValue(chromedp.CSS(`.menu[open] select[name=role]`), "administrator"),
		chromedp.Click(chromedp.CSS(`.menu[open] form[action$="/role"] button`)),
	)
	ada.await("the page says so", `document.querySelectorAll(".person [data-role-of]:not([hidden])").length === 2`)
	grace.await("her own page knows", `document.querySelector("meta[name=role]").content === "administrator"`)
	grace.open("/people")
	grace.await("she may invite", `document.querySelector("#invite-role")`)
}

func TestSomebodyWhoIsBannedIsOutAtOnceAndCanBeLetBackIn(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	ada.menuOf("Grace")
	ada.live()
	ada.do(chromedp.Click(chromedp.CSS(`.menu[open] form[action$="/ban"] button`)), chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	ada.await("the account is closed", chips+`.includes("closed")`)
	grace.await("she is at the door", `location.pathname === "/login"`)

	ada.menuOf("Grace")
	ada.do(chromedp.Click(chromedp.CSS(`.menu[open] form[action$="/ban"] button`)))
	ada.await("the account is open", `document.querySelector(".person") && !(`+chips+`).includes("closed")`)
	grace.logIn("Grace")
}

func TestWhoeverHasTheLinkOfAnInvitationComesIn(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t, "CHAT_SIGNUP=invite")
	ada, grace, linus := person(t, here), person(t, there), person(t, here)
	ada.signUp("Ada")
	room := ada.newRoom("Engine room")
	ada.open("/people")
	ada.do(
		chromedp.SetValue(chromedp.CSS(`#invite-role`), "guest"),
		chromedp.SetValue(chromedp.CSS(`#invite-room`), room),
		chromedp.Submit(chromedp.CSS(`form[action^="/invitations"]`)),
	)
	ada.await("the link is shown", `document.querySelector("[data-secret]")`)
	link := ada.eval(`new URL(document.querySelector("[data-secret]").textContent).pathname`)
	ada.await("the invitation is listed", `document.querySelector("#invitations .row").textContent.includes("Guest of Engine room")`)

	grace.open(link)
	grace.do(
		chromedp.SendKeys(chromedp.CSS(`input[name=name]`), "Ada"),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "correct horse battery"),
		chromedp.Submit(chromedp.CSS(`form[action^="/signup"]`)),
	)
	grace.await("the name is taken, and the invitation still holds", `document.querySelector("#name-problem") && document.querySelector("[name=invitation]").value`)
	grace.do(
		chromedp.SetValue(chromedp.CSS(`input[name=name]`), "Grace"),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "correct horse battery"),
		chromedp.Submit(chromedp.CSS(`form[action^="/signup"]`)),
	)
	grace.await("she is in the room", `document.querySelector("#room-name")?.textContent === "Engine room"`)
	if rooms := grace.eval(`document.querySelectorAll("#sidebar .line").length`); rooms != "1" {
		t.Errorf("a guest sees %s rooms", rooms)
	}
	linus.open(link)
	if text := linus.eval(`document.body.innerText`); !strings.Contains(text, "not valid any more") || strings.Contains(text, "Password") {
		t.Errorf("an invitation that was used up shows %q", text)
	}

	ada.open("/people")
	if n := ada.eval(`document.querySelectorAll("#invitations .row, [data-secret]").length`); n != "0" {
		t.Errorf("%s invitations or links are left", n)
	}
}

func TestAnInvitationThatWasRevokedIsVoid(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t, "CHAT_SIGNUP=invite")
	ada, linus := person(t, here), person(t, there)
	ada.signUp("Ada")
	ada.open("/people")
	ada.do(chromedp.Submit(chromedp.CSS(`form[action^="/invitations"]`)))
	ada.await("the link is shown", `document.querySelector("[data-secret]")`)
	link := ada.eval(`new URL(document.querySelector("[data-secret]").textContent).pathname`)
	ada.do(chromedp.Click(chromedp.CSS(`#invitations .row button`)))
	ada.await("it is gone", `!document.querySelector("#invitations .row")`)
	linus.open(link)
	linus.await("it is void", `document.body.innerText.includes("not valid any more")`)
}

func TestAMemberIsWrittenToAndRemovedFromTheListOfMembers(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	room := ada.newRoom("Engine room")
	programOf(grace, there).does(there, "/rooms/"+room+"/join", nil)
	grace.open("/rooms/" + room)
	grace.await("she is in", `document.querySelector("#composer")`)
	ada.await("she is among the members", `document.querySelectorAll("#members li").length === 2`)
	ada.live()
	visible := `[...document.querySelectorAll("#members button")].filter(b => b.checkVisibility()).map(b => b.title).join()`
	ada.reveal(`#members`)
	grace.reveal(`#members`)
	if buttons := ada.eval(visible); buttons != "Message,Remove" {
		t.Errorf("whoever made the room is offered %q", buttons)
	}
	if buttons := grace.eval(visible); buttons != "Message" {
		t.Errorf("an ordinary member is offered %q", buttons)
	}
	ada.do(chromedp.Click(chromedp.CSS(`#members li:not([data-me]) [data-remove]`)), chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	ada.await("she is no member", `document.querySelectorAll("#members li").length === 1`)
	grace.await("she is out", `!document.querySelector("#composer")`)

	ada.open("/rooms/general")
	ada.live()
	ada.reveal(`#members`)
	ada.do(chromedp.Click(chromedp.CSS(`#members li:not([data-me]) [name=user]`)))
	ada.await("the conversation is open", `document.querySelector("#room-name")?.textContent === "Grace"`)
}
