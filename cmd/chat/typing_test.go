package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// typists is a JavaScript expression for who is said to be typing, without the marks that isolate the names.
const typists = `document.querySelector("#typing").textContent.replace(/[\u2068\u2069]/g, "")`

func TestOthersSeeWhoIsTypingForAsLongAsTheyAre(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	linus, ada, grace := person(t, here), person(t, there), person(t, there)
	people := map[string]*tab{"Linus": linus, "Ada": ada, "Grace": grace}
	for name, b := range people {
		b.signUp(name)
	}
	for _, b := range people {
		b.live()
	}
	ada.do(chromedp.SendKeys(textarea, "H"))
	linus.await("one is typing", typists+` === "Ada is typing…"`)
	grace.do(chromedp.SendKeys(textarea, "W"))
	linus.await("two are", typists+`.match(/^(Ada and Grace|Grace and Ada) are typing…$/)`)
	if text := ada.eval(typists); text != "" && text != "Grace is typing…" {
		t.Errorf("Ada is told %q", text)
	}
	ada.do(chromedp.SendKeys(textarea, "ello"), pressEnter)
	linus.sees("Hello")
	linus.await("who has sent is not typing", typists+` === "Grace is typing…"`)

	const watch = `(new MutationObserver(() => { window.silent = Date.now() }).observe(document.querySelector("#typing"), { childList: true }))`
	grace.eval(`document.querySelector("#body").addEventListener("input", () => { window.typed = Date.now() })`)
	linus.eval(watch)
	grace.do(chromedp.SendKeys(textarea, "ell"))
	linus.await("nobody is said to be typing who is not", typists+` === ""`)
	typed, _ := strconv.ParseInt(grace.eval(`typed`), 10, 64)
	silent, _ := strconv.ParseInt(linus.eval(`silent`), 10, 64)
	if took := time.Duration(silent-typed) * time.Millisecond; took > 8*time.Second { // 6, and what a busy machine takes
		t.Errorf("it was said for %s after the last key", took)
	}
}
