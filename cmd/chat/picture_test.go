package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAPictureThatIsGoneLeavesTheInitial(t *testing.T) {
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.say("This is me")
	ada.sees("This is me")
	grace.open("/settings")
	grace.do(
		chromedp.SetUploadFiles(chromedp.CSS(`#picture`), []string{somePicture(t)}),
		chromedp.Submit(chromedp.CSS(`form:has(#picture)`)),
	)
	const mark = `document.querySelector("#messages .avatar")`
	ada.await("her picture is there", mark+`?.querySelector("img")?.naturalWidth === 256`)
	ada.eval(mark + `.querySelector("img").src = "/avatars/` + gone + `"`)
	ada.await("her initial stands there instead", mark+`.textContent.trim() === "G" && !`+mark+`.querySelector("img")`)

	ada.open("/settings") // where nobody else is seen
	ada.switchTo("gra")
	const found = `document.querySelector("#switcher-list [data-part=mark] .avatar")`
	ada.await("her picture is found with her name", found+`?.querySelector("img")?.naturalWidth === 256`)
}

func TestAPictureThatIsMuchTooLargeIsRefusedBeforeItIsSent(t *testing.T) {
	p := startProcess(t)
	ada := person(t, p)
	ada.signUp("Ada")
	ada.open("/settings")
	ada.live()
	large := filepath.Join(t.TempDir(), "large.jpeg")
	if err := os.WriteFile(large, make([]byte, 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	ada.do(chromedp.SetUploadFiles(chromedp.CSS(`#picture`), []string{large}))
	ada.await("it says so", `document.querySelector("#picture").validationMessage.includes("larger than 5 MB")`)
	ada.do(chromedp.SetUploadFiles(chromedp.CSS(`#picture`), []string{somePicture(t)}))
	ada.await("another one may be sent", `document.querySelector("#picture").validationMessage === ""`)
}

// gone is the id of a picture that nobody has.
const gone = "0000000000000000000000000000000000000000000000000000000000000000"
