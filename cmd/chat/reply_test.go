package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// quote is a JavaScript expression for what a message says that it answers.
func quote(text string) string { return article(text) + `?.querySelector("[data-quote]")?.textContent` }

func TestAnAnswerQuotesWhatItAnswersAsThatIsNow(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("Tea or coffee?")
	grace.choose("Tea or coffee?", "reply")
	grace.await("the composer says what is answered", `document.querySelector("#reply:not([hidden])")?.textContent.includes("Tea or coffee?")`)
	grace.say("Tea, please")
	grace.await("the next message answers nothing", `document.querySelector("#reply").hidden && document.querySelector("#composer").elements.reply_to.value === ""`)
	for _, b := range []*tab{ada, grace} {
		b.sees("Tea, please")
		b.await("it quotes", quote("Tea, please")+` === "Ada Tea or coffee?"`)
	}
	ada.edit("Tea or coffee?", "Tea or juice?")
	grace.await("the quote follows", quote("Tea, please")+` === "Ada Tea or juice?"`)
	ada.choose("Tea or juice?", "delete")
	ada.do(chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	for _, b := range []*tab{ada, grace} {
		b.await("nothing is left of it", quote("Tea, please")+` === "A message that was deleted" && !document.documentElement.outerHTML.includes("juice")`)
		b.open("/rooms/general")
		b.await("a fresh page agrees", quote("Tea, please")+` === "A message that was deleted"`)
	}
}

func TestAnAnswerCanBeGivenUp(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.say("To myself")
	ada.choose("To myself", "reply")
	ada.await("the composer has the focus", `document.activeElement.id === "body"`)
	ada.do(chromedp.KeyEvent(kb.Escape))
	ada.await("nothing is answered", `document.querySelector("#reply").hidden`)
	ada.say("Something else")
	ada.sees("Something else")
	if quotes := ada.eval(`document.querySelectorAll("[data-quote]").length`); quotes != "0" {
		t.Errorf("%s messages quote", quotes)
	}
}

// long posts messages until the first ones are not on the newest page.
func long(t *testing.T, p *process, poster *member) {
	t.Helper()
	for i := range 130 {
		poster.say(p, fmt.Sprintf("message %03d", i))
	}
}

// inSight is a JavaScript expression that says whether a message is within the scroller.
func inSight(text string) string {
	return fmt.Sprintf(`(a => { const box = document.querySelector("#scroller").getBoundingClientRect(), at = a?.getBoundingClientRect()
		return at && at.top >= box.top && at.bottom <= box.bottom })(%s)`, article(text))
}

func TestALinkLeadsToAMessageFarBackAndFromThereToThePresent(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada := person(t, here)
	ada.signUp("Ada")
	poster := newMember(t, there, "Grace")
	poster.say(there, "The decision of long ago")
	id := ada.idOf("The decision of long ago")
	long(t, there, poster)
	answer := url.Values{"body": {"As was decided"}, "reply_to": {id}}
	poster.post(there, "/rooms/general/messages", answer)

	ada.open("/rooms/general")
	ada.sees("As was decided")
	ada.await("it quotes what is not on the page", quote("As was decided")+` === "Grace The decision of long ago"`)
	if ada.eval(article("The decision of long ago")) != "undefined" {
		t.Fatal("the whole history is on the page: this proves nothing")
	}
	ada.eval(article("As was decided") + `.querySelector("[data-quote]").click()`)
	pointed := inSight("The decision of long ago") + ` && "pointed" in ` + article("The decision of long ago") + `.dataset`
	ada.await("the message is in sight and stands out", pointed)
	ada.await("it has the focus", `document.activeElement === `+article("The decision of long ago"))
	ada.await("it stands out for a while only", `!document.querySelector("[data-pointed]")`)

	poster.say(there, "Meanwhile")
	place := ada.eval(`(() => {
		window.anchor = [...document.querySelectorAll("#messages article")].at(-1)
		window.place = () => anchor.getBoundingClientRect().bottom
		document.querySelector("#scroller").scrollTop = 0
		return place()
	})()`)
	ada.await("newer messages have come", `[...document.querySelectorAll("#messages article")].at(-1) !== anchor`)
	if now := ada.eval(`place()`); !closeTo(now, place) {
		t.Errorf("what was read moved from %s to %s px", place, now)
	}
	ada.await("one reads on to the present", `(document.querySelector("#scroller").scrollTop = 0, `+article("Meanwhile")+`)`)
	texts := ada.messages()
	for i, text := range texts[1:131] {
		if want := fmt.Sprintf("message %03d", i); text != want {
			t.Fatalf("message %d is %q", i, text)
		}
	}
	if last := texts[len(texts)-2:]; len(texts) != 133 || last[0] != "As was decided" || last[1] != "Meanwhile" {
		t.Errorf("%d messages, at the end %q", len(texts), last)
	}
	poster.say(there, "And live again")
	ada.sees("And live again")

	ada.open("/rooms/general?around=" + id)
	ada.await("the address alone leads there too", pointed)
}

func TestALinkToAMessageThatIsLoadedDoesNotLoadThePage(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	poster := newMember(t, p, "Grace")
	poster.say(p, "The question")
	id := ada.idOf("The question")
	for i := range 40 {
		poster.say(p, fmt.Sprintf("message %03d", i))
	}
	poster.post(p, "/rooms/general/messages", url.Values{"body": {"The answer"}, "reply_to": {id}})
	ada.sees("The answer")
	ada.eval(`window.stillTheSamePage = document.querySelector("#messages")`)
	ada.eval(article("The answer") + `.querySelector("[data-quote]").click()`)
	ada.await("the question is in sight", inSight("The question")+` && document.querySelector("[data-pointed]")`)
	if ada.eval(`stillTheSamePage.isConnected`) != "true" {
		t.Error("the page was loaded again")
	}
	ada.eval(`(location.hash = "message-` + ada.idOf("The answer") + `")`)
	ada.await("an address within the page leads there, too", inSight("The answer"))
}

func TestAnswersWorkWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	grace := person(t, p)
	grace.signUp("Grace")
	grace.say("Anybody there?")
	id := grace.idOf("Anybody there?")
	plain := grace.another()
	plain.do(withoutScripts)
	plain.open("/rooms/general?reply=" + id)
	plain.do(chromedp.SendKeys(textarea, "Yes"), chromedp.Click(chromedp.CSS(`#composer button`)))
	grace.await("the answer quotes", quote("Yes")+` === "Grace Anybody there?"`)
	plain.open("/rooms/general?reply=nonsense")
	if html := plain.html(); strings.Contains(html, "nonsense") {
		t.Error("what is no message is answered")
	}
}

// html is the page, for tabs without scripts.
func (b *tab) html() string {
	b.t.Helper()
	html, err := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS(`#composer`)))
	if err != nil {
		b.t.Fatal(err)
	}
	return html
}
