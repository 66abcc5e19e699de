package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// focused makes a page believe that it is looked at, like a window in front.
func focused(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return none, err
}

// newRoom makes a room in the browser and gives its id.
func (b *tab) newRoom(name string) string {
	b.t.Helper()
	b.reveal(`form[action="/rooms"]`)
	b.do(chromedp.SendKeys(chromedp.CSS(`form[action="/rooms"] input[name=name]`), name), chromedp.Submit(chromedp.CSS(`form[action="/rooms"]`)))
	b.await("the room is open", fmt.Sprintf(`document.querySelector("#room-name")?.textContent === %q`, name))
	return b.eval(`document.querySelector("#room").dataset.room`)
}

// badge is a JavaScript expression for the number of unread messages beside a room.
func badge(room string) string {
	return fmt.Sprintf(`(line => line.querySelector("[data-badge]").hidden ? 0 : Number(line.querySelector("[data-count]").textContent))(document.querySelector('[data-line="%s"]'))`, room)
}

func TestUnreadMessagesAreCountedAndReadOnEveryDevice(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.do(focused)
	grace.newRoom("Engine room")
	phone := grace.another() // the same person, looking at the list of rooms
	phone.base = here.url("")
	phone.open("/rooms")
	phone.await("the page is live", `document.querySelector("#status")?.dataset.state === "connected"`)

	for i := range 3 {
		ada.say(fmt.Sprint("news ", i))
		ada.sees(fmt.Sprint("news ", i))
	}
	for _, b := range []*tab{grace, phone} {
		b.await("three are unread", badge("general")+` === 3`)
		b.await("the title says so", `document.title.startsWith("(3) ")`)
	}
	if n := grace.eval(badge(grace.eval(`document.querySelector("#room").dataset.room`))); n != "0" {
		t.Errorf("the open room has %s unread messages", n)
	}

	grace.do(chromedp.Click(chromedp.CSS(`[data-line=general] a`)))
	grace.sees("news 2")
	grace.await("a line stands before what is new", `document.querySelector("#messages [data-unread]")`)
	for _, b := range []*tab{grace, phone} {
		b.await("nothing is unread", badge("general")+` === 0`)
		b.await("the title says so", `!document.title.startsWith("(")`)
	}
	phone.open("/rooms")
	phone.await("a fresh page agrees", badge("general")+` === 0`)
}

func TestOlderMessagesLoadAsOneScrollsUpAndNothingJumps(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	poster := newMember(t, p, "Grace")
	for i := range 120 {
		poster.say(p, fmt.Sprintf("message %03d", i))
	}
	ada.open("/rooms/general")
	ada.sees("message 119")
	if ada.eval(`document.body.innerText.includes("message 000")`) != "false" {
		t.Fatal("the whole history was loaded at once: this proves nothing")
	}
	seen := ada.eval(`(() => {
		const box = document.querySelector("#scroller")
		window.anchor = document.querySelector("#messages article")
		box.scrollTop += anchor.getBoundingClientRect().top - box.getBoundingClientRect().top - 10
		window.place = () => document.getElementById(anchor.id).getBoundingClientRect().top
		return place()
	})()`)
	ada.await("older messages have come", `document.querySelector("#messages article").id !== anchor.id`)
	if now := ada.eval(`place()`); !closeTo(now, seen) {
		t.Errorf("what was read moved from %s to %s px", seen, now)
	}
	ada.await("the beginning is reached", `(document.querySelector("#scroller").scrollTop = -1e9, document.querySelector("#beginning"))`)
	if n := ada.eval(`document.querySelectorAll("#messages article").length`); n != "120" {
		t.Errorf("%s messages are shown, want 120", n)
	}
	for i, text := range ada.messages() {
		if want := fmt.Sprintf("message %03d", i); text != want {
			t.Fatalf("message %d is %q", i, text)
		}
	}
}

func closeTo(a, b string) bool {
	var x, y float64
	_, errX := fmt.Sscan(a, &x)
	_, errY := fmt.Sscan(b, &y)
	return errX == nil && errY == nil && x-y < 2 && y-x < 2
}

func TestATextThatIsTooLongIsGivenBackWithAWord(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.eval(`(document.querySelector("#body").value = "x".repeat(8001))`)
	ada.do(chromedp.Focus(textarea), pressEnter)
	ada.await("the problem is told", `document.querySelector("#body-problem").textContent.includes("8001") || document.querySelector("#body-problem").textContent.includes("8,001")`)
	if n := ada.eval(`document.querySelector("#body").value.length`); n != "8001" {
		t.Errorf("%s characters of the text are left", n)
	}
	if n := ada.eval(`document.querySelectorAll("#messages article").length`); n != "0" {
		t.Errorf("%s messages are shown", n)
	}
	ada.eval(`(document.querySelector("#body").value = "short enough")`)
	ada.do(chromedp.Focus(textarea), pressEnter)
	ada.sees("short enough")
}

func TestThePageSaysThatTheConnectionIsLostAndCatchesUp(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.await("it is connected", `document.querySelector("#status").dataset.state === "connected"`)
	p.kill()
	ada.await("it says that it is not", `document.querySelector("#status").dataset.state === "reconnecting"`)
	ada.say("written while it was away")
	ada.await("it is shown as pending", `document.querySelector("#messages article[data-pending]")`)
	p.start()
	ada.await("it is connected again", `document.querySelector("#status").dataset.state === "connected"`)
	ada.sees("written while it was away")
	ada.await("nothing is pending", `!document.querySelector("#messages article[data-pending]")`)
}

func TestRoomsAreRenamedArchivedLeftAndJoinedLive(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	room := ada.newRoom("Engine room")
	grace.open("/rooms/" + room)
	if text := grace.eval(`document.body.innerText`); !strings.Contains(text, "Engine room") || !strings.Contains(text, "Join") {
		t.Errorf("a public room shows those who are not in it %q", text)
	}
	grace.do(chromedp.Click(chromedp.CSS(`#room form[action$="/join"] button`)))
	grace.await("she is in", `document.querySelector("#composer")`)
	ada.await("Ada's page lists her", `document.querySelector("#members").textContent.includes("Grace")`)

	ada.reveal(`#room-new-name`)
	ada.do(chromedp.SetValue(chromedp.CSS(`#room-new-name`), "Boiler room"), chromedp.Submit(chromedp.CSS(`form:has(#room-new-name)`)))
	grace.await("the new name is shown", `document.querySelector("#room-name").textContent === "Boiler room"`)
	grace.await("in the list too", fmt.Sprintf(`document.querySelector('[data-line="%s"]').textContent.includes("Boiler room")`, room))

	programOf(ada, here).does(there, "/rooms/"+room+"/archive", nil)
	grace.await("nothing can be written", `!document.querySelector("#composer")`)
	grace.reveal(`form[action$="/leave"]`)
	grace.eval(`(window.confirm = () => true)`)
	programOf(grace, there).does(there, "/rooms/"+room+"/leave", nil)
	grace.await("the room is gone from her rooms", fmt.Sprintf(`!document.querySelector('[data-line="%s"]')`, room))
	ada.await("and she from its members", `!document.querySelector("#members").textContent.includes("Grace")`)
}
