package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// town is a site with somebody of every role. Ada, an administrator, and Linus, an ordinary member, are in General
// alone. Grace made the private and the public room, and is in both with Margaret; Gast, a guest, is in the private
// one and nowhere else. Grace and Margaret have a direct room. Eve, who was in all of it, is banned.
type town struct {
	*site
	ada, grace, margaret, gast, linus, eve, nobody *person
	victim                                         *person // to whom things are done

	public, private, direct chat.RoomID

	nowhere string // the page about what does not exist
}

func newTown(t *testing.T) *town {
	t.Helper()
	s := newSiteWith(t, chat.Config{Receipts: true})
	w := &town{
		site: s, ada: s.signUp("Ada"), grace: s.signUp("Grace"), margaret: s.signUp("Margaret"), linus: s.signUp("Linus"),
		eve: s.signUp("Eve"), victim: s.signUp("Victor"), nobody: s.stranger(),
	}
	entry := w.ada.room("Entry", true)
	w.gast = s.comesByInvitation(w.ada, "Gast", chat.Guest, entry)
	w.must(s.chat.ArchiveRoom(t.Context(), w.ada.id, entry))
	w.must(s.chat.RemoveMember(t.Context(), w.ada.id, entry, w.gast.id))
	w.direct = w.grace.writesTo(w.margaret)
	w.public, w.private = w.newRoom(false), w.newRoom(true)
	w.must(s.chat.Ban(t.Context(), w.ada.id, w.eve.id, true))
	w.nowhere = w.ada.get("/rooms/nothing").want(t, http.StatusNotFound).body
	return w
}

// newRoom makes a room of Grace's with those who belong in one. The guest is first added by somebody who may know
// of them.
func (w *town) newRoom(private bool) chat.RoomID {
	w.t.Helper()
	ctx := w.t.Context()
	name := "Lounge"
	if private {
		name = "Board"
	}
	room := w.grace.room(name, private)
	for _, who := range []*person{w.margaret, w.ada} {
		w.must(w.chat.AddMember(ctx, w.grace.id, room, string(who.id)))
	}
	if private {
		w.must(w.chat.AddMember(ctx, w.ada.id, room, string(w.gast.id)))
	}
	if w.eve.id != "" && w.private == "" {
		w.must(w.chat.AddMember(ctx, w.grace.id, room, string(w.eve.id)))
	}
	w.must(w.chat.Leave(ctx, w.ada.id, room))
	return room
}

// object is what something is done to: what fills :id, and the body. It is made anew for every request.
type object struct {
	name string
	make func(w *town) (id, body string)
}

func of(name string, id func(*town) string, body ...string) object {
	return object{name, func(w *town) (string, string) { return id(w), strings.Join(body, "") }}
}

func aRoom(which func(*town) chat.RoomID) func(*town) string {
	return func(w *town) string { return string(which(w)) }
}

var (
	general = aRoom(func(*town) chat.RoomID { return chat.General })
	public  = aRoom(func(w *town) chat.RoomID { return w.newRoom(false) })
	private = aRoom(func(w *town) chat.RoomID { return w.newRoom(true) })
	direct  = aRoom(func(w *town) chat.RoomID { return w.direct })
	missing = func(*town) string { return "nothing" }
	none    = func(*town) string { return "" }
)

// says is a message of Grace's in a room.
func says(room func(*town) string) func(*town) string {
	return func(w *town) string { return string(w.grace.says(chat.RoomID(room(w)), "hello").ID) }
}

func noMessage(*town) string { return string(chat.NewMessageID()) }

func gracesNote(w *town) string {
	w.must(w.chat.NotifyFromHere(w.t.Context(), string(w.grace.id), "for Grace"))
	return string(w.grace.notifications("")[0].ID)
}

func gracesSession(w *town) string {
	session, _, err := w.chat.Authenticate(w.t.Context(), w.grace.token)
	w.must(err)
	entry, err := w.chat.NewToken(w.t.Context(), session, "bot")
	w.must(err)
	return string(entry.Session.ID)
}

func anInvitation(w *town) string {
	i, _, err := w.chat.Invite(w.t.Context(), w.ada.id, chat.Ordinary, "", 1, time.Hour)
	w.must(err)
	return string(i.ID)
}

func aPicture(w *town) string {
	picture := chat.Picture{ID: "abc", Type: "image/png", Bytes: []byte{1}}
	_, err := w.chat.ChangeProfile(w.t.Context(), w.grace.id, chat.Profile{Picture: &picture})
	w.must(err)
	return "abc"
}

func victim(w *town) string { return string(w.victim.id) }
func grace(w *town) string  { return string(w.grace.id) }

// unreadIn is a body that names a message of the room.
func unreadIn(name string, room func(*town) string) object {
	return object{name, func(w *town) (string, string) {
		id := room(w)
		return id, `{"message":"` + string(w.grace.says(chat.RoomID(id), "hello").ID) + `"}`
	}}
}

// entitled are the statuses for, in this order: an administrator who is in General alone; Grace, whose the object
// is; Margaret, a member of the same rooms; a guest, who is in the private room; and an outsider.
type entitled [5]int

func all(status int) entitled { return entitled{status, status, status, status, status} }

func admins(status int) entitled { return entitled{status, 403, 403, 403, 403} }

type access struct {
	object object
	want   entitled
}

// asEveryRoom are the four kinds of rooms, one that does not exist, and a body.
func asEveryRoom(body string, inGeneral, inPublic, inPrivate, inDirect entitled) []access {
	return []access{
		{of("general", general, body), inGeneral}, {of("public", public, body), inPublic},
		{of("private", private, body), inPrivate}, {of("direct", direct, body), inDirect}, {of("missing", missing, body), all(404)},
	}
}

// onEveryMessage are Grace's messages in the four kinds of rooms, and one that does not exist.
func onEveryMessage(body string, inGeneral, inPublic, inOthers entitled) []access {
	inDirect := inOthers
	inDirect[3] = 404 // the guest
	return []access{
		{of("in general", says(general), body), inGeneral}, {of("in public", says(public), body), inPublic},
		{of("in private", says(private), body), inOthers}, {of("in direct", says(direct), body), inDirect},
		{of("missing", noMessage, body), all(404)},
	}
}

func one(o object, want entitled) []access { return []access{{o, want}} }

func plain(body string, want entitled) []access { return one(of("", none, body), want) }

// forMembers is what only members of a room do, each for themselves.
func forMembers(status int, body string) []access {
	return asEveryRoom(body, entitled{status, status, status, 404, status}, entitled{403, status, status, 404, 403},
		entitled{404, status, status, status, 404}, entitled{404, status, status, 404, 404})
}

// permissions says of every route who may do what to which object.
var permissions = map[string][]access{
	"GET /session": plain("", all(204)), "GET /me": plain("", all(200)), "POST /logout": plain("", all(204)),
	"GET /": plain("", all(303)),

	"GET /rooms":  plain("", all(200)),
	"POST /rooms": plain(`{"name":"Mine"}`, entitled{201, 201, 201, 403, 201}),
	"GET /rooms/:id": asEveryRoom("", entitled{200, 200, 200, 404, 200}, entitled{200, 200, 200, 404, 200},
		entitled{404, 200, 200, 200, 404}, entitled{404, 200, 200, 404, 404}),
	"PATCH /rooms/:id": asEveryRoom(`{"name":"Salon"}`, entitled{204, 403, 403, 404, 403}, entitled{204, 204, 403, 404, 403},
		entitled{404, 204, 403, 403, 404}, entitled{404, 403, 403, 404, 404}),
	"POST /rooms/:id/archive": asEveryRoom("", entitled{204, 403, 403, 404, 403}, entitled{204, 204, 403, 404, 403},
		entitled{404, 204, 403, 403, 404}, entitled{404, 403, 403, 404, 404})[1:], // General is needed
	"POST /rooms/:id/join": asEveryRoom("", entitled{204, 204, 204, 404, 204}, entitled{204, 204, 204, 404, 204},
		entitled{404, 204, 204, 204, 404}, entitled{404, 204, 204, 404, 404}),
	"POST /rooms/:id/leave": asEveryRoom("", all(204), entitled{204, 204, 204, 404, 204},
		entitled{404, 204, 204, 204, 404}, entitled{404, 403, 403, 404, 404})[1:],
	"POST /rooms/:id/members": asEveryRoom(`{"user":"Margaret"}`, entitled{204, 204, 204, 404, 204}, entitled{403, 204, 204, 404, 403},
		entitled{404, 204, 204, 204, 404}, entitled{404, 403, 403, 404, 404}),
	"DELETE /rooms/:id/members/:user": { // of Margaret
		{of("public", public), entitled{204, 204, 204, 404, 403}}, {of("private", private), entitled{404, 204, 204, 403, 404}},
		{of("direct", direct), entitled{404, 403, 403, 404, 404}}, {of("missing", missing), all(404)},
	},
	"POST /rooms/:id/read": forMembers(204, ""), "POST /rooms/:id/typing": forMembers(204, ""),
	"POST /rooms/:id/level": forMembers(204, `{"level":"mentions"}`), "POST /rooms/:id/mute": forMembers(204, `{"until":"off"}`),
	"POST /rooms/:id/unread": {
		{unreadIn("general", general), entitled{204, 204, 204, 404, 204}}, {unreadIn("public", public), entitled{403, 204, 204, 404, 404}},
		{unreadIn("private", private), entitled{404, 204, 204, 204, 404}}, {unreadIn("direct", direct), entitled{404, 204, 204, 404, 404}},
		{of("missing", missing, `{"message":"`, someID, `"}`), all(404)},
	},
	"POST /rooms/:id/messages": forMembers(201, `{"body":"hello"}`),

	"GET /messages/:id":            onEveryMessage("", entitled{200, 200, 200, 404, 200}, entitled{200, 200, 200, 404, 404}, entitled{404, 200, 200, 200, 404}),
	"PATCH /messages/:id":          onEveryMessage(`{"body":"mine"}`, entitled{403, 200, 403, 404, 403}, entitled{403, 200, 403, 404, 404}, entitled{404, 200, 403, 403, 404}),
	"DELETE /messages/:id":         onEveryMessage("", entitled{200, 200, 403, 404, 403}, entitled{200, 200, 403, 404, 404}, entitled{404, 200, 403, 403, 404}),
	"POST /messages/:id/reactions": onEveryMessage(`{"emoji":"👍"}`, entitled{200, 200, 200, 404, 200}, entitled{403, 200, 200, 404, 404}, entitled{404, 200, 200, 200, 404}),

	"GET /notifications": plain("", all(200)), "POST /notifications/read": plain("", all(204)),
	"POST /notifications/:id/read": {{of("Grace's", gracesNote), entitled{404, 204, 404, 404, 404}}, {of("missing", missing), all(404)}},
	"POST /api/notify": {
		{of("Grace", none, `{"user":"Grace","text":"hello"}`), entitled{204, 204, 403, 403, 403}},
		{of("nobody", none, `{"user":"nobody","text":"hello"}`), all(422)},
	},
	"GET /push/key":              plain("", all(404)), // there is none
	"POST /push/subscriptions":   plain(`{"endpoint":"ftp://nowhere"}`, all(422)),
	"DELETE /push/subscriptions": plain(`{"endpoint":"https://push.example/1"}`, all(204)),

	"GET /presence": plain("", all(200)), "POST /presence": plain(`{"state":"online"}`, all(204)),
	"GET /people": plain("", all(200)),
	"POST /dms": {
		{of("Victor", none, `{"user":"Victor"}`), entitled{201, 201, 201, 422, 201}}, // whom the guest does not know of
		{of("nobody", none, `{"user":"nobody"}`), all(422)},
	},
	"POST /blocks": {
		{of("Victor", none, `{"user":"Victor","state":"off"}`), entitled{204, 204, 204, 422, 204}},
		{of("nobody", none, `{"user":"nobody"}`), all(422)},
	},
	"POST /users/:id/role": {
		{of("Victor", victim, `{"role":"member"}`), admins(204)}, {of("Grace", grace, `{"role":"member"}`), admins(204)},
		{of("Grace as administrator", grace, `{"role":"king"}`), all(422)}, {of("missing", missing, `{"role":"member"}`), admins(404)},
	},
	"POST /users/:id/ban": {
		{of("Victor", victim, `{"state":"off"}`), admins(204)}, {of("Grace", grace, `{"state":"off"}`), admins(204)},
		{of("missing", missing), admins(404)},
	},
	"POST /invitations":       plain("{}", admins(201)),
	"DELETE /invitations/:id": {{of("a valid one", anInvitation), admins(204)}, {of("missing", missing), admins(404)}},
	"GET /avatars/:id":        {{of("a picture", aPicture), all(200)}, {of("missing", missing), all(404)}},

	"GET /settings":                      plain("", all(200)),
	"POST /settings/password":            plain(`{"current":"wrong one","password":"another long one"}`, all(422)),
	"POST /settings/profile":             plain(`{"status":"here"}`, all(204)),
	"POST /settings/avatar":              plain(`{}`, all(422)),
	"POST /settings/preferences":         plain(`{}`, all(204)),
	"POST /settings/close":               plain("", entitled{403, 204, 204, 204, 204}),
	"POST /settings/tokens":              plain(`{"label":"bot"}`, all(201)),
	"POST /settings/sessions/:id/revoke": {{of("Grace's", gracesSession), entitled{404, 204, 404, 404, 404}}, {of("missing", missing), all(404)}},

	"POST /api/broadcast": plain(`{"key":"user:nobody","data":"x"}`, admins(204)),
	"GET /patterns":       plain("", all(200)), "GET /patterns/:name": plain("", all(200)), "GET /patterns/:name/events": plain("", all(200)),
	"POST /patterns/:name": plain(`{"value":"x"}`, all(204)), "POST /patterns/:name/:action": plain(`{}`, all(404)),
	"GET /inspector": plain("", admins(200)), "GET /inspector/events": plain("", admins(200)), "GET /events": plain("", all(200)),
}

// open are the routes of the door, and for everybody: they know no roles.
var open = []string{
	"GET /signup", "POST /signup", "GET /login", "POST /login", "GET /join/:token",
	"GET /static/:hash/*", "GET /service-worker.js", "GET /manifest.webmanifest", "GET /livez", "GET /readyz", "GET /metrics",
}

func TestWhoMayDoWhat(t *testing.T) {
	w := newTown(t)
	listed := 0
	for _, r := range allRoutes(t) {
		key := r.method + " " + r.path
		if slices.Contains(open, key) {
			continue
		}
		rows, ok := permissions[key]
		if !ok {
			t.Errorf("%s: who may do it? Say so in permissions", key)
			continue
		}
		listed++
		for _, row := range rows {
			for i, who := range []*person{w.ada, w.grace, w.margaret, w.gast, w.linus} {
				w.check(r, row.object, who, row.want[i])
			}
			outside := http.StatusUnauthorized
			w.check(r, row.object, w.eve, outside)
			if isStream(r.path) {
				outside = http.StatusNoContent
			}
			w.check(r, row.object, w.nobody, outside)
		}
	}
	if listed != len(permissions) {
		t.Errorf("%d of the %d routes of permissions exist", listed, len(permissions))
	}
}

// check does it, and compares the status. What may not be seen is told like what does not exist.
func (w *town) check(r route, o object, who *person, want int) {
	w.t.Helper()
	switch r.path {
	case "/logout", "/settings/close":
		who = w.double(who)
	}
	id, body := o.make(w)
	path := strings.NewReplacer(":id", id, ":user", string(w.margaret.id), ":name", "queue", ":action", "nothing").Replace(r.path)
	a := who.asks(r.method, path, body)
	title := r.method + " " + r.path + " (" + o.name + ") by " + who.name
	if a.status != want {
		w.t.Errorf("%s: status %d, want %d\n%s", title, a.status, want, a.body)
	}
	if a.status != http.StatusNotFound {
		return
	}
	if strings.TrimSpace(a.body) != `{"error":{"kind":"not_found","field":"","message":`+strconv.Quote(chat.ErrNotFound.Message)+`}}` {
		w.t.Errorf("%s: what is not there tells of itself: %s", title, a.body)
	}
	headers := []string{"Accept", "text/html"}
	if body != "" {
		headers = append(headers, "Content-Type", "application/json")
	}
	if page := who.do(r.method, path, body, headers...); page.body != w.nowhere && page.body != a.body {
		w.t.Errorf("%s: the page about what is not there tells of itself: %d\n%s", title, page.status, page.body)
	}
}

// double is somebody new of the same role, for what ends a session or an account.
func (w *town) double(who *person) *person {
	if who == w.nobody || who == w.eve {
		return who
	}
	double := w.signUp("Double " + string(chat.NewID()))
	_, user, err := w.chat.Authenticate(w.t.Context(), who.token)
	w.must(err)
	w.must(w.chat.SetRole(w.t.Context(), w.ada.id, double.id, user.Role))
	return double
}

// asks is call for streams, too: of those only the status is read.
func (p *person) asks(method, path, body string) answer {
	p.t.Helper()
	if !isStream(path) {
		return p.call(method, path, body)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, p.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	return answer{status: res.StatusCode, header: res.Header}
}
