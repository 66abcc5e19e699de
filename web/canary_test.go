package web

import (
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// canary is a text that nothing else contains.
type canary struct {
	text, what string
	who        []*person          // may hear of it
	heard      map[*person]string // by whom, and where
}

type canaries struct{ all []*canary }

func (c *canaries) hatch(what string, who ...*person) string {
	text := "canary-" + string(chat.NewID())
	c.all = append(c.all, &canary{text, what, who, map[*person]string{}})
	return text
}

// hear looks for canaries in what somebody has got.
func (c *canaries) hear(who *person, where, said string) {
	for _, canary := range c.all {
		if strings.Contains(said, canary.text) {
			canary.heard[who] = where
		}
	}
}

// Of what is said in a private place not a byte reaches the streams and the pages of anybody else, nor the log.
func TestNothingReachesThoseItIsNotFor(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	rita := w.signUp("Rita") // who is about to be removed
	w.must(w.chat.AddMember(ctx, w.grace.id, w.private, "Rita"))
	otto := w.comesByInvitation(w.ada, "Otto", chat.Guest, chat.General)
	members, others := []*person{w.grace, w.margaret, w.gast}, []*person{w.ada, w.linus, rita}
	everybody := slices.Concat(members, others, []*person{otto})
	tapes := map[*person][]*tape{}
	for _, who := range everybody {
		tapes[who] = []*tape{who.record("/events"), who.record(stream)}
	}
	w.must(w.chat.RemoveMember(ctx, w.grace.id, w.private, rita.id))

	birds := &canaries{}
	said := w.speak(birds, members, others, func(text string) {
		for _, who := range members {
			for _, tape := range tapes[who] {
				tape.awaits(text)
			}
		}
	})
	for _, who := range everybody {
		w.must(w.chat.NotifyFromHere(ctx, string(who.id), "the end"))
	}
	for _, who := range everybody {
		for _, tape := range tapes[who] {
			tape.awaits("the end")
			birds.hear(who, "a stream", tape.said.String())
		}
		w.look(birds, who, said)
	}
	for _, c := range birds.all {
		for who, where := range c.heard {
			if !slices.Contains(c.who, who) {
				t.Errorf("%s was told %s by %s", who.name, c.what, where)
			}
		}
		for _, who := range c.who {
			if c.heard[who] == "" {
				t.Errorf("%s was not told %s: this proves nothing", who.name, c.what)
			}
		}
		if strings.Contains(w.log.String(), c.text) {
			t.Errorf("%s is in the log", c.what)
		}
	}
}

// speak says something wherever something can be said that is not for everybody, over the wire; others are those
// outside who may know of everybody. It gives the messages that it left. What is to be changed is first awaited: streams
// tell how things are when they are read.
func (w *town) speak(c *canaries, members, others []*person, await func(text string)) (messages []string) {
	w.t.Helper()
	post := func(who *person, room chat.RoomID, body string) string {
		var receipt jsonReceipt
		who.call("POST", roomURL(room)+"/messages", body).want(w.t, 201).json(w.t, &receipt)
		return string(receipt.ID)
	}
	text := c.hatch("a message", members...)
	first := post(w.grace, w.private, `{"body":"`+text+` @Linus @Rita @room"}`)
	await(text)
	w.grace.call("PATCH", "/messages/"+first, `{"body":"`+c.hatch("its new text", members...)+` @Linus @Ada"}`).want(w.t, 200)
	second := post(w.gast, w.private, `{"body":"`+c.hatch("an answer", members...)+`","reply_to":"`+first+`"}`)
	w.gast.call("POST", "/messages/"+first+"/reactions", `{"emoji":"🐤"}`).want(w.t, 200)
	text = c.hatch("a message that is gone", members...)
	gone := post(w.margaret, w.private, `{"body":"`+text+`"}`)
	await(text)
	w.margaret.call("DELETE", "/messages/"+gone, "").want(w.t, 200)
	w.grace.call("PATCH", roomURL(w.private), `{"name":"`+c.hatch("the room's name", members...)+`"}`).want(w.t, 204)
	w.gast.call("POST", "/settings/profile", `{"status":"`+c.hatch("the status of a guest", slices.Concat(members, others)...)+`"}`).want(w.t, 204)
	w.gast.call("POST", roomURL(w.private)+"/typing", "").want(w.t, 204)

	third := post(w.margaret, w.direct, `{"body":"`+c.hatch("a direct message", w.grace, w.margaret)+` @Ada @Gast"}`)
	w.grace.call("POST", "/messages/"+third+"/reactions", `{"emoji":"🐤"}`).want(w.t, 200)
	w.ada.call("POST", "/api/notify", `{"user":"Margaret","text":"`+c.hatch("a note", w.margaret)+`"}`).want(w.t, 204)
	w.ada.call("POST", "/api/broadcast", `{"key":"user:`+string(w.linus.id)+`","event":"x","data":"`+c.hatch("a broadcast", w.linus)+`"}`).want(w.t, 204)
	w.grace.call("POST", "/settings/tokens", `{"label":"`+c.hatch("a token's label", w.grace)+`"}`).want(w.t, 201)
	w.grace.call("POST", "/rooms", `{"name":"`+c.hatch("another room's name", w.grace)+`","private":true}`).want(w.t, 201)
	return []string{first, second, third, gone}
}

// look opens every page that there is, as a person and as a program. The status of a guest is none of its secrets:
// members find everybody in the list of people.
func (w *town) look(c *canaries, who *person, messages []string) {
	pages := &canaries{slices.DeleteFunc(slices.Clone(c.all), func(c *canary) bool { return c.what == "the status of a guest" })}
	open := func(path string) {
		pages.hear(who, path, who.get(path).body)
		pages.hear(who, path, who.call("GET", path, "").body)
	}
	ids := append([]string{"general", string(w.public), string(w.private), string(w.direct)}, messages...)
	for _, r := range allRoutes(w.t) {
		switch {
		case r.method != "GET" || isStream(r.path) || strings.Contains(r.path, "*") || strings.HasPrefix(r.path, "/patterns"):
		case strings.Contains(r.path, ":id"):
			for _, id := range ids {
				open(strings.ReplaceAll(r.path, ":id", id))
				open(strings.ReplaceAll(r.path, ":id", id) + "?around=" + messages[0])
			}
		default:
			open(r.path)
		}
	}
}
