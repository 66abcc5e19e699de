package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

// spoken is a JavaScript expression for what a document shows of its messages.
const spoken = `(page => [...page.querySelectorAll("#messages article:not([data-pending])")].map(article => [
		article.id, article.querySelector("[data-body]").textContent, article.querySelector("[data-edited]") !== null,
		article.dataset.replyTo, article.dataset.mentions, article.dataset.everybody,
		...[...article.querySelectorAll("[data-users]")].map(button => button.value + button.dataset.users + button.querySelector(".reaction-count").textContent),
	].join()).join(" "))`

// quotesHold is a JavaScript expression: whether every answer quotes what it answers as that is now.
const quotesHold = `[...document.querySelectorAll("#messages [data-reply-to]")].every(article => {
	const answered = document.getElementById("message-" + article.dataset.replyTo), quote = article.querySelector("[data-quote]").textContent
	return quote === (answered
		? answered.querySelector(".message-author").textContent + " " + answered.querySelector("[data-body]").textContent
		: "A message that was deleted")
})`

// Whatever is said, edited, deleted and reacted to, and whatever the server does meanwhile.
func TestMessagesAreAlwaysAsOnAFreshPage(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	talk := &talkers{p: p, rand: rand.New(rand.NewPCG(seed, 0)), people: []*member{programOf(ada, p), newMember(t, p, "Grace")}}
	ada.live()
	for i := range 12 {
		for range 1 + talk.rand.IntN(10) {
			talk.step()
		}
		if i%5 == 4 {
			p.kill()
			p.start()
		}
		ada.agrees("/rooms/general", spoken, fmt.Sprintf("%q", talk.log))
		ada.await("quotes are as what they quote", quotesHold)
	}
	if talk.posts < 5 {
		t.Errorf("only %d messages were posted: this proves little", talk.posts)
	}
}

// talkers do at random what is done with messages.
type talkers struct {
	p      *process
	rand   *rand.Rand
	people []*member
	posts  int
	log    []string
}

func (w *talkers) step() {
	var page struct{ Messages []said }
	w.people[0].read(w.p, "/rooms/general", &page)
	some := said{ID: "none"}
	if n := len(page.Messages); n > 0 {
		some = page.Messages[w.rand.IntN(n)]
	}
	switch n := w.rand.IntN(10); {
	case n < 3 && w.posts < 45: // fewer than a page has
		w.posts++
		w.do("/rooms/general/messages", url.Values{"body": {w.one("hello", "@Grace hello", "@room @Ada")}, "reply_to": {w.one("", strings.TrimPrefix(some.ID, "none"))}})
	case n == 3:
		w.do("/messages/"+some.ID, url.Values{"_method": {"PATCH"}, "body": {some.Body + " @Ada"}})
	case n == 4:
		w.do("/messages/"+some.ID, url.Values{"_method": {"DELETE"}})
	default:
		w.do("/messages/"+some.ID+"/reactions", url.Values{"emoji": {w.one("👍", "🎉", "❤️")}, "state": {w.one("on", "on", "off")}})
	}
}

func (w *talkers) one(texts ...string) string { return texts[w.rand.IntN(len(texts))] }

func (w *talkers) do(path string, form url.Values) {
	w.log = append(w.log, path+" "+form.Encode())
	w.people[w.rand.IntN(len(w.people))].post(w.p, path, form)
}
