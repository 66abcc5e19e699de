package main

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// unseen turns the browser's notifications on in a tab, which is not looked at from now on.
const unseen = `(() => {
	localStorage.setItem("chat-alerts", "on")
	Object.defineProperty(document, "hidden", { get: () => window.seen !== true, configurable: true })
	document.dispatchEvent(new Event("visibilitychange"))
})()`

// look has somebody look at the tab, or away.
func (b *tab) look(seen string) {
	b.t.Helper()
	b.eval(`(window.seen = ` + seen + `, document.dispatchEvent(new Event("visibilitychange")))`)
	b.await("the other tabs know", `(navigator.locks.query().then(({ held }) => window.looked = String(held.some(l => l.name === "chat-looking"))), window.looked === "`+seen+`")`)
}

func note(text string) url.Values { return url.Values{"user": {"Ada"}, "text": {text}} }

func TestTheBrowserCallsWhileNobodyLooksAndOnlyOnce(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	ada.mayNotify()
	grace.signUp("Grace")
	ada.open("/rooms")
	ada.live()
	other := ada.another()
	other.open("/rooms")
	other.live()
	for _, b := range []*tab{ada, other} {
		b.eval(unseen)
	}
	ada.look("false")
	program := programOf(ada, there)
	grace.say("@Ada look")
	ada.shows("Grace mentioned you in general")
	program.does(there, "/api/notify", note("The backup is done."))
	ada.shows("Grace mentioned you in general", "The backup is done.")
	program.does(there, "/rooms/general/read", nil)
	ada.shows("The backup is done.")
	ada.open("/rooms")
	ada.live()
	ada.shows("The backup is done.") // it outlasts the page
	ada.eval(unseen)
	program.does(there, "/notifications/read", nil)
	ada.shows()

	other.look("true")
	program.does(there, "/api/notify", note("While somebody looks"))
	ada.rings(1)
	other.rings(1)
	other.look("false")
	program.does(there, "/api/notify", note("While nobody looks"))
	ada.shows("While nobody looks")

	ada.open("/settings")
	ada.eval(`document.querySelector("form[action='/logout']").requestSubmit()`)
	ada.await("Ada is signed out", `document.querySelector("form[action^='/login']")`)
	ada.shows()
}

func TestTheBrowserKeepsQuietInQuietHoursWhereverTheyWereSet(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.mayNotify()
	ada.open("/rooms")
	ada.live()
	ada.eval(unseen)
	ada.look("false")
	phone := programOf(ada, p)
	clock := func(d time.Duration) string { return time.Now().UTC().Add(d).Format("15:04") }
	prefer := func(from, to string) {
		phone.does(p, "/settings/preferences", url.Values{"quiet_from": {from}, "quiet_to": {to}, "zone": {"UTC"}})
	}
	phone.does(p, "/api/notify", note("in the evening"))
	ada.shows("in the evening")
	prefer(clock(-time.Hour), clock(time.Hour))
	phone.does(p, "/api/notify", note("at night"))
	ada.rings(2)
	ada.open("/rooms")
	ada.live()
	ada.eval(unseen)
	ada.look("false")
	phone.does(p, "/api/notify", note("later at night"))
	ada.rings(3)
	prefer("", "")
	phone.does(p, "/api/notify", note("in the morning"))
	ada.shows("in the evening", "in the morning")
}

func TestANotificationLeadsToItsRoomInThePageThatIsThere(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.mayNotify()
	ada.open("/rooms")
	ada.live()
	ada.eval(unseen)
	ada.look("false")
	grace := newMember(t, p, "Grace")
	grace.say(p, "@Ada look")
	ada.shows("Grace mentioned you in general")
	worker := ada.worker()
	worker.eval(`(registration.getNotifications().then(([n]) => open(n.data.url)), "")`) // as a click does
	ada.await("it leads to the message", `location.pathname === "/rooms/general" && location.hash.startsWith("#message-")`)
	ada.sees("@Ada look")
}

// worker is the service worker of the person's pages.
func (b *tab) worker() *tab {
	b.t.Helper()
	targets, err := chromedp.Targets(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, info := range targets {
		if info.Type == "service_worker" && strings.HasPrefix(info.URL, b.base) {
			ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID))
			b.t.Cleanup(cancel)
			return &tab{b.t, ctx, b.base}
		}
	}
	b.t.Fatal("there is no service worker")
	return nil
}

// withoutWorkers is a browser that has no service workers, and a list of what it shows.
const withoutWorkers = `
	delete Navigator.prototype.serviceWorker
	window.alerted = []
	window.Notification = class {
		static permission = "granted"
		constructor(title, options) { Object.assign(this, options, { title, closed: false }); alerted.push(this) }
		close() { this.closed = true }
	}`

func TestABrowserWithoutServiceWorkersCallsByItself(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	devtools(ada, chromedp.Call, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: withoutWorkers})
	ada.open("/rooms")
	ada.live()
	ada.eval(unseen)
	ada.look("false")
	programOf(ada, p).does(p, "/api/notify", note("The backup is done."))
	ada.await("it calls", `alerted.map(a => a.title + a.closed).join() === "The backup is done.false"`)
	programOf(ada, p).does(p, "/notifications/read", nil)
	ada.await("it is taken back", `alerted[0].closed`)
}
