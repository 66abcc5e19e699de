package main

import (
	"net/url"
	"testing"
)

func TestMessagesOfSomebodyBlockedAreCoveredUntilTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	grace.say(there, "an annoyance")
	ada.sees("an annoyance")
	device := programOf(ada, here)
	device.does(there, "/blocks", url.Values{"user": {"Grace"}})
	cover := `document.querySelector("#messages [data-cover]")`
	hidden := article("an annoyance") + `.querySelector("[data-body]").checkVisibility() === false`
	ada.await("it is covered at once", cover+` && `+hidden)
	ada.eval(cover + `.click()`)
	ada.await("it is shown", article("an annoyance")+`.querySelector("[data-body]").checkVisibility()`)
	ada.eval(cover + `.click()`)
	ada.await("it is covered again", hidden)
	grace.say(there, "another one")
	ada.await("a new one is covered with it", article("another one")+`?.checkVisibility() === false && document.querySelectorAll("#messages [data-cover]").length === 1`)
	ada.eval(cover + `.click()`)
	ada.await("both are shown", article("another one")+`.querySelector("[data-body]").checkVisibility()`)
	linus := newMember(t, there, "Linus")
	for _, m := range []*member{grace, linus} {
		m.post(there, "/rooms/general/typing", nil)
	}
	ada.await("only Linus is seen typing", `/^\u2068Linus\u2069 is typing/.test(document.getElementById("typing").textContent)`)
	if said := ada.eval(`document.querySelector("#announcer").textContent`); said != "" {
		t.Errorf("it is read out: %q", said)
	}
}
