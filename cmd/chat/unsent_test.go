package main

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestWhatCouldNotBeSentIsKeptAndSentOnceWhenItIsTriedAgain(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")
	grace.live()
	ada.live()
	here.kill()
	ada.say("Are you there?")
	waiting := `document.querySelector("#messages article[data-pending][data-failed]")`
	ada.await("it says that it was not sent", waiting+`?.innerText.includes("Not sent yet")`)
	ada.eval(waiting + `.querySelector(".message-again").click()`)
	ada.await("the text is still there", waiting+`.querySelector("[data-body]").textContent === "Are you there?"`)
	if n := grace.eval(shown + `.length`); n != "0" {
		t.Errorf("Grace sees %s messages", n)
	}
	here.start()
	ada.await("it is sent, or can be tried again", `!`+waiting+` || (`+waiting+`.querySelector(".message-again").click(), true)`)
	for _, b := range []*tab{ada, grace} {
		b.sees("Are you there?")
	}
	ada.await("nothing is pending", `!document.querySelector("#messages [data-pending]")`)
}

// far is more than a stream tells again of one room.
const far = 60

func TestAPageThatMissedTooMuchOfARoomIsAsAFreshOne(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	engines := ada.newRoom("Engine room")
	grace.does(there, "/rooms/"+engines+"/join", nil)
	ada.open("/rooms/general")
	ada.live()
	here.kill()
	for i := range far {
		grace.say(there, fmt.Sprintf("news %02d", i))
		grace.does(there, "/rooms/"+engines+"/messages", url.Values{"body": {"steam"}})
	}
	grace.does(there, "/rooms/"+engines+"/messages", url.Values{"body": {"@Ada where are you?"}})
	here.start()
	ada.sees(fmt.Sprintf("news %02d", far-1))
	ada.await("the other room is counted", badge(engines)+` === `+fmt.Sprint(far+1))
	ada.agrees("/rooms/general", spoken, "what was missed")
	ada.rings(1)
	ada.live()
}

func TestAPageThatIsTooFarBehindSaysSoAndIsLoadedAnew(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t, "CHAT_LOG_RETENTION=1s")
	ada, grace := person(t, here), newMember(t, there, "Grace")
	ada.signUp("Ada")
	ada.say("before")
	ada.sees("before")
	ada.live()
	here.kill()
	cursor := grace.cursor(there)
	grace.say(there, "meanwhile")
	await(t, "the log is cut off after where her page is", func() bool { return grace.firstEvent(there, cursor) == "reset" })
	here.start()
	ada.sees("meanwhile")
	ada.await("she is told", `document.querySelector("#notice").textContent !== ""`)
	ada.do(chromedp.Focus(textarea))
	ada.say("I am back")
	ada.sees("I am back")
}
