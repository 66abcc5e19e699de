package webtest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"path"
	"slices"
	"strconv"
)

func readNotification(l *Life, who *Person) (request, bool) {
	var all []struct{ ID string }
	if !l.read(who, "/notifications", &all) || len(all) == 0 {
		return request{}, false
	}
	return with().to(oneOf(l, all).ID), true
}

func notify(l *Life, _ *Person) (request, bool) {
	return with("user", oneOf(l, l.people).Name, "text", "note "+strconv.Itoa(l.rng.IntN(1000))), true
}

// comeIn signs somebody up, who is seen in the first room, sometimes by an invitation.
func comeIn(l *Life, _ *Person) (request, bool) {
	name := l.name("Newcomer")
	r := with("name", name, "password", Password)
	var used *invitation
	if len(l.invitations) > 1 && l.rng.IntN(2) == 0 { // one is left to be revoked
		used = oneOf(l, l.invitations)
		r.fields.Set("invitation", path.Base(used.Link))
	}
	r.by = &Person{}
	r.then = func(a answer) {
		l.newcomers = append(l.newcomers, l.entered(name, a))
		if used != nil {
			l.use(used, 1)
		}
	}
	return r, true
}

// closeAccount has the newest of the newcomers go again.
func closeAccount(l *Life, _ *Person) (request, bool) {
	last := len(l.newcomers) - 1
	if last < 0 {
		return request{}, false
	}
	r := with()
	r.by, r.plain = l.newcomers[last], true
	r.then = func(answer) { l.newcomers = l.newcomers[:last] }
	return r, true
}

// logIn makes another session of somebody's, and logOut ends one.
func logIn(l *Life, who *Person) (request, bool) {
	r := with("name", who.Name, "password", Password)
	r.by = &Person{}
	r.then = func(a answer) { l.browsers = append(l.browsers, l.entered(who.Name, a)) }
	return r, true
}

func logOut(l *Life, _ *Person) (request, bool) {
	last := len(l.browsers) - 1
	if last < 0 {
		return request{}, false
	}
	r := with()
	r.by, r.plain = l.browsers[last], true
	r.then = func(answer) { l.browsers = l.browsers[:last] }
	return r, true
}

// token is one that somebody has made, for revokeToken.
type token struct {
	ID string
	of *Person
}

func makeToken(l *Life, who *Person) (request, bool) {
	r := with("label", l.name("bot"))
	r.plain = true // only programs are told its id
	r.then = func(a answer) {
		made := token{of: who}
		a.json(l, &made)
		l.tokens = append(l.tokens, made)
	}
	return r, true
}

func revokeToken(l *Life, _ *Person) (request, bool) {
	last := len(l.tokens) - 1
	if last < 0 {
		return request{}, false
	}
	r := with().to(l.tokens[last].ID)
	r.by = l.tokens[last].of
	r.then = func(answer) { l.tokens = l.tokens[:last] }
	return r, true
}

// invitation is one that an administrator has made and that is still valid.
type invitation struct {
	ID, Link string
	Uses     int // that are left
}

// use notes that so many have come by an invitation, or could have: it is void then.
func (l *Life) use(i *invitation, times int) {
	if i.Uses -= times; i.Uses <= 0 {
		l.invitations = slices.DeleteFunc(l.invitations, func(other *invitation) bool { return other == i })
	}
}

func invite(l *Life, _ *Person) (request, bool) {
	r := with("uses", strconv.Itoa(1+l.rng.IntN(2)))
	r.plain = true // only programs are told its id
	r.then = func(a answer) {
		made := &invitation{}
		a.json(l, made)
		l.invitations = append(l.invitations, made)
	}
	return r, true
}

func uninvite(l *Life, _ *Person) (request, bool) {
	if len(l.invitations) == 0 {
		return request{}, false
	}
	one := oneOf(l, l.invitations)
	r := with().to(one.ID)
	r.then = func(answer) { l.use(one, one.Uses) }
	return r, true
}

func changeProfile(l *Life, who *Person) (request, bool) {
	if l.rng.IntN(2) == 0 {
		return with("status", oneOf(l, []string{"at lunch", "back soon", ""})), true
	}
	name := l.name(oneOf(l, []string{"Ada", "Grace", "Linus", "Zoe"}))
	r := with("name", name)
	r.then = func(answer) { who.Name = name }
	return r, true
}

// changeAvatar uploads a picture of one colour, or goes back to the initials.
func changeAvatar(l *Life, _ *Person) (request, bool) {
	if l.rng.IntN(3) == 0 {
		return request{fields: url.Values{}, file: []byte{}}, true
	}
	picture := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Gray{Y: uint8(l.rng.IntN(256))}})
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		l.t.Fatal(err)
	}
	return request{file: file.Bytes()}, true
}

func changePrefs(l *Life, _ *Person) (request, bool) {
	return with("quiet_from", oneOf(l, []string{"21:00", "22:00"}), "quiet_to", "07:00", "zone", "Europe/Berlin",
		"receipts", oneOf(l, []string{"on", "on", "on", ""})), true
}

func block(l *Life, who *Person) (request, bool) {
	other := oneOf(l, l.people)
	return with("user", other.ID, "state", oneOf(l, []string{"on", "off"})), other != who
}

// setRole gives people their part by turns: most are ordinary members again before long.
func setRole(l *Life, _ *Person) (request, bool) {
	return with("role", oneOf(l, []string{"member", "member", "guest", "administrator"})).to(oneOf(l, l.people).ID), true
}

func ban(l *Life, _ *Person) (request, bool) {
	return with("state", oneOf(l, []string{"on", "off"})).to(l.banned.ID), true
}
