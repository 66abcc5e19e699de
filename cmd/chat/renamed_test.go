package main

import (
	"net/url"
	"testing"
)

func TestAMentionStandsOutAlsoWhenTheOneItNamesIsCalledOtherwise(t *testing.T) {
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada")
	grace.signUp("Grace Hopper")
	programOf(ada, p).does(p, "/rooms/general/messages", url.Values{"body": {"Ask @grace hopper"}})
	marks := func(b *tab, text string) {
		t.Helper()
		mention := article(text) + `?.querySelector(".mention")`
		b.await("it is marked in "+text, mention+`?.textContent === "@grace hopper"`)
	}
	forMe := func() {
		t.Helper()
		grace.await("it is for Grace", article("Ask @grace hopper")+`.matches("[data-for-me]:has(.mention[data-me])")`)
	}
	marks(grace, "Ask @grace hopper")
	forMe()
	programOf(grace, p).does(p, "/settings/profile", url.Values{"name": {"Amazing"}})
	for _, b := range []*tab{ada, grace} {
		b.await("the new name is known", `[...document.querySelectorAll("#members .member-name")].some(n => n.textContent === "Amazing")`)
		marks(b, "Ask @grace hopper")
	}
	forMe()
	for _, b := range []*tab{ada, grace} {
		b.open("/rooms/general")
		marks(b, "Ask @grace hopper")
	}
	forMe()
	ada.edit("Ask @grace hopper", "Ask @grace hopper please")
	for _, b := range []*tab{ada, grace} {
		marks(b, "Ask @grace hopper please")
	}
	grace.await("it is still for Grace", article("Ask @grace hopper please")+`.matches("[data-for-me]:has(.mention[data-me])")`)
}

// Of somebody with whom one shares no room nothing is told, so what they are called is known when one meets them again.
func TestSomebodyOneMeetsAgainIsCalledAsTheyAreNow(t *testing.T) {
	p := startProcess(t)
	ada, grace := person(t, p), newMember(t, p, "Grace")
	ada.signUp("Ada")
	grace.say(p, "I leave you")
	ada.sees("I leave you")
	grace.does(p, "/rooms/general/members/"+grace.id(p), url.Values{"_method": {"DELETE"}})
	ada.await("she is no member", `document.querySelector("[data-member-count]").textContent === "1"`)
	grace.does(p, "/settings/profile", url.Values{"name": {"Admiral Hopper"}})
	grace.does(p, "/rooms/"+grace.newRoom(p, "Elsewhere", "on")+"/members", url.Values{"user": {"Ada"}})
	ada.await("her old message has the name she has now", article("I leave you")+`?.querySelector(".message-author").textContent === "Admiral Hopper"`)
}
