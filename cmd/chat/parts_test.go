package main

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

const peopleNames = `[...document.querySelectorAll(".person-name")].map(n => n.textContent).join()`

// What an administrator does is seen on the other's open page of people, and what she is doing there herself stays.
func TestAnAdministratorsOpenPageFollowsWhatTheOtherDoes(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	other := programOf(ada, here)
	other.does(here, "/users/"+programOf(grace, there).id(there)+"/role", url.Values{"role": {"administrator"}})
	grace.open("/people")
	grace.live()
	linus := newMember(t, here, "Linus").id(here)
	grace.await("somebody new is listed", peopleNames+` === "Ada,Grace,Linus"`)

	grace.eval(`document.querySelector("#person-` + linus + ` input[type=checkbox]").click()`)
	grace.eval(`(document.querySelector("#person-` + linus + ` .menu").open = true)`)
	grace.do(
		chromedp.SetValue(chromedp.CSS(`.menu[open] select[name=role]`), "guest"),
		chromedp.SetValue(chromedp.CSS(`#invite-uses`), "7"),
	)
	other.post(here, "/invitations", url.Values{"uses": {"3"}})
	grace.await("an invitation is listed", `document.querySelector("#invitations .row")?.textContent.includes("for 3 people")`)
	other.does(here, "/settings/profile", url.Values{"name": {"Zoe"}})
	grace.await("a new name is in its place", peopleNames+` === "Grace,Linus,Zoe"`)
	doing := `[document.querySelector(".menu[open] select[name=role]").value, document.querySelector("#invite-uses").value,
		document.querySelector("#person-` + linus + ` input[type=checkbox]").checked].join()`
	if got := grace.eval(doing); got != "guest,7,true" {
		t.Errorf("of what she was doing there is left %s", got)
	}

	other.does(here, "/users/"+linus+"/ban", url.Values{"state": {"on"}})
	grace.await("an account is closed", chips+`.includes("closed")`)
	grace.eval(`(document.querySelector("#person-` + linus + ` .menu").open = false)`)
	grace.await("its menu can open it again", `document.querySelector("#person-`+linus+` .menu").textContent.includes("Open the account again")`)
	invitation := grace.eval(`document.querySelector("#invitations .row").id.replace("invitation-", "")`)
	other.does(here, "/invitations/"+invitation, url.Values{"_method": {"DELETE"}})
	grace.await("no invitation is left", `!document.querySelector("#invitations .row")`)
}

// The settings follow what the same person does in another browser, and a form in which something has been typed is left
// as it is.
func TestTheOpenSettingsFollowWhatIsDoneElsewhere(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	desk := person(t, here)
	desk.signUp("Ada")
	desk.open("/settings")
	desk.live()
	phone := person(t, there)
	phone.logIn("Ada")
	desk.await("the other browser is listed", `document.querySelectorAll("#sessions .row").length === 2`)

	desk.eval(`(document.querySelector("#quiet-from").value = "21:00")`)
	program := programOf(phone, there)
	program.does(there, "/settings/profile", url.Values{"name": {"Ada Lovelace"}, "status": {"counting"}})
	program.does(there, "/settings/preferences", url.Values{"quiet_from": {"23:00"}, "quiet_to": {"07:00"}, "zone": {"Europe/Berlin"}})
	desk.await("the form has the new name", `[...document.querySelectorAll("#profile-form input")].map(i => i.value).join() === "Ada Lovelace,counting"`)
	if typed := desk.eval(`document.querySelector("#quiet-from").value`); typed != "21:00" {
		t.Errorf("of what was being typed there is left %q", typed)
	}

	phone.open("/settings")
	phone.do(chromedp.SetValue(chromedp.CSS(`#label`), "cron"), chromedp.Submit(chromedp.CSS(`form[action="/settings/tokens"]`)))
	phone.await("the secret is shown, at an address that can be loaded anew", `document.querySelector("[data-secret]") && location.pathname === "/settings"`)
	desk.await("the token is listed", `document.querySelector("#tokens .row")?.textContent.includes("cron")`)
	desk.do(chromedp.Click(chromedp.CSS(`#tokens .row button`)))
	phone.await("the token is gone", `!document.querySelector("#tokens .row")`)
	desk.eval(`document.querySelector("#sessions .row form button").click()`)
	phone.await("the session is over", `location.pathname === "/login"`)
}

// A public room is in everybody's list from the moment it is made, under its newest name.
func TestANewPublicRoomIsInEverybodysList(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	more := `[...document.querySelectorAll("#others [data-name]")].filter(n => n.checkVisibility()).map(n => n.textContent).join()`
	program := programOf(ada, here)
	room := program.newRoom(here, "Engine room", "")
	program.newRoom(here, "Secret", "on")
	grace.await("it can be joined", more+` === "Engine room"`)
	program.does(here, "/rooms/"+room, url.Values{"_method": {"PATCH"}, "name": {"Boiler room"}})
	grace.await("it has another name", more+` === "Boiler room"`)
	program.does(here, "/rooms/"+room+"/archive", nil)
	grace.await("it cannot be joined any more", more+` === ""`)
}

// A search renders a frame, not the page: what is still to be loaded anew from before it, is.
func TestASearchLosesNothingThatIsOwed(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, phone := person(t, here), person(t, there)
	ada.signUp("Ada")
	phone.logIn("Ada")
	phone.open("/people")
	phone.live()
	phone.eval(`(Math.random = () => 6)`) // so that nothing is loaded for 3 s
	program := programOf(ada, here)
	program.post(here, "/invitations", nil)
	program.newRoom(here, "Engine room", "")
	phone.await("what came after the invitation is there", `document.querySelector("#sidebar").textContent.includes("Engine room")`)
	phone.do(chromedp.SetValue(chromedp.CSS(`#people-search`), "Ad"), chromedp.Click(chromedp.CSS(`form[role=search] button`)))
	phone.await("the search has been made", `location.search === "?q=Ad"`)
	phone.await("the invitation is listed", `document.querySelector("#invitations .row")`)
}

func TestAPageThatMissedTooMuchOfARoomLoadsAnewWhatItShowsOfIt(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada := person(t, here)
	ada.signUp("Ada")
	program := programOf(ada, there)
	room := program.newRoom(there, "Engine room", "on")
	ada.open("/people")
	ada.live()
	called := `document.querySelector("#invite-room option[value='` + room + `']").textContent`
	ada.await("one can invite to the room", called+` === "Engine room"`)
	here.kill()
	program.does(there, "/rooms/"+room, url.Values{"_method": {"PATCH"}, "name": {"Boiler room"}})
	for range 60 {
		program.does(there, "/rooms/"+room+"/messages", url.Values{"body": {"much"}})
	}
	here.start()
	ada.await("it has its new name", called+` === "Boiler room"`)
}

func TestWhoMakesARoomGoesOnTypingWhileTheListIsLoadedAnew(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada := person(t, here)
	ada.signUp("Ada")
	program := programOf(ada, there)
	room := program.newRoom(there, "Engine room", "")
	ada.await("the room is in her list", `document.querySelector("#lines").textContent.includes("Engine room")`)
	ada.live()
	ada.eval(`(document.querySelector(".new-room").open = true)`)
	ada.do(chromedp.SendKeys(chromedp.CSS(`#new-room-name`), "Old "))
	ada.eval(`(document.querySelector("#sidebar").dataset.before = "")`)
	program.does(there, "/rooms/"+room, url.Values{"_method": {"PATCH"}, "name": {"Boiler room"}})
	ada.await("the list is another one", `!("before" in document.querySelector("#sidebar").dataset)`)
	if got := ada.eval(`document.activeElement.id + " " + document.activeElement.value`); got != "new-room-name Old " {
		t.Errorf("what has the focus is %q", got)
	}
}

func TestAnInvitationThatWasRefusedCanBeLoadedAnew(t *testing.T) {
	t.Parallel()
	ada := person(t, startProcess(t))
	ada.signUp("Ada")
	ada.open("/people")
	ada.eval(`(document.querySelector("#invite").noValidate = true)`)
	ada.do(chromedp.SetValue(chromedp.CSS(`#invite-uses`), "0"), chromedp.Submit(chromedp.CSS(`#invite`)))
	ada.await("what is wrong is said, at an address that can be loaded anew", `document.querySelector("#invite-uses-problem") && location.pathname === "/people"`)
}
