package chattest

import (
	"bytes"

	"example.com/chat/internal/chat"
)

// portrait is a picture in which nothing can be seen.
func portrait(id chat.AvatarID) chat.Picture {
	return chat.Picture{ID: id, Type: "image/png", Bytes: []byte("pixels of " + id)}
}

// draw gives somebody a picture in place of the one they have; the zero Picture takes it away.
func (s *stage) draw(user chat.User, p chat.Picture) {
	s.Helper()
	s.must(drawIn(s, s.store, user, p))
}

func drawIn(s *stage, store chat.Store, user chat.User, p chat.Picture) error {
	return changeIn(s, store, chat.Needs{Users: []chat.UserID{user.ID}}, func(d *draft) {
		user := d.Users[user.ID]
		if user.Avatar != "" {
			d.rows.Replaced = []chat.AvatarID{user.Avatar}
		}
		if user.Avatar = p.ID; p.ID != "" {
			d.rows.Pictures = []chat.Picture{p}
		}
		d.rows.Users = []chat.User{user}
	})
}

// hasPictures checks which of some pictures are kept.
func (s *stage) hasPictures(want map[chat.AvatarID]bool) {
	s.Helper()
	for id, kept := range want {
		_, err := s.store.Picture(s.ctx(), id)
		if kept {
			s.must(err)
		} else {
			s.kind("picture "+string(id), err, chat.NotFound)
		}
	}
}

var pictureTests = []test{
	{"a picture comes back as it was kept", func(s *stage) {
		s.cast()
		for user, want := range map[chat.UserID]chat.Picture{
			Ada.ID:   {ID: "small", Type: "image/png", Bytes: []byte{0, 0xff, 0x89, 'P', 'N', 'G', '\n', 0}},
			Grace.ID: {ID: "large", Type: "image/png", Bytes: bytes.Repeat([]byte{0, 1, 2, 0xfe, 0xff}, 50_000)},
		} {
			s.draw(chat.User{ID: user}, want)
			got, err := s.store.Picture(s.ctx(), want.ID)
			s.must(err)
			s.equal("the picture", got, want)
		}
	}},
	{"a picture that nobody has is not found", func(s *stage) {
		_, err := s.store.Picture(s.ctx(), "none")
		s.kind("the picture", err, chat.NotFound)
	}},
	{"a picture goes when it is replaced, or taken away", func(s *stage) {
		s.cast()
		s.draw(Ada, portrait("first"))
		s.draw(Ada, portrait("second"))
		s.hasPictures(map[chat.AvatarID]bool{"first": false, "second": true})
		s.draw(Ada, chat.Picture{})
		s.hasPictures(map[chat.AvatarID]bool{"second": false})
		s.draw(Ada, portrait("first"))
		s.hasPictures(map[chat.AvatarID]bool{"first": true})
	}},
	{"a picture stays as long as somebody has it", func(s *stage) {
		s.cast()
		s.draw(Ada, portrait("same"))
		s.draw(Grace, portrait("same"))
		s.draw(Ada, portrait("other"))
		s.hasPictures(map[chat.AvatarID]bool{"same": true, "other": true})
		s.draw(Grace, portrait("same")) // again
		s.hasPictures(map[chat.AvatarID]bool{"same": true})
		s.draw(Grace, portrait("other"))
		s.hasPictures(map[chat.AvatarID]bool{"same": false, "other": true})
	}},
	{"of several people in one Update, who takes up what another lets go of keeps it", func(s *stage) {
		s.cast()
		s.draw(Ada, portrait("passed on"))
		s.change(chat.Needs{Users: []chat.UserID{Ada.ID, Grace.ID}}, func(d *draft) {
			ada, grace := d.Users[Ada.ID], d.Users[Grace.ID]
			ada.Avatar, grace.Avatar = "", "passed on"
			d.rows.Users = []chat.User{ada, grace}
			d.rows.Pictures = []chat.Picture{portrait("passed on"), portrait("for a moment")}
			d.rows.Replaced = []chat.AvatarID{"passed on", "for a moment"}
		})
		s.hasPictures(map[chat.AvatarID]bool{"passed on": true, "for a moment": false})
	}},
	{"whoever has a picture finds it, however they were given and taken at once", func(s *stage) {
		s.cast()
		stores, people := []chat.Store{s.store, s.second()}, []chat.User{Ada, Grace, Linus}
		s.must(together(24, func(i int) error {
			return drawIn(s, stores[i%2], people[i%3], portrait(chat.AvatarID([]string{"same", "other"}[i/3%2])))
		}))
		had := map[chat.AvatarID]bool{"same": false, "other": false}
		for _, user := range people {
			had[s.user(user.ID).Avatar] = true
		}
		s.hasPictures(had)
	}},
}
