package main

import (
	"net/url"
	"testing"
)

// What rings, and what the centre says of it, when the one who does it is on another server.
func TestEveryKindOfNotificationRingsAtOnceAndSaysWhatHappened(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada := person(t, here)
	ada.signUp("Ada")
	mine, grace := programOf(ada, here), newMember(t, there, "Grace")
	ada.say("What do you think?")
	id := ada.idOf("What do you think?")
	engines := grace.newRoom(there, "Engine room", "on")
	ada.open("/notifications")
	ada.live()
	general := "/rooms/general/messages"
	for i, step := range []struct {
		says string
		who  *member
		path string
		form url.Values
	}{
		{"Grace mentioned you in general", grace, general, url.Values{"body": {"@Ada good morning"}}},
		{"Grace answered you in general", grace, general, url.Values{"body": {"Yes"}, "reply_to": {id}}},
		{"Grace reacted to a message of yours in general", grace, "/messages/" + id + "/reactions", url.Values{"emoji": {"🎉"}, "state": {"on"}}},
		{"Grace added you to Engine room", grace, "/rooms/" + engines + "/members", url.Values{"user": {"Ada"}}},
		{"The backup is done.", mine, "/api/notify", url.Values{"user": {"Ada"}, "text": {"The backup is done."}}},
	} {
		step.who.does(there, step.path, step.form)
		ada.rings(i + 1)
		ada.await("it says so", notified+`.split("|")[0] === "`+step.says+`"`)
	}
	mine.does(here, "/rooms/general/level", url.Values{"level": {"everything"}})
	grace.say(there, "Nothing in particular")
	ada.rings(6)
	ada.await("in a room of which she wants to hear everything, any message is told", notified+`.startsWith("Grace wrote in general|")`)
	mine.does(here, "/rooms/general/level", url.Values{"level": {"nothing"}})
	grace.say(there, "@Ada are you there?")
	grace.does(there, "/dms", url.Values{"user": {"Ada"}})
	ada.await("the conversation is there", directs+` === "Grace"`)
	room := ada.eval(`document.querySelector("#directs [data-line]").dataset.line`)
	grace.does(there, "/rooms/"+room+"/messages", url.Values{"body": {"A word between us"}})
	ada.rings(7)
	ada.await("a direct message is the next: of the other room she wants to hear nothing", notified+`.startsWith("Grace wrote to you|Grace wrote in general|")`)
}
