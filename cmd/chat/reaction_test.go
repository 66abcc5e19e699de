package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// article is a JavaScript expression for the article of the message with this text.
func article(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#messages article:not([data-pending])")].find(a => a.querySelector("[data-body]").textContent === %q)`, text)
}

// idOf is a message's id.
func (b *tab) idOf(text string) string {
	b.t.Helper()
	b.sees(text)
	return b.eval(article(text) + `.id.slice("message-".length)`)
}

// choose opens the menu of a message and takes what is named there.
func (b *tab) choose(text, what string) {
	b.t.Helper()
	b.sees(text)
	b.eval(article(text) + `.querySelector("[data-tool=menu]").click()`)
	b.await("its menu is open", `document.querySelector("#message-menu:popover-open")`)
	b.eval(fmt.Sprintf(`document.querySelector("#message-menu [data-do=%s]:not([hidden])").click()`, what))
}

// reactions is a JavaScript expression for what stands under a message: each emoji with its number, and a
// star if the viewer is among those.
func reactions(text string) string {
	return article(text) + `?.querySelectorAll("[data-users]").values().map(b =>
		b.value + b.querySelector(".reaction-count").textContent + (b.ariaPressed === "true" ? "*" : "")).toArray().join(" ")`
}

func (b *tab) awaitReactions(text, want string) {
	b.t.Helper()
	b.await(fmt.Sprintf("%q has the reactions %q", text, want), fmt.Sprintf("%s === %q", reactions(text), want))
}

func TestReactionsAreCountedForEverybodyAndTakenAwayAgain(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("Shall we?")
	grace.choose("Shall we?", "emoji") // the first one that is offered
	grace.awaitReactions("Shall we?", "👍1*")
	ada.awaitReactions("Shall we?", "👍1")
	ada.eval(article("Shall we?") + `.querySelector(".reaction").click()`)
	ada.awaitReactions("Shall we?", "👍2*")
	grace.awaitReactions("Shall we?", "👍2*")
	if who := grace.eval(article("Shall we?") + `.querySelector(".reaction").title`); who != "Grace, Ada" {
		t.Errorf("they are from %q", who)
	}
	grace.eval(article("Shall we?") + `.querySelector(".reaction").click()`)
	for _, b := range []*tab{ada, grace} {
		b.await("one is left", reactions("Shall we?")+`.startsWith("👍1")`)
		live := b.eval(reactions("Shall we?"))
		b.open("/rooms/general")
		b.awaitReactions("Shall we?", live)
	}
}

func TestReactionsOutliveAnEditAndGoWithTheMessage(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("One more thing")
	grace.choose("One more thing", "emoji")
	ada.awaitReactions("One more thing", "👍1")
	ada.edit("One more thing", "Two more things")
	grace.awaitReactions("Two more things", "👍1*")
	ada.choose("Two more things", "delete")
	ada.do(chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	grace.await("it is gone", `document.querySelectorAll("#messages article").length === 0`)
}

func TestAnyEmojiIsAReactionAndNothingElse(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.say("Breakfast?")
	ada.choose("Breakfast?", "react")
	ada.await("the picker is open", `document.querySelector("#picker:popover-open")`)
	other := chromedp.CSS(`#picker input[name=emoji]`)
	ada.do(chromedp.SendKeys(other, "yes"), pressEnter)
	ada.await("it says what is wrong", `document.querySelector("#picker [data-problem]").textContent.includes("one emoji")`)
	ada.eval(`(document.querySelector("#picker-emoji").value = "🥐")`)
	ada.do(chromedp.Focus(other), pressEnter)
	ada.awaitReactions("Breakfast?", "🥐1*")
	ada.await("the picker is closed", `!document.querySelector("#picker:popover-open")`)
}

func TestTheMenuOfAMessageIsReachedByKeyboard(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.say("first")
	ada.say("second")
	ada.sees("second")
	tabStops := ada.eval(`document.querySelectorAll("#messages [data-tool]:not([tabindex='-1'])").length`)
	if tabStops != "1" {
		t.Errorf("%s tools are in the tab order, want one for all messages", tabStops)
	}
	ada.eval(`document.querySelector("#messages [data-tool][tabindex='0']").focus()`)
	ada.do(chromedp.KeyEvent(kb.ArrowUp), pressEnter)
	ada.await("the menu is open", `document.querySelector("#message-menu:popover-open")`)
	ada.do(chromedp.KeyEvent(kb.ArrowRight), pressEnter)
	ada.awaitReactions("first", "❤️1*")
	ada.await("the menu is closed", `!document.querySelector("#message-menu:popover-open")`)
	ada.eval(article("first") + `.querySelector("[data-tool=menu]").focus()`)
	ada.do(pressEnter, chromedp.KeyEvent(kb.Escape))
	ada.await("the focus is back", `document.activeElement === `+article("first")+`.querySelector("[data-tool=menu]")`)
}

func TestReactionsWorkWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := newMember(t, p, "Ada"), person(t, p)
	grace.signUp("Grace")
	ada.say(p, "Plain pages")
	id := grace.idOf("Plain pages")
	if status := ada.post(p, "/messages/"+id+"/reactions", map[string][]string{"emoji": {"🎉"}}); status != http.StatusSeeOther {
		t.Fatalf("reacting answers %d", status)
	}
	grace.awaitReactions("Plain pages", "🎉1")
	plain := grace.another()
	plain.do(withoutScripts)
	plain.open("/rooms/general")
	plain.do(chromedp.Click(chromedp.CSS(`.reaction`)))
	grace.awaitReactions("Plain pages", "🎉2*")
	plain.open("/messages/" + id)
	plain.do(chromedp.Click(chromedp.CSS(`button[aria-pressed=true]`)))
	grace.awaitReactions("Plain pages", "🎉1")
}
