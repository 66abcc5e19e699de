package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

// programOf asks the server as somebody's browser would, beside it.
func programOf(b *tab, p *process) *member {
	b.t.Helper()
	jar := cookiesOf(b, p)
	return &member{t: b.t, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// read asks for JSON.
func (m *member) read(p *process, path string, into any) {
	m.t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.url(path), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		m.t.Fatalf("%s answers %s, %v", path, resp.Status, err)
	}
}

// does posts a form that must succeed.
func (m *member) does(p *process, path string, form url.Values) {
	m.t.Helper()
	if status := m.post(p, path, form); status != http.StatusSeeOther && status != http.StatusNoContent {
		m.t.Fatalf("%s answers %d", path, status)
	}
}

// directs are the direct rooms in somebody's list, as they are called there.
const directs = `[...document.querySelectorAll("#directs [data-name]")].map(n => n.textContent).join("|")`

// live waits until the page hears of everything at once.
func (b *tab) live() {
	b.t.Helper()
	b.await("the page is live", `document.querySelector("#status")?.dataset.state === "connected"`)
}

// writesTo opens the conversation with somebody on the page of people.
func (b *tab) writesTo(name string) {
	b.t.Helper()
	b.open("/people")
	b.await("the page is there", `document.querySelector(".person")`)
	b.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`.person button[aria-label="Message %s"]`, name))))
	b.await("the conversation is open", fmt.Sprintf(`document.querySelector("#room-name")?.textContent === %q && document.querySelector("#composer")`, name))
}

func TestADirectMessageAppearsAtOnceOnTheOtherServerAndIsFoundAgain(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.open("/rooms")
	grace.live()

	ada.writesTo("Grace")
	room := ada.eval(`document.querySelector("#room").dataset.room`)
	ada.say("Between the two of us")
	grace.await("it is in her list, called by who is in it", directs+` === "Ada"`)
	grace.await("one is unread", badge(room)+` === 1`)
	grace.await("the bell says so", `document.querySelector("#bell").dataset.unread === "1"`)

	grace.do(chromedp.Click(chromedp.CSS(`#directs a`)))
	grace.sees("Between the two of us")
	if title := grace.eval(`document.querySelector("#room-name").textContent`); title != "Ada" {
		t.Errorf("she calls it %q", title)
	}
	grace.writesTo("Ada")
	if again := grace.eval(`document.querySelector("#room").dataset.room`); again != room {
		t.Errorf("it was not found again: %s, then %s", room, again)
	}
	if n := grace.eval(`document.querySelectorAll('form[action$="/leave"], form[action$="/archive"], #room-new-name, form[action$="/members"]').length`); n != "0" {
		t.Error("a direct room can be left, renamed, or joined by others")
	}
}

func TestAConversationOfSeveralIsChosenAmongPeople(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	newMember(t, there, "Linus")
	ada.open("/people")
	ada.await("nobody is chosen", `document.querySelector("[data-part=write]").hidden`)
	ada.do(chromedp.Click(chromedp.CSS(`.person input[aria-label="Choose Grace"], .person:has([aria-label="Message Grace"]) input[type=checkbox]`)))
	ada.do(chromedp.SendKeys(chromedp.CSS(`#people-search`), "lin"), pressEnter)
	ada.await("only Linus is listed", `[...document.querySelectorAll(".person-name")].map(n => n.textContent).join() === "Linus"`)
	ada.do(chromedp.Click(chromedp.CSS(`.person input[type=checkbox]`)))
	ada.await("both are chosen", `[...document.querySelectorAll("[data-part=chosen] [data-part=name]")].map(n => n.textContent).join() === "Grace,Linus"`)
	ada.do(chromedp.Click(chromedp.CSS(`[data-part=write]`)))
	ada.await("the conversation is open", `document.querySelector("#room-name")?.textContent === "Grace, Linus"`)
	ada.await("all three are in it", `document.querySelector("[data-member-count]").textContent === "3"`)
	grace.await("Grace has it", directs+` === "Ada, Linus"`)
}

func TestSomebodyIsWrittenToWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	newMember(t, p, "Grace")
	ada := person(t, p)
	ada.signUp("Ada")
	ada.do(withoutScripts)
	ada.open("/people?q=gra")
	ada.do(chromedp.Click(chromedp.CSS(`.person button[aria-label="Message Grace"]`)), chromedp.WaitVisible(textarea))
	text, err := chromedp.Run(ada.ctx, chromedp.Text(chromedp.CSS(`#room-name`)))
	if err != nil || text != "Grace" {
		t.Errorf("the room is called %q, %v", text, err)
	}
}
