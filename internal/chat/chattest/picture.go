package chattest

import (
	"bytes"

	"example.com/chat/internal/chat"
)

var pictureTests = []test{
	{"a picture comes back as it was kept", func(s *stage) {
		for id, content := range map[chat.AvatarID][]byte{
			"small": {0, 0xff, 0x89, 'P', 'N', 'G', '\n', 0}, "large": bytes.Repeat([]byte{0, 1, 2, 0xfe, 0xff}, 50_000),
		} {
			want := chat.Picture{ID: id, Type: "image/png", Bytes: content}
			s.must(s.store.KeepPicture(s.ctx(), want))
			got, err := s.store.Picture(s.ctx(), id)
			s.must(err)
			s.equal("the picture", got, want)
		}
	}},
	{"keeping the same picture again is fine, also when it happens at once", func(s *stage) {
		p := chat.Picture{ID: "same", Type: "image/png", Bytes: []byte("pixels")}
		stores := []chat.Store{s.store, s.second()}
		s.must(together(8, func(i int) error { return stores[i%2].KeepPicture(s.ctx(), p) }))
		got, err := s.store.Picture(s.ctx(), p.ID)
		s.must(err)
		s.equal("the picture", got, p)
	}},
	{"a picture that nobody kept is not found", func(s *stage) {
		_, err := s.store.Picture(s.ctx(), "none")
		s.kind("the picture", err, chat.NotFound)
	}},
	{"keeping a picture is no event", func(s *stage) {
		s.cast()
		before := s.head()
		s.must(s.store.KeepPicture(s.ctx(), chat.Picture{ID: "one", Type: "image/png", Bytes: []byte("pixels")}))
		s.equal("the head", s.head(), before)
	}},
}
