package main

import (
	"fmt"
	"strconv"
	"testing"
)

// questions is how often a page has asked who is there.
const questions = `performance.getEntriesByType("resource").filter(e => e.name.endsWith("/presence")).length`

func (b *tab) questions() int {
	b.t.Helper()
	n, err := strconv.Atoi(b.eval(questions))
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestAPageIsToldThatWhoeverJoinsIsThere(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	room := ada.newRoom("Engine room")
	ada.live()
	ada.await("the page has asked", questions+` > 0`)
	before := ada.questions()
	programOf(grace, there).does(there, "/rooms/"+room+"/join", nil)
	ada.await("Grace is shown to be there", `document.querySelector("#members li:not([data-me]) .avatar")?.dataset.state === "online"`)
	if n := ada.questions(); n != before {
		t.Errorf("the page asked %d times more who is there", n-before)
	}
}

func TestOneTabOfABrowserAsksWhoIsThereWhenTheServerIsBack(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.live()
	other := ada.another()
	other.open("/rooms/general")
	other.live()
	other.await("the page has asked", questions+` === 1`)
	before := ada.questions()
	for _, tab := range []*tab{ada, other} { // whatever they were told is no longer so
		tab.eval(`document.querySelector("#members [data-me] .avatar").dataset.state = "unknown"`)
	}
	p.kill()
	for _, tab := range []*tab{ada, other} {
		tab.await("it says so", `document.querySelector("#status").dataset.state === "reconnecting"`)
	}
	p.start()
	ada.await("one tab has asked", fmt.Sprint(questions, " === ", before+1))
	other.await("the other one knows", `document.querySelector("#members [data-me] .avatar").dataset.state === "online"`)
	if n := other.questions(); n != 1 {
		t.Errorf("the other tab asked %d times more", n-1)
	}
}
