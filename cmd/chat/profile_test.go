package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestARenameShowsEverywhereAtOnce(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.say("Before")
	ada.sees("Before")
	ada.writesTo("Grace")
	grace.await("the conversation is in her list", directs+` === "Ada"`)
	tab := ada.another()
	tab.open("/rooms/general")
	tab.live()

	grace.open("/settings")
	grace.do(
		chromedp.SetValue(chromedp.CSS(`#profile-name`), "Admiral Hopper"),
		chromedp.SetValue(chromedp.CSS(`#profile-status`), "On holiday"),
		chromedp.Submit(chromedp.CSS(`form[action="/settings/profile"]`)),
	)
	ada.await("in the head of the conversation", `document.querySelector("#room-name").textContent === "Admiral Hopper"`)
	ada.await("what she says, too", `document.querySelector(".room-title [data-status-of]").textContent === "On holiday"`)
	ada.await("in the title", `document.title.startsWith("Admiral Hopper")`)
	ada.await("in the list of rooms", directs+` === "Admiral Hopper"`)
	tab.await("at her messages", `document.querySelector("#messages .message-author").textContent === "Admiral Hopper"`)
	tab.await("among the members, in their order", `[...document.querySelectorAll("#members .member-name")].map(n => n.textContent).join() === "Ada,Admiral Hopper"`)
	grace.await("on her own page", `document.querySelector(".me-name").textContent === "Admiral Hopper"`)
}

func TestAPictureIsShownToOthersAtOnceAndTakenAway(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.say("This is me")
	ada.sees("This is me")
	grace.open("/settings")
	grace.live()
	grace.do(
		chromedp.SetUploadFiles(chromedp.CSS(`#picture`), []string{somePicture(t)}),
		chromedp.Submit(chromedp.CSS(`form:has(#picture)`)),
	)
	shown := `document.querySelector("#messages .avatar img")`
	ada.await("it stands beside her message, and is loaded", shown+`?.naturalWidth === 256`)
	grace.await("it stands beside her name", `document.querySelector(".me .avatar img")`)
	grace.await("it can be taken away", `document.querySelector("form:has([name=remove]) button")`)
	grace.eval(`document.querySelector("form:has([name=remove]) button").click()`)
	ada.await("her initial is back", `document.querySelector("#messages .avatar").textContent.trim() === "G"`)

	grace.open("/settings")
	grace.live()
	broken := filepath.Join(t.TempDir(), "broken.png")
	if err := os.WriteFile(broken, []byte("not a picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	grace.do(chromedp.SetUploadFiles(chromedp.CSS(`#picture`), []string{broken}), chromedp.Submit(chromedp.CSS(`form:has(#picture)`)))
	grace.await("what is no picture is refused, beside the field", `document.querySelector("#picture-problem")`)
}

// uploads posts a file.
func (m *member) uploads(p *process, path, field, file string) int {
	m.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		m.t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, filepath.Base(file))
	if err != nil {
		m.t.Fatal(err)
	}
	_, _ = part.Write(data) // to memory
	_ = form.Close()
	resp, err := m.client.Post(p.url(path), form.FormDataContentType(), &body)
	if err != nil {
		m.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// somePicture is a file with one.
func somePicture(t *testing.T) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for x := range 300 {
		for y := range 200 {
			picture.Set(x, y, color.RGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "me.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestATakenNameIsRefusedBesideTheField(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	newMember(t, p, "Grace")
	ada := person(t, p)
	ada.signUp("Ada")
	ada.open("/settings")
	ada.do(chromedp.SetValue(chromedp.CSS(`#profile-name`), "grace"), chromedp.Submit(chromedp.CSS(`form[action="/settings/profile"]`)))
	ada.await("it says so", `document.querySelector("#profile-name-problem")?.textContent.includes("taken")`)
}

func TestThePreferencesKnowTheZoneOfTheBrowser(t *testing.T) {
	t.Parallel()
	p := startProcess(t, "CHAT_READ_RECEIPTS=on")
	ada := person(t, p)
	ada.signUp("Ada")
	ada.open("/settings")
	ada.await("the zone is filled in", `document.querySelector("#zone").value === Intl.DateTimeFormat().resolvedOptions().timeZone`)
	ada.do(chromedp.SetValue(chromedp.CSS(`#quiet-from`), "22:00"), chromedp.Submit(chromedp.CSS(`form[action="/settings/preferences"]`)))
	ada.await("an end is asked for, and the beginning kept", `document.querySelector("#quiet-to-problem") && document.querySelector("#quiet-from").value === "22:00"`)
	ada.eval(`(document.querySelector("[name=receipts]").checked = true)`)
	ada.sends("/settings/preferences", map[string]string{"quiet_to": "07:00", "zone": "Europe/Berlin"})
	ada.await("it is saved", `!document.querySelector("#quiet-to-problem")`)
	ada.open("/settings")
	if saved := ada.eval(`["#quiet-from", "#quiet-to", "#zone"].map(id => document.querySelector(id).value).join() + document.querySelector("[name=receipts]").checked`); saved != "22:00,07:00,Europe/Berlintrue" {
		t.Errorf("the page shows %s", saved)
	}
}

func TestAnAccountIsClosedOnlyIfThatIsConfirmed(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.open("/settings")
	if n := ada.eval(`document.querySelectorAll('form[action="/settings/close"]').length`); n != "0" {
		t.Error("an administrator is offered to close their own account")
	}
	grace.open("/settings")
	grace.do(chromedp.Click(chromedp.CSS(`form[action="/settings/close"] button`)))
	if here := grace.eval(`location.pathname + document.querySelector("[name=confirm]").validity.valueMissing`); here != "/settingstrue" {
		t.Errorf("without a confirmation one is at %s", here)
	}
	program := programOf(grace, p)
	grace.do(chromedp.Click(chromedp.CSS(`form[action="/settings/close"] [name=confirm]`)), chromedp.Click(chromedp.CSS(`form[action="/settings/close"] button`)))
	grace.await("she is out", `location.pathname === "/login"`)
	if status := program.post(p, "/login", map[string][]string{"name": {"Grace"}, "password": {"correct horse battery"}}); status == http.StatusSeeOther {
		t.Error("one can sign in to an account that is closed")
	}
}

func TestOthersSeeWhetherOneIsThereAndLooks(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	ada, grace := person(t, c.nodes[0]), person(t, c.nodes[1])
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	state := func(who string) string {
		return `document.querySelector("#members li:has([data-name-of]):nth-child(2) .avatar").dataset.state === "` + who + `"`
	}
	ada.await("she is online", state("online"))
	const look = `document.dispatchEvent(new Event("visibilitychange"))`
	grace.eval(`(Object.defineProperty(document, "hidden", { get: () => window.seen !== true, configurable: true }), ` + look + `)`)
	grace.await("nobody looks", `(navigator.locks.query().then(({ held }) => { window.looking = held.some(l => l.name === "chat-looking") }), window.looking === false)`)
	grace.eval(`((now => { Date.now = () => now() + 6 * 60_000 })(Date.now), ` + look + `)`)
	ada.await("she is away", state("away"))
	grace.eval(`(window.seen = true, ` + look + `)`)
	ada.await("she is back", state("online"))
	grace.open("/login") // which leads back: the stream goes and comes
	ada.await("she is still online", state("online"))
	grace.do(chromedp.Navigate("about:blank"))
	ada.await("she has gone", state("offline"))
}
