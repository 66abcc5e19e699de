package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// entries is a JavaScript expression for what stands in the list of messages, in order: texts, and who came
// and went.
const entries = `[...document.querySelectorAll("#messages :is([data-body], [data-move])")].map(e => e.textContent.replace(/\s+/g, " ").trim()).join("; ")`

func (b *tab) awaitEntries(want string) {
	b.t.Helper()
	b.await("there stands "+want, entries+` === "`+want+`"`)
}

func TestWhoComesAndGoesStandsBetweenTheMessages(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada := person(t, c.nodes[0])
	ada.signUp("Ada")
	ada.say("Anybody here?")
	ada.sees("Anybody here?")
	grace := person(t, c.nodes[1])
	grace.signUp("Grace")
	ada.awaitEntries("Ada joined; Anybody here?; Grace joined")
	grace.say("Me!")
	ada.sees("Me!")
	grace.eval(`fetch("/rooms/general/leave", { method: "POST" })`)
	all := "Ada joined; Anybody here?; Grace joined; Me!; Grace left"
	ada.awaitEntries(all)

	ada.eval(`fetch("/rooms/general/members", { method: "POST", body: new URLSearchParams({ user: "Grace" }) })`)
	all += "; Grace was added by Ada"
	ada.awaitEntries(all)
	ada.do(chromedp.Reload())
	ada.awaitEntries(all)
	grace.open("/rooms/general")
	grace.awaitEntries(all)
}

func TestWhoCameLongAgoStandsOnTheOlderPage(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	grace := newMember(t, p, "Grace")
	for range 60 {
		grace.say(p, "and so on")
	}
	ada.open("/rooms/general")
	ada.await("all is loaded", `document.querySelectorAll("#messages article").length === 60 || document.getElementById("older").click()`)
	ada.await("who came stands first, once", entries+`.startsWith("Ada joined; Grace joined; and so on") && `+entries+`.split("joined").length === 3`)
}
