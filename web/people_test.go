package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// writesTo opens the direct room of the person and others with the domain.
func (p *person) writesTo(others ...*person) chat.RoomID {
	p.t.Helper()
	var names []string
	for _, other := range others {
		names = append(names, string(other.id))
	}
	room, err := p.chat.OpenDirect(p.t.Context(), p.id, names)
	if err != nil {
		p.t.Fatal(err)
	}
	return room.ID
}

func TestADirectConversationIsFoundAgainWhenTheSamePeopleAreNamed(t *testing.T) {
	s := newSite(t)
	ada, grace, linus := s.signUp("Ada"), s.signUp("Grace"), s.signUp("Linus")
	for _, test := range []struct {
		name, group string
		with        []*person
		again       []string // bodies of JSON that name the same people
	}{
		{"one", `{"user":"Grace"}`, []*person{grace}, []string{`{"user":["` + string(grace.id) + `"]}`, `{"user":["grace","Ada","Grace"]}`}},
		{"several", `{"user":["Grace","Linus"]}`, []*person{grace, linus}, []string{`{"user":"Linus\nGrace"}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var room, same jsonRoom
			ada.call("POST", "/dms", test.group).want(t, 201).json(t, &room)
			if !room.Direct || !room.Private || !room.Joined || room.Name != "" || room.ID == "" {
				t.Errorf("got %+v", room)
			}
			for _, body := range append(test.again, test.group) {
				ada.call("POST", "/dms", body).want(t, 201).json(t, &same)
				if same.ID != room.ID || len(same.Users) != len(test.with)+1 {
					t.Errorf("%s opens %s, want %s", body, same.ID, room.ID)
				}
			}
			var fields []string
			for _, other := range test.with {
				fields = append(fields, "user", other.name)
			}
			ada.submit("/dms", fields...).leadsTo(t, roomURL(room.ID))
			for _, other := range test.with {
				other.get(roomURL(room.ID)).want(t, 200, "Ada")
				var page jsonRoomPage
				other.call("GET", roomURL(room.ID), "").want(t, 200).json(t, &page)
				if len(page.Members) != len(test.with)+1 || len(page.Room.Users) != len(test.with)+1 {
					t.Errorf("%s sees %+v", other.name, page)
				}
			}
		})
	}
	var alone jsonRoom
	grace.call("POST", "/dms", `{"user":"Ada"}`).want(t, 201).json(t, &alone)
	linus.call("GET", roomURL(alone.ID), "").fails(t, 404, chat.NotFound, "")
}

func TestAConversationIsNoRoomThatOthersJoin(t *testing.T) {
	s := newSite(t)
	ada, grace, linus := s.signUp("Ada"), s.signUp("Grace"), s.signUp("Linus")
	room := roomURL(grace.writesTo(ada))
	for _, tt := range []struct {
		method, path, body string
		among, outside     int // statuses for its people and for others
	}{
		{"POST", "/join", "", 204, 404},
		{"POST", "/leave", "", 403, 404},
		{"POST", "/members", `{"user":"Linus"}`, 403, 404},
		{"DELETE", "/members/" + string(grace.id), "", 403, 404},
		{"DELETE", "/members/" + string(linus.id), "", 403, 404},
		{"PATCH", "", `{"name":"Ours","private":false}`, 403, 404},
		{"POST", "/archive", "", 403, 404},
	} {
		for _, who := range []*person{ada, grace} { // an administrator, and who began it
			who.call(tt.method, room+tt.path, tt.body).want(t, tt.among)
		}
		linus.call(tt.method, room+tt.path, tt.body).fails(t, tt.outside, chat.NotFound, "")
	}
	ada.call("POST", "/invitations", `{"room":"`+strings.TrimPrefix(room, "/rooms/")+`"}`).fails(t, 422, chat.Invalid, "room")
	var page jsonRoomPage
	ada.call("GET", room, "").want(t, 200).json(t, &page)
	if len(page.Members) != 2 || page.Room.Name != "" || page.Room.Archived || !page.Room.Private || !page.Room.Direct {
		t.Errorf("it has become %+v", page)
	}
	linus.call("GET", "/rooms", "").want(t, 200).lacks(t, room)
}

func TestAConversationThatCannotBeIsExplained(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	for _, body := range []string{`{}`, `{"user":""}`, `{"user":[]}`, `{"user":"Ada"}`, `{"user":"nobody"}`, `{"user":["Ada","nobody"]}`, `{"user":[1]}`, `{"user":{}}`} {
		ada.call("POST", "/dms", body).fails(t, 422, chat.Invalid, "user")
	}
	ada.submit("/dms").want(t, 422, "Say whom you want to write to.", "<html")
	ada.submit("/dms", "user", "nobody").want(t, 422, "Nobody has this name.", "<html")
}

func TestWhoIsBlockedCannotWriteAndIsNotNotifiedOf(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	room := ada.writesTo(grace)
	for _, on := range []string{`{"user":"Grace","state":"on"}`, `{"user":"Grace"}`} { // a retry is harmless
		ada.call("POST", "/blocks", on).want(t, 204)
	}
	ada.get("/people").want(t, 200, "Unblock")
	grace.call("POST", roomURL(room)+"/messages", `{"body":"hello?"}`).fails(t, 403, chat.Forbidden, "")
	grace.says(chat.General, "@Ada")
	if list := ada.notifications(""); len(list) != 0 {
		t.Errorf("Ada is notified of %+v", list)
	}
	for range 2 {
		ada.submit("/blocks", "user", string(grace.id), "state", "off").leadsTo(t, "/people")
	}
	grace.call("POST", roomURL(room)+"/messages", `{"body":"hello?"}`).want(t, 201)
	ada.call("POST", "/blocks", `{"user":"Grace"}`).want(t, 204)
	grace.call("POST", "/settings/close", "").want(t, 204)
	ada.get("/people?q=gr").want(t, 200, "Unblock", "closed")
	ada.submit("/blocks", "user", string(grace.id), "state", "off").leadsTo(t, "/people")
	ada.call("POST", "/blocks", `{"user":"Grace","state":"maybe"}`).fails(t, 422, chat.Invalid, "state")
	ada.call("POST", "/blocks", `{"user":"nobody"}`).fails(t, 422, chat.Invalid, "user")
	ada.call("POST", "/blocks", `{"user":"Ada"}`).fails(t, 422, chat.Invalid, "user")
}

func TestPeopleAreFoundByTheBeginningOfTheirName(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	s.signUp("Grace")
	var found []jsonMember
	ada.call("GET", "/people?q=gr", "").want(t, 200).json(t, &found)
	if len(found) != 1 || found[0].Name != "Grace" || found[0].Role != chat.Ordinary {
		t.Errorf("found %+v", found)
	}
	ada.call("GET", "/people?q=zz", "").want(t, 200, "[]")
	ada.get("/people?q=%ff%00").want(t, 200)
	ada.get("/people").want(t, 200, "Ada", "Grace")
}

func TestAdministratorsGiveRoles(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	role := "/users/" + string(grace.id) + "/role"
	ada.call("POST", role, `{"role":"guest"}`).want(t, 204)
	grace.do("GET", "/me", "").want(t, 200, `"role":"guest"`)
	grace.call("POST", "/rooms", `{"name":"mine"}`).fails(t, 403, chat.Forbidden, "")
	ada.submit(role, "role", "administrator").leadsTo(t, "/people")
	grace.do("GET", "/me", "").want(t, 200, `"role":"administrator"`)
	ada.submit(role, "role", "member").leadsTo(t, "/people")
	ada.call("POST", role, `{"role":"king"}`).fails(t, 422, chat.Invalid, "role")
	ada.call("POST", "/users/nobody/role", `{"role":"guest"}`).fails(t, 404, chat.NotFound, "")
	ada.call("POST", "/users/"+string(ada.id)+"/role", `{"role":"member"}`).fails(t, 403, chat.Forbidden, "")
	grace.call("POST", "/users/"+string(ada.id)+"/role", `{"role":"guest"}`).fails(t, 403, chat.Forbidden, "")
}

func TestWhoIsBannedIsOutAtOnce(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	page, program := grace.listen("/events"), grace.listen(stream)
	page.expect("ping")
	program.expect("ping")
	ban := "/users/" + string(grace.id) + "/ban"
	ada.submit(ban, "state", "on").leadsTo(t, "/people")
	for _, l := range []*listener{page, program} {
		if f := l.next(); f.name != "bye" {
			t.Errorf("came %+v", f)
		}
		if f := l.next(); f.name != "" {
			t.Errorf("after the end came %+v", f)
		}
	}
	grace.call("POST", "/rooms/general/messages", `{"body":"hello"}`).fails(t, 401, chat.Unauthenticated, "")
	grace.do("GET", "/session", "").want(t, 401)
	grace.do("GET", "/events", "").want(t, 204)
	s.stranger().submit("/login", "name", "Grace", "password", password).want(t, 403, "This account is closed. Ask an administrator.", `name="password"`)
	s.stranger().call("POST", "/login", `{"name":"Grace","password":"`+password+`"}`).fails(t, 403, chat.Forbidden, "")
	s.stranger().submit("/login", "name", "Grace", "password", "not her password").want(t, 422, "The name or the password is wrong.").lacks(t, "closed")

	ada.call("POST", ban, `{"state":"on"}`).want(t, 204)
	ada.call("POST", ban, `{"state":"off"}`).want(t, 204)
	s.stranger().submit("/login", "name", "Grace", "password", password).leadsTo(t, "/")
	ada.call("POST", ban, `{"state":"perhaps"}`).fails(t, 422, chat.Invalid, "state")
	ada.call("POST", "/users/nobody/ban", `{}`).fails(t, 404, chat.NotFound, "")
	ada.call("POST", "/users/"+string(ada.id)+"/ban", `{}`).fails(t, 403, chat.Forbidden, "")
	grace.call("POST", ban, `{"state":"off"}`).fails(t, 401, chat.Unauthenticated, "")
}

// byInvitation is a site where only who is invited signs up.
func byInvitation(t *testing.T) *site {
	return newSiteWith(t, chat.Config{Signup: chat.SignupInvite})
}

func TestTheFirstIsLedToSignUpWhereOthersAreNot(t *testing.T) {
	for _, mode := range []chat.SignupMode{chat.SignupInvite, chat.SignupClosed} {
		t.Run(string(mode), func(t *testing.T) {
			s := newSiteWith(t, chat.Config{Signup: mode})
			ada := s.stranger()
			ada.get("/").leadsTo(t, "/login")
			ada.get("/login").want(t, 200, `href="/signup"`)
			ada.get("/signup").want(t, 200, "You are the first here", `name="password"`).lacks(t, "invitation")
			ada.submit("/signup", "name", "Ada", "password", password).leadsTo(t, "/")
			ada.do("GET", "/me", "").want(t, 200, `"role":"administrator"`)
			eve := s.stranger()
			eve.get("/login").want(t, 200).lacks(t, `href="/signup"`)
			eve.get("/signup").want(t, 200, "ask an administrator").lacks(t, "You are the first")
			eve.submit("/signup", "name", "Eve", "password", password).want(t, 403, "Signing up is closed here.")
		})
	}
}

// expire has an invitation end when it began.
func (s *site) expire(id chat.InvitationID) {
	s.t.Helper()
	all, err := s.store.Invitations(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, i := range all {
		if i.ID == id {
			i.ExpiresAt = i.CreatedAt
			err = s.store.Update(s.t.Context(), &chat.Needs{}, func(*chat.State) *chat.Rows {
				return &chat.Rows{Invitations: []chat.Invitation{i}}
			})
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// invites makes an invitation over the wire, and gives its secret.
func (p *person) invites(body string) (jsonInvitation, string) {
	p.t.Helper()
	var made jsonInvitation
	p.call("POST", "/invitations", body).want(p.t, 201).json(p.t, &made)
	_, secret, ok := strings.Cut(made.Link, p.URL+"/join/")
	if !ok || secret == "" {
		p.t.Fatalf("the link is %q", made.Link)
	}
	return made, secret
}

func TestAnInvitationWorksOnce(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	s.stranger().submit("/signup", "name", "Eve", "password", password).want(t, 403, "Signing up is closed here.")
	made, secret := ada.invites(`{}`)
	if left := time.Until(made.ExpiresAt); made.Role != chat.Ordinary || made.Uses != 1 || made.Room != "" || left < 6*24*time.Hour || left > 8*24*time.Hour {
		t.Errorf("made is %+v", made)
	}

	grace := s.stranger()
	grace.get("/join/"+secret).want(t, 200, `name="invitation"`, secret, `name="password"`)
	grace.call("GET", "/join/"+secret, "").want(t, 204)
	form := grace.submit("/signup", "name", "Grace", "password", "short", "invitation", secret).want(t, 422, "at least 8 characters")
	form.want(t, 422, secret) // or the next attempt is that of somebody who is not invited
	grace.submit("/signup", "name", "Grace", "password", password, "invitation", secret).leadsTo(t, "/")
	grace.do("GET", "/me", "").want(t, 200, `"name":"Grace","role":"member"`)
	grace.get("/join/"+secret).leadsTo(t, "/")

	for _, late := range []string{secret, "nonsense"} {
		eve := s.stranger()
		eve.get("/join/"+late).want(t, 403, "This invitation is not valid any more.").lacks(t, `name="password"`)
		eve.call("GET", "/join/"+late, "").fails(t, 403, chat.Forbidden, "")
		eve.submit("/signup", "name", "Eve", "password", password, "invitation", late).want(t, 403, "This invitation is not valid any more.")
		eve.call("POST", "/signup", `{"name":"Eve","password":"`+password+`","invitation":"`+late+`"}`).fails(t, 403, chat.Forbidden, "")
	}
	ada.get("/people").want(t, 200).lacks(t, secret)
}

func TestAGuestIsInvitedToARoom(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	board := ada.room("Board", true)
	made, secret := ada.invites(`{"role":"guest","room":"` + string(board) + `","uses":2,"expires":"24h"}`)
	if made.Role != chat.Guest || made.Room != board || made.Uses != 2 || time.Until(made.ExpiresAt) > 25*time.Hour {
		t.Errorf("made is %+v", made)
	}
	guest := s.stranger()
	guest.call("POST", "/signup", `{"name":"Gast","password":"`+password+`","invitation":"`+secret+`"}`).want(t, 201, `"role":"guest"`)
	guest.submit("/login", "name", "Gast", "password", password).leadsTo(t, "/")
	guest.get("/").leadsTo(t, roomURL(board))
	guest.get("/rooms/general").want(t, 404)
	guest.get("/rooms").want(t, 200, "Board").lacks(t, `href="/rooms/general"`)
}

func TestAnInvitationCanBeLimitedAndMadeVoid(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	for body, field := range map[string]string{
		`{"role":"king"}`: "role", `{"role":"administrator"}`: "role", `{"role":"guest"}`: "room", `{"room":"nowhere"}`: "room",
		`{"uses":"many"}`: "uses", `{"uses":0}`: "uses", `{"uses":99999999999999}`: "uses", `{"uses":4294967297}`: "uses",
		`{"expires":"soon"}`: "expires", `{"expires":"0s"}`: "expires", `{"expires":"-1h"}`: "expires", `{"expires":"9999h"}`: "expires",
	} {
		ada.call("POST", "/invitations", body).fails(t, 422, chat.Invalid, field)
	}
	ada.submit("/invitations", "role", "guest").want(t, 422, "choose one", "<html")
	a := ada.submit("/invitations", "expires", "24h").want(t, 200, s.URL+"/join/")
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with the link may be kept: %q", got)
	}

	made, secret := ada.invites(`{"uses":5}`)
	ada.submit("/invitations/"+string(made.ID), "_method", "DELETE").leadsTo(t, "/people")
	s.stranger().call("GET", "/join/"+secret, "").fails(t, 403, chat.Forbidden, "")
	ada.call("DELETE", "/invitations/"+string(made.ID), "").fails(t, 404, chat.NotFound, "")
	made, _ = ada.invites(`{}`)
	ada.call("DELETE", "/invitations/"+string(made.ID), "").want(t, 204)
}

func TestAnInvitationThatHasExpiredIsOver(t *testing.T) {
	s := byInvitation(t)
	ada := s.signUp("Ada")
	for _, long := range []string{"36h", "7d", time.Now().Add(48 * time.Hour).Format(time.RFC3339)} {
		if made, _ := ada.invites(`{"expires":"` + long + `"}`); time.Until(made.ExpiresAt) < 24*time.Hour {
			t.Errorf("%s is until %v", long, made.ExpiresAt)
		}
	}
	for _, wrong := range []string{"soon", "-1h", "0d", "91d", "2001-01-01T00:00:00Z"} {
		ada.call("POST", "/invitations", `{"expires":"`+wrong+`"}`).fails(t, 422, chat.Invalid, "expires")
	}
	made, secret := ada.invites(`{"expires":"1m"}`)
	s.expire(made.ID)
	s.stranger().call("GET", "/join/"+secret, "").fails(t, 403, chat.Forbidden, "")
	s.stranger().submit("/signup", "name", "Eve", "password", password, "invitation", secret).want(t, 403, "not valid any more")
}

func TestOnlyAdministratorsInvite(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	made, _ := ada.invites(`{}`)
	grace.call("POST", "/invitations", `{}`).fails(t, 403, chat.Forbidden, "")
	grace.submit("/invitations").want(t, 403)
	grace.call("DELETE", "/invitations/"+string(made.ID), "").fails(t, 403, chat.Forbidden, "")
	grace.get("/people").want(t, 200).lacks(t, `action="/invitations`)
	ada.get("/people").want(t, 200, `action="/invitations`)
	s.stranger().call("POST", "/invitations", `{}`).want(t, http.StatusUnauthorized)
}

// comesByInvitation signs somebody up whom an administrator has invited, as a browser with a token.
func (s *site) comesByInvitation(host *person, name string, role chat.Role, room chat.RoomID) *person {
	s.t.Helper()
	_, secret, err := s.chat.Invite(s.t.Context(), host.id, role, room, 1, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.signUpWith(name, secret)
}
