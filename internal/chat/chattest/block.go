package chattest

import "example.com/chat/internal/chat"

func blocking(user, blocked chat.User) chat.BlockKey {
	return chat.BlockKey{UserID: user.ID, Blocked: blocked.ID}
}

var blockTests = []test{
	{"blocks are found by who blocks and by who is blocked", func(s *stage) {
		s.cast()
		s.change(chat.Needs{}, func(d *draft) {
			d.rows.Blocks = []chat.BlockKey{blocking(Ada, Grace), blocking(Ada, Linus), blocking(Grace, Ada), blocking(Linus, Grace)}
		})
		by := s.state(chat.Needs{BlocksBy: []chat.UserID{Ada.ID, "nobody", Ada.ID}})
		s.equal("by Ada", by.Blocks, setOf(blocking(Ada, Grace), blocking(Ada, Linus)))
		of := s.state(chat.Needs{BlocksOf: []chat.UserID{Grace.ID, Grace.ID}})
		s.equal("of Grace", of.Blocks, setOf(blocking(Ada, Grace), blocking(Linus, Grace)))
		both := s.state(chat.Needs{BlocksBy: []chat.UserID{Linus.ID}, BlocksOf: []chat.UserID{Grace.ID}})
		s.equal("by Linus, of Grace", both.Blocks, setOf(blocking(Ada, Grace), blocking(Linus, Grace)))
		s.equal("by and of nobody", s.state(chat.Needs{BlocksBy: []chat.UserID{"nobody"}, BlocksOf: []chat.UserID{"nobody"}}).Blocks, nil)
	}},
	{"a block that is stored again is one, and one that ends is gone", func(s *stage) {
		s.cast()
		for range 2 {
			s.change(chat.Needs{}, func(d *draft) { d.rows.Blocks = []chat.BlockKey{blocking(Ada, Grace), blocking(Ada, Linus)} })
		}
		s.equal("blocked", s.page(Ada, chat.PageQuery{}).Blocked, []chat.UserID{Grace.ID, Linus.ID})
		for range 2 {
			s.change(chat.Needs{}, func(d *draft) { d.rows.Unblocks = []chat.BlockKey{blocking(Ada, Linus)} })
		}
		s.equal("left", s.state(chat.Needs{BlocksBy: []chat.UserID{Ada.ID}}).Blocks, setOf(blocking(Ada, Grace)))
	}},
}
