package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// receipts is a JavaScript expression for who has read how far: the texts of messages, and what stands under them.
const receipts = `[...document.querySelectorAll("#messages > [data-seen]")].map(r =>
	r.previousElementSibling.querySelector("[data-body]").textContent + ": " + r.textContent.replace(/\s+/g, " ").trim()).join("|")`

func (b *tab) awaitReceipts(want string) {
	b.t.Helper()
	b.await(fmt.Sprintf("what has been seen is %q", want), fmt.Sprintf("%s === %q", receipts, want))
}

// frank switches in the settings whether others may see how far one has read.
func (b *tab) frank(on bool) {
	b.t.Helper()
	b.open("/settings")
	b.await("it can be switched", fmt.Sprintf(`document.querySelector("[name=receipts]")?.checked === %t`, !on))
	b.do(chromedp.Click(chromedp.CSS(`[name=receipts]`)), chromedp.Submit(chromedp.CSS(`form[action="/settings/preferences"]`)))
	b.await("it is saved", fmt.Sprintf(`fetch("/settings").then(r => r.text()).then(html => { window.saved = html.includes('name="receipts" checked') }) && window.saved === %t`, on))
}

func TestWhatSomebodyHasSeenShowsOnTheOtherServerUntilTheyTakeItBack(t *testing.T) {
	t.Parallel()
	c := startCluster(t, "CHAT_READ_RECEIPTS=on")
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.writesTo("Grace")
	grace.writesTo("Ada")
	grace.do(focused)
	ada.live()
	ada.say("one")
	grace.sees("one")
	grace.await("she has read it", `fetch("/rooms", { headers: { Accept: "application/json" } }).then(r => r.json()).then(({ rooms }) => { window.unread = rooms.find(r => r.direct).unread }) && window.unread === 0`)
	grace.say("none of your business")
	ada.sees("none of your business")
	ada.awaitReceipts("")

	grace.frank(true)
	grace.writesTo("Ada")
	grace.do(focused)
	ada.awaitReceipts("")
	ada.say("two")
	ada.awaitReceipts("two: Seen")
	ada.say("three")
	ada.awaitReceipts("three: Seen")
	if own := grace.eval(receipts); own != "" {
		t.Errorf("what she has read herself is shown to her: %q", own)
	}
	ada.edit("three", "3")
	ada.awaitReceipts("3: Seen")
	grace.say("yes")
	ada.sees("yes")
	ada.awaitReceipts("3: Seen")
	room := ada.eval(`location.pathname`)
	ada.open(room)
	ada.live()
	ada.awaitReceipts("3: Seen")
	plain := ada.another()
	plain.do(withoutScripts)
	plain.open(room)
	plain.do(chromedp.WaitVisible(chromedp.CSS(`article + .receipt`)))

	grace.frank(false)
	ada.awaitReceipts("")
	ada.open(room)
	ada.live()
	ada.awaitReceipts("")
}

func TestAmongSeveralPeopleThoseAreNamedWhoHaveSeenIt(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "CHAT_READ_RECEIPTS=on")
	ada, grace, linus := person(t, p), person(t, p), person(t, p)
	for name, b := range map[string]*tab{"Ada": ada, "Grace": grace, "Linus": linus} {
		b.signUp(name)
		b.frank(true)
	}
	programOf(ada, p).does(p, "/dms", map[string][]string{"user": {"Grace", "Linus"}})
	ada.open("/rooms")
	ada.await("the conversation is there", directs+` === "Grace, Linus"`)
	room := ada.eval(`document.querySelector("#directs a").pathname`)
	ada.open(room)
	ada.live()
	ada.say("one")
	ada.sees("one")
	programOf(linus, p).does(p, room+"/read", nil)
	ada.awaitReceipts("one: Seen by Linus")
	programOf(grace, p).does(p, room+"/read", nil)
	ada.awaitReceipts("one: Seen by Grace, Linus")
	ada.say("two")
	ada.sees("two")
	programOf(linus, p).does(p, room+"/read", nil)
	ada.awaitReceipts("one: Seen by Grace|two: Seen by Linus")
	programOf(linus, p).does(p, "/settings/profile", map[string][]string{"name": {"Benedict"}})
	ada.awaitReceipts("one: Seen by Grace|two: Seen by Benedict")
	programOf(grace, p).does(p, room+"/read", nil)
	ada.awaitReceipts("two: Seen by Benedict, Grace")
	ada.open(room)
	ada.live()
	ada.awaitReceipts("two: Seen by Benedict, Grace")
}

func TestByDefaultNobodyIsOfferedToShowWhatTheyHaveRead(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.open("/settings")
	ada.await("there are preferences", `document.querySelector("#quiet-from")`)
	if n := ada.eval(`document.querySelectorAll("[name=receipts]").length`); n != "0" {
		t.Error("the switch is offered, and would do nothing")
	}
}
