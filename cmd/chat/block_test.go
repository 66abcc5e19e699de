package main

import (
	"net/url"
	"strings"
	"testing"
)

func TestWhatSomebodyBlockedDoesCallsForNoAttention(t *testing.T) {
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	grace, linus := newMember(t, p, "Grace"), newMember(t, p, "Linus")
	ada.say("Does anybody hear me?")
	ada.sees("Does anybody hear me?")
	mine := ada.eval(article("Does anybody hear me?") + `.id.slice("message-".length)`)
	programOf(ada, p).does(p, "/blocks", url.Values{"user": {"Grace"}})
	ada.await("the page knows", `document.querySelector("meta[name=blocked]").content !== ""`)
	ada.live()
	ada.eval(`((window.typed = []), new MutationObserver(() => window.typed.push(document.querySelector("#typing").textContent)).
		observe(document.querySelector("#typing"), { childList: true, characterData: true, subtree: true }))`)
	grace.does(p, "/rooms/general/typing", nil)
	linus.does(p, "/rooms/general/typing", nil)
	grace.does(p, "/rooms/general/messages", url.Values{"body": {"@Ada I do"}, "reply_to": {mine}})
	linus.does(p, "/rooms/general/messages", url.Values{"body": {"@Ada so do I"}, "reply_to": {mine}})
	ada.await("who is not blocked concerns her", article("@Ada so do I")+`?.matches("[data-for-me][data-answers-me]")`)
	ada.await("who is blocked does not", article("@Ada I do")+`?.matches(":not([data-for-me], [data-answers-me])")`)
	if typed := ada.eval(`window.typed.join()`); !strings.Contains(typed, "Linus") || strings.Contains(typed, "Grace") {
		t.Errorf("the room says %q", typed)
	}
}
