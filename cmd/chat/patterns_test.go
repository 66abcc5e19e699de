package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The page of a pattern, as JavaScript sees it. Every EventSource that the panel opens is in opened.
const (
	state    = `document.querySelector("[data-part=state]").dataset.state`
	events   = `Number(document.querySelector("[data-part=events]").textContent)`
	rows     = `document.querySelectorAll("[data-part=list] [data-event]").length`
	address  = `document.querySelector("[data-part=address]").textContent`
	numbers  = `[...document.querySelectorAll("[data-part=list] [data-event=message] pre")].map(pre => pre.textContent.match(/"n":(\d+)/)[1]).join()`
	allOver  = `opened.length > 0 && opened.every(source => source.readyState === 2)`
	atNewest = `(list => list.scrollHeight - list.clientHeight - list.scrollTop < 24)(document.querySelector("[data-part=list]"))`
)

// watch opens a pattern's page, with a stream other than its own if an address is given.
func (b *tab) watch(name, stream string) {
	b.t.Helper()
	b.open("/patterns/" + name)
	b.await("the panel works", `document.querySelector("pattern-panel:defined")`)
	b.eval(`(window.opened = [], window.EventSource = class extends EventSource {
		constructor(url) { super(url); if (url.startsWith("/patterns/")) opened.push(this) }
	})`)
	if stream != "" {
		b.eval(fmt.Sprintf(`(panel => (panel.dataset.stream = %q, panel.parentNode.append(panel)))(document.querySelector("pattern-panel"))`, stream))
	}
}

func (b *tab) press(part string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`document.querySelector("[data-part=%s]").click()`, part))
}

// sends fills in the fields of a form of the page and sends it.
func (b *tab) sends(action string, fields map[string]string) {
	b.t.Helper()
	for name, value := range fields {
		b.eval(fmt.Sprintf(`document.querySelector('form[action=%q]').elements[%q].value = %q`, action, name, value))
	}
	b.eval(fmt.Sprintf(`document.querySelector('form[action=%q] button').click()`, action))
}

func upTo(n int) string {
	var all []string
	for i := 1; i <= n; i++ {
		all = append(all, strconv.Itoa(i))
	}
	return strings.Join(all, ",")
}

func TestAStoppedStreamGoesOnAfterItsLastID(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("count", "/patterns/count/events?n=15&every=150")
	ada.press("start")
	ada.await("some have come", events+` >= 3`)
	ada.press("stop")
	if got := ada.eval(state + ` + " " + (` + allOver + `)`); got != "stopped true" {
		t.Errorf("after Stop: %s", got)
	}
	last := ada.eval(`document.querySelector("[data-part=last]").textContent`)

	ada.press("start")
	if got := ada.eval(address); !strings.HasSuffix(got, "&lastEventId="+last) {
		t.Errorf("after %s it asks for %s", last, got)
	}
	ada.await("it has ended", state+` === "ended"`)
	if got := ada.eval(numbers); got != upTo(15) {
		t.Errorf("came %s", got)
	}
}

func TestAFinishedStreamIsNotOpenedAgain(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("count", "/patterns/count/events?n=3&every=10")
	ada.press("start")
	ada.await("it has ended", state+` === "ended"`)
	if got := ada.eval(`opened.length + " " + (` + allOver + `)`); got != "1 true" { // a closed EventSource stays so
		t.Errorf("the page has opened, and closed all of them: %s", got)
	}
	if got := ada.eval(`document.querySelector("[data-part=list]").lastElementChild.dataset.event`); got != "end" {
		t.Errorf("the last event is %s", got)
	}

	ada.press("start") // one that comes back all the same is told so again
	ada.await("it has ended again", state+` === "ended" && opened.length === 2`)
	if got := ada.eval(events); got != "3" {
		t.Errorf("%s events came", got)
	}
}

func TestClearForgetsWhatCameAndWhere(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("count", "/patterns/count/events?n=4&every=10")
	ada.press("start")
	ada.await("it has ended", state+` === "ended"`)
	ada.press("clear")
	if got := ada.eval(events + ` + " " + ` + rows); got != "0 0" {
		t.Errorf("after Clear the counter and the list hold %s", got)
	}
	ada.press("start")
	ada.await("it has ended again", state+` === "ended" && `+events+` === 4`)
	if got := ada.eval(numbers); got != upTo(4) {
		t.Errorf("came %s", got)
	}
}

func TestTheListKeepsTheLast20AndCountsAll(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("last", "/patterns/count/events?n=50&every=5")
	ada.press("start")
	ada.await("it has ended", state+` === "ended"`)
	if got := ada.eval(events + ` + " " + ` + rows); got != "50 20" {
		t.Errorf("the counter and the list hold %s", got)
	}
	if got, want := ada.eval(numbers), strings.TrimPrefix(upTo(50), upTo(31)+","); got != want {
		t.Errorf("the list holds %s, want %s", got, want) // the twentieth is the event end
	}
}

func TestTheListFollowsUntilItsReaderScrollsUp(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("last", "/patterns/count/events?n=10000&every=40")
	ada.press("start")
	ada.await("the list is full", rows+` === 20`)
	if ada.eval(atNewest) != "true" {
		t.Error("the list does not follow")
	}

	ada.eval(`document.querySelector("[data-part=list]").scrollTop = 100`)
	ada.eval(`window.count = ` + events)
	ada.await("more has come", events+` >= count + 5`)
	if ada.eval(atNewest) == "true" {
		t.Error("the list went on under its reader")
	}
	ada.await("the way back is shown", `!document.querySelector("[data-part=newest]").hidden`)

	ada.press("newest")
	ada.eval(`window.count = ` + events)
	ada.await("more has come", events+` >= count + 5`)
	if ada.eval(atNewest+` + " " + document.querySelector("[data-part=newest]").hidden`) != "true true" {
		t.Error("the list does not follow again")
	}
}

func TestLeavingAPatternClosesItsStream(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("control", "")
	ada.press("start")
	ada.await("it runs", events+` > 1`)
	ada.eval(`document.querySelector('.page-head a[href="/patterns"]').click()`)
	ada.await("the list of patterns is shown in the same document", `location.pathname === "/patterns" && window.opened`)
	ada.await("the stream is closed", allOver)
}

// Over HTTP/1.1 these streams take all the connections that the browser has for a server.
func TestManyStreamsDoNotHoldTheirReaderBack(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	const someOpen = `document.querySelector("[data-part=open]").textContent.match(/^[4-6] of 10$/)`
	ada.watch("http2", "")
	ada.press("start")
	ada.await("some are open", someOpen)
	ada.press("ask")
	ada.await("asking gets no answer", `document.querySelector("[data-part=answer]").textContent.includes("no answer")`)
	ada.open("/patterns/http2")
	ada.await("the page is loaded anew", `window.opened === undefined && document.querySelector("pattern-panel:defined")`)

	ada.watch("http2", "")
	ada.press("start")
	ada.await("some are open", someOpen)
	ada.eval(`document.querySelector('.page-head a[href="/patterns"]').click()`)
	ada.await("the list of patterns is shown", `location.pathname === "/patterns" && document.querySelector("[data-pattern=http2]")`)
	ada.await("the streams are closed", allOver)
}

func TestWhatAFormBroadcastsArrivesEverywhere(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	for name, b := range map[string]*tab{"Ada": ada, "Grace": grace} {
		b.signUp(name)
		b.watch("stream", "")
		b.press("start")
		b.await("it is connected", state+` === "connected"`)
	}
	ada.eval(`document.querySelector("textarea").focus()`)
	ada.sends("/patterns/stream", map[string]string{"data": "one\n<b>two</b>", "event": "note", "id": "n7"})
	for _, b := range []*tab{ada, grace} {
		b.await("it is shown as a frame", `[...document.querySelectorAll("[data-event=note] pre")].some(pre => pre.textContent === "id: n7\nevent: note\ndata: one\ndata: <b>two</b>")`)
	}
	ada.await("the form says so", `document.querySelector("[data-sent]").textContent.startsWith("Sent")`)
	if got := ada.eval(`document.querySelector("textarea").value + " " + document.activeElement.name`); got != "one\n<b>two</b> data" {
		t.Errorf("the text and the focus are now %q", got)
	}

	grace.sends("/patterns/stream/close", nil)
	for _, b := range []*tab{ada, grace} {
		b.await("it is closed for everyone", state+` === "ended" && `+allOver)
	}
}

func TestARefusedFormSaysWhyBesideTheField(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.watch("stream", "")
	ada.sends("/patterns/stream", map[string]string{"data": "kept", "retry": "soon"})
	ada.await("the problem is shown", `document.querySelector("[data-problem=retry]:not([hidden])")?.textContent`)
	if got := ada.eval(`document.querySelector("[name=retry]").getAttribute("aria-invalid") + " " + document.querySelector("textarea").value`); got != "true kept" {
		t.Errorf("the fields are now %s", got)
	}
	ada.sends("/patterns/stream", map[string]string{"retry": "100"})
	ada.await("the problem is gone", `document.querySelector("[data-problem=retry][hidden]") && document.querySelector("[data-sent]").textContent`)
}

func TestPatternsAreOfUseWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.watch("stream", "")
	grace.press("start")
	grace.await("it is connected", state+` === "connected"`)

	ada.do(withoutScripts)
	ada.open("/patterns/stream")
	ada.do(
		chromedp.WaitVisible(chromedp.CSS(`[data-without-script]`)),
		chromedp.WaitVisible(chromedp.CSS(`.command`)),
		chromedp.WaitVisible(chromedp.CSS(`.source`)),
		chromedp.WaitNotVisible(chromedp.CSS(`[data-part=start]`)),
		chromedp.Click(chromedp.CSS(`form[action="/patterns/stream"] button`)),
	)
	grace.await("what Ada's form sent arrives", events+` === 1`)
	ada.do(chromedp.WaitVisible(chromedp.CSS(`[data-without-script]`)))
	if got := ada.path(); got != "/patterns/stream" {
		t.Errorf("the form leads to %s", got)
	}
}

func (b *tab) path() string {
	b.t.Helper()
	address, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.TrimPrefix(address, b.base)
}

func TestPatternsFitTheirScreens(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada Lovelace")
	ada.open("/patterns")
	pages := strings.Fields(ada.eval(`[...document.querySelectorAll(".gallery a[data-pattern]")].map(a => a.getAttribute("href")).join(" ")`))
	if len(pages) < 15 {
		t.Fatalf("the list shows %d patterns: this proves too little", len(pages))
	}
	ada.examines()
	for _, path := range pages {
		ada.glance(scene{path: path, open: `document.querySelector("[data-part=start]")?.click()`})
	}
}
