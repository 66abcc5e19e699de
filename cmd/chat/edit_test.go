package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const editor = chromedp.CSS(`#messages .edit textarea`)

// edit gives a message another text.
func (b *tab) edit(from, to string) {
	b.t.Helper()
	b.choose(from, "edit")
	b.await("it can be edited", `document.querySelector("#messages .edit textarea")`)
	b.eval(fmt.Sprintf(`(document.querySelector("#messages .edit textarea").value = %q)`, to))
	b.do(chromedp.Focus(editor), pressEnter)
	b.sees(to)
}

func TestTheLastMessageIsEditedInItsPlace(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("The first draft")
	grace.sees("The first draft")
	grace.say("Go on")
	ada.sees("Go on")

	ada.do(chromedp.Focus(textarea), chromedp.KeyEvent(kb.ArrowUp))
	ada.await("the text is in the editor", `document.querySelector("#messages .edit textarea")?.value === "The first draft"`)
	ada.do(chromedp.SendKeys(editor, " that nobody wants"), chromedp.KeyEvent(kb.Escape))
	ada.await("nothing is edited", `!document.querySelector("#messages .edit") && document.activeElement.id === "body"`)
	ada.sees("The first draft")

	ada.do(chromedp.KeyEvent(kb.ArrowUp))
	ada.await("the text is in the editor", `document.querySelector("#messages .edit textarea")?.value === "The first draft"`)
	ada.do(chromedp.SendKeys(editor, ", improved"), pressEnter)
	for _, b := range []*tab{ada, grace} {
		b.sees("The first draft, improved")
		b.await("it says so", article("The first draft, improved")+`.querySelector("[data-edited]")`)
		if all := b.messages(); len(all) != 2 || all[1] != "Go on" {
			t.Errorf("the messages are %q", all)
		}
	}
}

func TestWhatIsBeingTypedIntoAnEditorIsNotLost(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("half")
	id := ada.idOf("half")
	ada.choose("half", "edit")
	ada.do(chromedp.SendKeys(editor, " and half"))
	phone := ada.another() // the same person changes it elsewhere
	phone.open("/rooms/general")
	phone.edit("half", "a half")
	ada.await("the new text is there, under the editor", `document.getElementById("message-`+id+`").querySelector("[data-body]").textContent === "a half"`)
	ada.await("the editor is as it was", `document.querySelector(".edit textarea").value === "half and half" && document.activeElement.matches(".edit textarea")`)
	ada.do(pressEnter)
	grace.sees("half and half")
}

func TestDeletingAsksAndIsForTheAuthorAndAdministrators(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace, linus := person(t, here), person(t, there), person(t, here)
	ada.signUp("Ada") // the first is the administrator
	grace.signUp("Grace")
	linus.signUp("Linus")
	grace.say("Should not be here")
	linus.sees("Should not be here")
	linus.eval(article("Should not be here") + `.querySelector("[data-tool=menu]").click()`)
	if names := linus.eval(`document.querySelectorAll("#message-menu [data-do]:not([hidden])").values().map(i => i.dataset.do).toArray().join(" ")`); strings.Contains(names, "edit") || strings.Contains(names, "delete") || !strings.Contains(names, "reply") {
		t.Errorf("Linus is offered %q", names)
	}

	ada.choose("Should not be here", "delete")
	ada.do(chromedp.Click(chromedp.CSS(`dialog[open] button[value=no]`)))
	ada.await("the question is gone", `!document.querySelector("dialog[open]")`)
	ada.sees("Should not be here")
	ada.choose("Should not be here", "delete")
	ada.do(chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	for _, b := range []*tab{ada, grace, linus} {
		b.await("it is gone", `!document.body.innerText.includes("Should not be here")`)
	}
}

func TestAnAdministratorDeletesInAnArchivedRoom(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada") // the first is the administrator
	grace.signUp("Grace")
	room, program := grace.newRoom("Attic"), programOf(grace, there)
	for _, body := range []string{"Should not be here", "Should stay"} {
		program.does(there, "/rooms/"+room+"/messages", url.Values{"body": {body}})
	}
	program.does(there, "/rooms/"+room+"/archive", nil)
	programOf(ada, here).does(here, "/rooms/"+room+"/join", nil)
	ada.open("/rooms/" + room)
	ada.sees("Should not be here")
	ada.choose("Should not be here", "delete")
	ada.do(chromedp.Click(chromedp.CSS(`dialog[open] button[value=yes]`)))
	for _, b := range []*tab{ada, grace} {
		b.await("it is gone", `!document.body.innerText.includes("Should not be here") && document.body.innerText.includes("Should stay")`)
	}
}
