package main

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// logIn signs somebody in who has an account: on one more device.
func (b *tab) logIn(name string) {
	b.t.Helper()
	b.open("/login")
	b.do(
		chromedp.SendKeys(chromedp.CSS(`input[name=name]`), name),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "correct horse battery"),
		chromedp.Submit(chromedp.CSS(`form[action^="/login"]`)),
	)
	b.isIn(name)
}

// rings waits until the bell shows a number.
func (b *tab) rings(n int) {
	b.t.Helper()
	b.await(fmt.Sprintf("the bell says %d", n), fmt.Sprintf(`document.querySelector("#bell").dataset.unread === "%d"
		&& document.querySelector("#bell [data-badge]").hidden === %t
		&& document.title.startsWith("🔔") === %t`, n, n == 0, n > 0))
}

// mentions is a JavaScript expression for the number of unread messages of a room that are for the viewer.
func mentions(room string) string {
	return fmt.Sprintf(`(badge => badge.hidden ? 0 : Number(badge.querySelector("[data-mention-count]").textContent))(document.querySelector('[data-line="%s"] [data-mention-badge]'))`, room)
}

// notified is a JavaScript expression for what the notification centre says, the newest first.
const notified = `[...document.querySelectorAll("#notifications [data-says]")].map(p => p.innerText.trim()).join("|")`

func TestAMentionRingsOnEveryDeviceAndReadingItSilencesThemAll(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	grace, ada, phone := person(t, c.nodes[0]), person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	phone.logIn("Ada")
	for _, b := range []*tab{ada, phone} {
		b.open("/rooms")
		b.live()
		b.rings(0)
	}
	grace.say("Good morning")
	grace.say("@Ada have you seen this?")
	for _, b := range []*tab{ada, phone} {
		b.rings(1)
		b.await("two are unread", badge("general")+` === 2`)
		b.await("one of them is for her", mentions("general")+` === 1`)
		b.await("the icon has a dot", `document.querySelector("link[rel=icon]").href.endsWith("icon-unread.svg")`)
	}
	phone.open("/rooms")
	phone.rings(1)
	phone.await("a fresh page agrees", mentions("general")+` === 1`)

	ada.do(focused, chromedp.Click(chromedp.CSS(`[data-line=general] a`)))
	ada.sees("@Ada have you seen this?")
	for _, b := range []*tab{ada, phone} {
		b.rings(0)
		b.await("nothing is for her", mentions("general")+` === 0`)
		b.await("nothing is unread", badge("general")+` === 0`)
		b.await("the icon is plain", `document.querySelector("link[rel=icon]").href.endsWith("icon.svg")`)
	}
}

func TestTheNotificationCentreSaysWhoDidWhatWhereAndKeepsUp(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	program := programOf(grace, there)
	ada.open("/notifications")
	ada.live()
	ada.await("it says that there is nothing", `document.querySelector("[data-nothing]").checkVisibility()`)

	program.does(there, "/rooms/general/messages", url.Values{"body": {"@Ada one"}})
	ada.await("the mention is told, with the room", notified+` === "Grace mentioned you in general"`)
	program.does(there, "/dms", url.Values{"user": {"Ada"}})
	ada.await("the conversation is there", directs+` === "Grace"`)
	room := ada.eval(`document.querySelector("#directs [data-line]").dataset.line`)
	program.does(there, "/rooms/"+room+"/messages", url.Values{"body": {"two"}})
	programOf(ada, here).post(there, "/api/notify", url.Values{"user": {"Ada"}, "text": {"The backup is done."}})
	all := notified + ` === "The backup is done.|Grace wrote to you|Grace mentioned you in general"`
	ada.await("the newest comes first", all)
	ada.rings(3)
	ada.open("/notifications")
	ada.await("a fresh page agrees", all)

	ada.do(chromedp.Click(chromedp.CSS(`[data-kind=note] button`)))
	ada.rings(2)
	ada.await("it is read", `document.querySelector("[data-kind=note]").dataset.read === ""`)
	ada.open("/notifications?filter=unread")
	ada.await("what is unread is listed", notified+` === "Grace wrote to you|Grace mentioned you in general"`)
	ada.live()
	ada.do(chromedp.Click(chromedp.CSS(`[data-kind=direct] button`)))
	ada.await("what was read is not", notified+` === "Grace mentioned you in general"`)
	ada.open("/notifications?filter=mentions")
	ada.await("mentions alone can be listed", notified+` === "Grace mentioned you in general"`)

	ada.do(chromedp.Click(chromedp.CSS(`[data-kind=mention] a`)))
	ada.await("it leads to the message", `document.getElementById("message-" + new URLSearchParams(location.search).get("around"))?.textContent.includes("one")`)
	ada.rings(0)
}

func TestAllIsMarkedAsReadAtOnceOnAllDevices(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, phone := person(t, here), person(t, there)
	ada.signUp("Ada")
	phone.logIn("Ada")
	program := programOf(ada, here)
	for i := range 3 {
		program.post(there, "/api/notify", url.Values{"user": {"Ada"}, "text": {fmt.Sprint("note ", i)}})
	}
	for _, b := range []*tab{ada, phone} {
		b.open("/notifications")
		b.live()
		b.rings(3)
	}
	ada.do(chromedp.Click(chromedp.CSS(`[data-read-all]`)))
	for _, b := range []*tab{ada, phone} {
		b.rings(0)
		b.await("all are read", `document.querySelectorAll("#notifications > [data-read]").length === 3`)
	}
}

func TestNotificationsAreReadWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	programOf(ada, p).post(p, "/api/notify", url.Values{"user": {"Ada"}, "text": {"The backup is done."}})
	ada.do(withoutScripts)
	ada.open("/notifications")
	ada.do(chromedp.Click(chromedp.CSS(`[data-read-all]`)), chromedp.WaitReady(chromedp.CSS(`#notifications > [data-read]`)))
	ada.open("/notifications?filter=unread")
	ada.do(chromedp.WaitVisible(chromedp.CSS(`[data-nothing]`)))
}

func TestAMutedRoomKeepsQuietOnAllDevices(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, phone, grace := person(t, here), person(t, there), person(t, here)
	ada.signUp("Ada")
	grace.signUp("Grace")
	phone.logIn("Ada")
	phone.open("/rooms")
	phone.live()
	ada.live()
	ada.reveal(`#levels`)
	ada.do(chromedp.Click(chromedp.CSS(`#levels [value=nothing]`)))
	ada.await("the menu says so", `document.querySelector("#levels [aria-pressed=true]").value === "nothing"`)
	phone.await("the room stands back", `"muted" in document.querySelector("[data-line=general]").dataset`)
	grace.say("@Ada are you there?")
	phone.await("the message is counted", badge("general")+` === 1`)
	phone.rings(0)
	if title := phone.eval(`document.title`); title != "Rooms · Chat" {
		t.Errorf("the title is %q", title)
	}

	ada.do(chromedp.Click(chromedp.CSS(`#levels [value=mentions]`)), chromedp.Click(chromedp.CSS(`#levels [value="1h"]`)))
	ada.await("it is muted for a while", `document.querySelector(".mute time").checkVisibility() && document.querySelector("#levels [aria-pressed=true]").value === "mentions"`)
	phone.await("the room stands back", `"muted" in document.querySelector("[data-line=general]").dataset`)
	ada.do(chromedp.Click(chromedp.CSS(`#levels [value=off]`)))
	phone.await("it is heard again", `!("muted" in document.querySelector("[data-line=general]").dataset)`)
	grace.say("@Ada and now?")
	phone.rings(1)
}
