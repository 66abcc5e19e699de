package chattest

import (
	"time"

	"example.com/chat/internal/chat"
)

// invite makes an invitation that lives so long and has so many uses left.
func (s *stage) invite(life time.Duration, left int) (i chat.Invitation) {
	s.Helper()
	s.change(chat.Needs{}, func(d *draft) {
		id := chat.NewID()
		i = chat.Invitation{
			ID: chat.InvitationID(id), SecretHash: []byte("\x00\xff" + id), CreatorID: Ada.ID, Role: chat.Guest, RoomID: Ops.ID,
			CreatedAt: d.Now, ExpiresAt: d.Now.Add(life), Left: left,
		}
		d.rows.Invitations = []chat.Invitation{i}
	})
	return i
}

var invitationTests = []test{
	{"an invitation is found by the hash of its secret, valid or not", func(s *stage) {
		s.cast()
		for _, want := range []chat.Invitation{s.invite(time.Hour, 3), s.invite(-time.Hour, 3), s.invite(time.Hour, 0)} {
			got, err := s.store.Invitation(s.ctx(), want.SecretHash)
			s.must(err)
			s.equal("the invitation", got, want)
		}
		_, err := s.store.Invitation(s.ctx(), []byte("another"))
		s.kind("another hash", err, chat.NotFound)
		_, err = s.store.Invitation(s.ctx(), nil)
		s.kind("no hash", err, chat.NotFound)
	}},
	{"the state has those whose hashes were named", func(s *stage) {
		s.cast()
		one, two := s.invite(time.Hour, 3), s.invite(-time.Hour, 0)
		s.invite(time.Hour, 1)
		state := s.state(chat.Needs{Invitations: [][]byte{one.SecretHash, []byte("another"), two.SecretHash, one.SecretHash}})
		s.equal("invitations", state.Invitations, map[chat.InvitationID]chat.Invitation{one.ID: one, two.ID: two})
	}},
	{"an invitation's row replaces the one of the same id", func(s *stage) {
		s.cast()
		i := s.invite(time.Hour, 3)
		i.Left, i.Role, i.RoomID, i.ExpiresAt = 2, chat.Ordinary, "", i.ExpiresAt.Add(time.Hour)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Invitations = []chat.Invitation{i} })
		got, err := s.store.Invitation(s.ctx(), i.SecretHash)
		s.must(err)
		s.equal("the invitation", got, i)
	}},
	{"those are listed that are still valid, the newest first", func(s *stage) {
		s.cast()
		older, newer := s.invite(time.Hour, 3), s.invite(time.Minute, 1)
		s.invite(-time.Second, 3)
		s.invite(time.Hour, 0)
		newer.CreatedAt = older.CreatedAt.Add(time.Second)
		s.change(chat.Needs{}, func(d *draft) { d.rows.Invitations = []chat.Invitation{newer} })
		got, err := s.store.Invitations(s.ctx())
		s.must(err)
		s.equal("invitations", got, []chat.Invitation{newer, older})
	}},
	{"without invitations none are listed", func(s *stage) {
		got, err := s.store.Invitations(s.ctx())
		s.must(err)
		s.equal("invitations", got, nil)
	}},
}
