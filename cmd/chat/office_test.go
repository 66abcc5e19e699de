package main

import (
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// office is a server on which people have been talking for a while: what its pages are looked at with.
type office struct {
	t *testing.T
	p *process

	ada, grace *tab    // the administrator, and an ordinary member
	nobody     *tab    // a browser without a session
	by         writers // everybody, by first name
	rooms      map[string]string
	message    string // one of Grace's, in general
	invitation string // its address
}

type writers map[string]*member

func newOffice(t *testing.T) *office {
	t.Helper()
	p := startProcess(t, "CHAT_READ_RECEIPTS=on")
	o := &office{t: t, p: p, ada: person(t, p), grace: person(t, p), nobody: person(t, p), by: writers{}, rooms: map[string]string{"general": "general"}}
	o.ada.signUp("Ada Lovelace")
	o.grace.signUp("Grace Hopper")
	o.by["Ada"], o.by["Grace"] = programOf(o.ada, p), programOf(o.grace, p)
	for _, name := range []string{"Margaret Hamilton", "Alan Turing", "Katherine Johnson", "عمر الخيام"} {
		first, _, _ := strings.Cut(name, " ")
		o.by[first] = newMember(t, p, name)
	}
	o.furnish()
	o.talk()
	return o
}

// furnish makes rooms, and people recognisable.
func (o *office) furnish() {
	o.t.Helper()
	for who, status := range map[string]string{"Grace": "Debugging, with tweezers", "Margaret": "On the night shift 🌙", "Alan": "Back on Monday"} {
		names := map[string]string{"Grace": "Grace Hopper", "Margaret": "Margaret Hamilton", "Alan": "Alan Turing"}
		o.by[who].does(o.p, "/settings/profile", url.Values{"name": {names[who]}, "status": {status}})
	}
	for who, hue := range map[string]color.RGBA{"Grace": {60, 110, 160, 255}, "Margaret": {190, 90, 50, 255}} {
		if status := o.by[who].uploads(o.p, "/settings/avatar", "picture", drawing(o.t, hue)); status >= 400 {
			o.t.Fatalf("the upload answers %d", status)
		}
	}
	o.room("Ada", "Engine room", "", "Grace", "Margaret", "Alan")
	o.room("Ada", "Launch plans", "on", "Grace", "Margaret")
	o.room("Grace", "Reading list", "", "Ada", "Katherine")
	o.room("عمر", "عربي", "", "Ada", "Grace")
	o.room("Ada", "Old announcements", "", "Grace")
	o.by["Ada"].does(o.p, "/rooms/"+o.rooms["Old announcements"]+"/archive", nil)
	o.room("Alan", "Chess", "")
	o.rooms["Grace"] = o.direct("Ada", "Grace Hopper")
	o.rooms["group"] = o.direct("Margaret", "Ada Lovelace", "Alan Turing")
	o.invite()
}

// room makes one; those who are named first get in.
func (o *office) room(who, name, private string, others ...string) {
	o.t.Helper()
	o.rooms[name] = o.by[who].newRoom(o.p, name, private)
	for _, other := range others {
		if private != "" {
			o.by[who].does(o.p, "/rooms/"+o.rooms[name]+"/members", url.Values{"user": {o.by[other].id(o.p)}})
		} else {
			o.by[other].does(o.p, "/rooms/"+o.rooms[name]+"/join", nil)
		}
	}
}

func (o *office) direct(who string, others ...string) (room string) {
	o.t.Helper()
	resp, err := o.by[who].client.PostForm(o.p.url("/dms"), url.Values{"user": others})
	if err != nil {
		o.t.Fatal(err)
	}
	_ = resp.Body.Close()
	room, found := strings.CutPrefix(resp.Header.Get("Location"), "/rooms/")
	if !found {
		o.t.Fatalf("writing to %s answers %s", others, resp.Status)
	}
	return room
}

func (o *office) invite() {
	o.t.Helper()
	o.ada.open("/people")
	o.ada.do(
		chromedp.SetValue(chromedp.CSS(`#invite-role`), "guest"), chromedp.SetValue(chromedp.CSS(`#invite-room`), o.rooms["Reading list"]),
		chromedp.Submit(chromedp.CSS(`form[action^="/invitations"]`)),
	)
	o.ada.await("the link is shown", `document.querySelector("[data-secret]")`)
	o.invitation = o.ada.eval(`new URL(document.querySelector("[data-secret]").textContent).pathname`)
}

// writes posts a message and gives its id.
func (o *office) writes(who, room, body string, replyTo ...string) (id string) {
	o.t.Helper()
	o.by[who].does(o.p, "/rooms/"+o.rooms[room]+"/messages", url.Values{"body": {body}, "reply_to": replyTo})
	var page struct{ Messages []said }
	o.by[who].read(o.p, "/rooms/"+o.rooms[room], &page)
	return page.Messages[len(page.Messages)-1].ID
}

func (o *office) reacts(message, emoji string, people ...string) {
	o.t.Helper()
	for _, who := range people {
		o.by[who].does(o.p, "/messages/"+message+"/reactions", url.Values{"emoji": {emoji}, "state": {"on"}})
	}
}

// talk is what Ada sees. What is said last is not read yet.
func (o *office) talk() {
	o.t.Helper()
	o.message = o.writes("Grace", "general", "Welcome, everybody. Say hello!")
	o.writes("Margaret", "Engine room", "Good morning! Has anybody looked at the new engine yet?")
	looked := o.writes("Grace", "Engine room", "I have. It reads on from where it was, whatever happens to the network.")
	o.writes("Grace", "Engine room", "The notes are at https://example.com/notes, second half.")
	o.reacts(looked, "🎉", "Ada", "Margaret", "Alan")
	o.reacts(looked, "👀", "Alan")
	o.writes("Alan", "Engine room", "How would one know that nothing was lost, rather than that nobody noticed?", looked)
	promise := o.writes("Ada", "Engine room", "By counting: ids are dense, so a hole is seen at once. Let us write it down, so that nobody has to guess. A longer message "+
		"shows how lines break and how much room they have: it goes on for a while, with ordinary words, until it fills more than one line.")
	o.reacts(promise, "👍", "Grace", "Margaret")
	o.by["Ada"].does(o.p, "/messages/"+o.writes("Ada", "Engine room", "And the test stays."), url.Values{"_method": {"PATCH"}, "body": {"And the test for it stays."}})
	o.writes("Margaret", "Engine room", "👍🎉")
	o.writes("عمر", "عربي", "صباح الخير! هل من أحد هنا؟")
	o.writes("Katherine", "Reading list", "A paper on numbers, and one on orbits.")
	o.writes("Ada", "Launch plans", "Thursday it is.")
	o.writes("Grace", "Grace", "Do you have a minute, after lunch?")
	o.writes("Grace", "Grace", "I will bring the coffee ☕")
	o.writes("Ada", "Grace", "Always. And I the listing.")
	o.by["Grace"].does(o.p, "/settings/preferences", url.Values{"receipts": {"on"}})
	o.by["Grace"].does(o.p, "/rooms/"+o.rooms["Grace"]+"/read", nil)
	for _, room := range []string{"Engine room", "Launch plans", "Grace"} {
		o.by["Ada"].does(o.p, "/rooms/"+o.rooms[room]+"/read", nil)
	}
	o.by["Ada"].does(o.p, "/notifications/read", nil)

	done := o.writes("Margaret", "Engine room", "@Ada Lovelace it has been running since midnight, and @Alan Turing found nothing. Shall we?", promise)
	o.reacts(done, "🚀", "Grace", "Alan")
	o.writes("Alan", "Engine room", "I looked for holes until four. There are none.")
	o.writes("Margaret", "group", "Lunch at one?")
	o.writes("Grace", "Launch plans", "Thursday, then. I told the others.")
	o.reacts(promise, "❤️", "Alan")
	for _, room := range []string{"general", "Engine room", "Launch plans", "عربي"} {
		o.by["Grace"].does(o.p, "/rooms/"+o.rooms[room]+"/read", nil)
	}
	o.by["Ada"].does(o.p, "/rooms/"+o.rooms["Reading list"]+"/level", url.Values{"level": {"nothing"}})
	o.by["Ada"].post(o.p, "/api/notify", url.Values{"user": {"Ada Lovelace"}, "text": {"The nightly backup is done: 2.4 GB in 41 s."}})
}

// drawing is a file with a picture in a colour: a head and shoulders.
func drawing(t *testing.T, hue color.RGBA) string {
	t.Helper()
	const size = 96
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	within := func(x, y, cx, cy, r int) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) < r*r }
	for x := range size {
		for y := range size {
			c := color.RGBA{hue.R + 50, hue.G + 70, hue.B + 60, 255}
			if within(x, y, size/2, size*2/5, size/5) || within(x, y, size/2, size*21/20, size*2/5) {
				c = hue
			}
			picture.Set(x, y, c)
		}
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "me.png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
