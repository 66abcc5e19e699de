package chattest

import (
	"slices"
	"strings"

	"example.com/chat/internal/chat"
)

// people are the names of those whom a viewer finds.
func (s *stage) people(viewer chat.User, prefix string, limit int) string {
	s.Helper()
	people, err := s.store.People(s.ctx(), viewer.ID, chat.PeopleQuery{Prefix: prefix, Limit: limit})
	s.must(err)
	return called(people)
}

func called(people []chat.User) string {
	var names []string
	for _, user := range people {
		names = append(names, user.Name)
	}
	return strings.Join(names, ", ")
}

// sees checks whether a viewer may know of somebody, in both ways of asking.
func (s *stage) sees(viewer, whom chat.User, want bool) {
	s.Helper()
	found, err := s.store.People(s.ctx(), viewer.ID, chat.PeopleQuery{Prefix: whom.NameKey, Limit: 10})
	s.must(err)
	if got := slices.ContainsFunc(found, func(u chat.User) bool { return u.ID == whom.ID }); got != want {
		s.Errorf("%s finds %s: %v", viewer.Name, whom.Name, got)
	}
	user, err := s.store.User(s.ctx(), viewer.ID, whom.ID)
	if !want {
		s.kind(viewer.Name+" asks for "+whom.Name, err, chat.NotFound)
		s.equal("the user", user, chat.User{})
		return
	}
	s.must(err)
	s.equal("the user", user.ID, whom.ID)
}

var peopleTests = []test{
	{"people are found by the beginning of their name, sorted by it", func(s *stage) {
		s.cast()
		for _, name := range []string{"Grant", "graham", "Hagrid", "Gr"} {
			s.signUp(name, chat.Ordinary)
		}
		s.equal("everybody", s.people(Linus, "", 20), "Ada, Gr, Grace, graham, Grant, Hagrid, Linus")
		s.equal("gr", s.people(Linus, "gr", 20), "Gr, Grace, graham, Grant")
		s.equal("gra", s.people(Linus, "gra", 20), "Grace, graham, Grant")
		s.equal("grace", s.people(Linus, "grace", 20), "Grace")
		s.equal("graces", s.people(Linus, "graces", 20), "")
	}},
	{"at most so many people are found as were asked for", func(s *stage) {
		s.cast()
		s.equal("two", s.people(Linus, "", 2), "Ada, Grace")
		s.equal("one", s.people(Linus, "l", 1), "Linus")
	}},
	{"what is a pattern elsewhere is a character of a name", func(s *stage) {
		s.cast()
		for _, name := range []string{"100% Ada", "100x Ada", "a_b", "aXb", `back\slash`, "o'brien", "[a-z]", "*"} {
			s.signUp(name, chat.Ordinary)
		}
		for prefix, want := range map[string]string{
			"100%": "100% Ada", "100": "100% Ada, 100x Ada", "a_": "a_b", "a": "a_b, aXb, Ada",
			"%": "", "_": "", "_d": "", `back\`: `back\slash`, `\`: "", "o'": "o'brien", "[": "[a-z]", "*": "*", "?": "",
		} {
			got := strings.Split(s.people(Ada, prefix, 20), ", ")
			slices.Sort(got)
			expected := strings.Split(want, ", ")
			slices.Sort(expected)
			s.equal("after "+prefix, got, expected)
		}
	}},
	{"people are found whatever their alphabet", func(s *stage) {
		s.cast()
		for _, name := range []string{"משה", "Ægir", "中文", "中国", "👩‍🚀 Sally", "\U0010fffd", "z"} {
			s.signUp(name, chat.Ordinary)
		}
		for prefix, want := range map[string]string{"מ": "משה", "æ": "Ægir", "中": "中国, 中文", "👩": "👩‍🚀 Sally", "\U0010fffd": "\U0010fffd", "z": "z"} {
			s.equal("after "+prefix, s.people(Ada, prefix, 20), want)
		}
	}},
	{"whoever has closed the account is seen by administrators and themselves", func(s *stage) {
		s.cast()
		grace := s.user(Grace.ID)
		s.sees(Linus, grace, true)
		grace.DisabledAt = grace.CreatedAt
		s.put(grace)
		s.sees(Ada, grace, true)
		s.sees(Linus, grace, false)
		s.equal("for Linus", s.people(Linus, "", 20), "Ada, Linus")
		_, err := s.store.User(s.ctx(), grace.ID, grace.ID)
		s.must(err)
	}},
	{"whoever has blocked somebody sees them, also when nobody else does", func(s *stage) {
		s.cast()
		guest := s.signUp("Gast", chat.Guest)
		grace := s.user(Grace.ID)
		grace.DisabledAt = grace.CreatedAt
		s.put(grace)
		s.sees(Linus, grace, false)
		s.sees(guest, grace, false)
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.Blocks = []chat.BlockKey{blocking(Linus, grace), blocking(guest, grace), blocking(grace, guest)}
		})
		s.sees(Linus, grace, true)
		s.sees(guest, grace, true)
		s.equal("all that a guest finds", s.people(guest, "", 20), "Gast, Grace")
		s.sees(s.signUp("Margaret", chat.Ordinary), grace, false)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Unblocks = []chat.BlockKey{blocking(Linus, grace)} })
		s.sees(Linus, grace, false)
	}},
	{"closed accounts take nobody's place in what is found", func(s *stage) {
		s.cast()
		for _, name := range []string{"x1", "x2", "x3"} {
			user := s.signUp(name, chat.Ordinary)
			user.DisabledAt = user.CreatedAt
			s.put(user)
		}
		s.signUp("x4", chat.Ordinary)
		s.equal("two", s.people(Linus, "x", 2), "x4")
	}},
	{"a guest sees those who share a room with them", func(s *stage) {
		s.cast()
		guest := s.signUp("Gast", chat.Guest)
		s.equal("in no room", s.people(guest, "", 20), s.people(guest, "gast", 20))
		s.sees(guest, Grace, false)
		s.join(Ops.ID, guest)
		s.sees(guest, Ada, true)
		s.sees(guest, Grace, true)
		s.sees(guest, Linus, false)
		s.sees(Linus, guest, true)
		room := s.newRoom("both", false)
		s.join(room.ID, guest)
		s.join(room.ID, Grace)
		s.equal("in two rooms with Grace", s.people(guest, "g", 20), "Gast, Grace")
		s.leave(Ops.ID, guest)
		s.sees(guest, Ada, false)
		s.sees(guest, Grace, true)
	}},
	{"the members of a room are found by its members", func(s *stage) {
		s.cast()
		s.signUp("Linda", chat.Ordinary)
		in := func(room chat.RoomID, viewer chat.User, limit int) string {
			people, err := s.store.People(s.ctx(), viewer.ID, chat.PeopleQuery{Prefix: "", Room: room, Limit: limit})
			s.must(err)
			return called(people)
		}
		s.equal("of #ops", in(Ops.ID, Ada, 10), "Ada, Grace")
		s.equal("one of them", in(Ops.ID, Grace, 1), "Ada")
		s.equal("for somebody outside", in(Ops.ID, Linus, 10), "")
		s.equal("of no room", in("nowhere", Ada, 10), "")
	}},
	{"others take nobody's place in what a guest finds", func(s *stage) {
		s.cast()
		for _, name := range []string{"x1", "x2", "x3"} {
			s.signUp(name, chat.Ordinary)
		}
		guest, friend := s.signUp("Gast", chat.Guest), s.signUp("x4", chat.Ordinary)
		s.join(Ops.ID, guest)
		s.join(Ops.ID, friend)
		s.equal("two", s.people(guest, "x", 2), "x4")
	}},
	{"everybody sees themselves, and nobody sees who does not exist", func(s *stage) {
		s.cast()
		guest := s.signUp("Gast", chat.Guest)
		for _, user := range []chat.User{Ada, Linus, guest} {
			got, err := s.store.User(s.ctx(), user.ID, user.ID)
			s.must(err)
			s.equal("oneself", got, s.user(user.ID))
			_, err = s.store.User(s.ctx(), user.ID, "nobody")
			s.kind("nobody", err, chat.NotFound)
		}
	}},
	{"who is hidden is the same as who does not exist", func(s *stage) {
		s.cast()
		guest := s.signUp("Gast", chat.Guest)
		_, hidden := s.store.User(s.ctx(), guest.ID, Grace.ID)
		_, missing := s.store.User(s.ctx(), guest.ID, "nobody")
		s.kind("hidden", hidden, chat.NotFound)
		s.equal("the errors", hidden.Error(), missing.Error())
	}},
}
