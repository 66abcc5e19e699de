package chattest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

// together runs n functions at once and waits for all of them.
func together(n int, f func(i int) error) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

const (
	writers     = 8
	logLength   = 5000 // what the writers append in all
	writerShare = logLength / writers
)

// appendShare appends a writer's share in updates of different sizes.
func (s *stage) appendShare(store chat.Store) error {
	for left, size := writerShare, 1; left > 0; size = size%25 + 1 {
		n := min(size, left)
		left -= n
		err := changeIn(s, store, chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) {
			for range n {
				d.emit(chat.Event{Kind: chat.RoomRenamed, RoomID: chat.General, ActorID: Ada.ID})
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// follow reads the log with Head and Events until it has seen event last, and checks at every step
// that nothing is missing, doubled or out of order.
func (s *stage) follow(store chat.Store, after chat.Position, last int64) error {
	for after.ID < last {
		head, err := store.Head(s.ctx())
		if err != nil {
			return err
		}
		if head.ID < after.ID || head.Epoch != after.Epoch {
			return fmt.Errorf("the head is %v after %v", head, after)
		}
		b, err := store.Events(s.ctx(), after.ID, 100)
		if err != nil {
			return err
		}
		if int64(len(b.Events)) < min(head.ID-after.ID, 100) {
			return fmt.Errorf("%d events after %v, though the head is %v", len(b.Events), after, head)
		}
		for _, e := range b.Events {
			if after.ID++; e.Position() != after || e.RoomRev > 0 && e.Told.Room.Rev < e.RoomRev {
				return fmt.Errorf("event %+v, want it at %v, in a room of its revision or above", e, after)
			}
		}
	}
	return nil
}

var serverTests = []test{
	{"a log written by eight writers on two servers is dense, and complete for a reader at every moment", func(s *stage) {
		s.cast()
		stores := []chat.Store{s.store, s.second()}
		start, rev := s.head(), s.room(chat.General).Rev
		s.must(together(writers+len(stores), func(i int) error {
			if i < writers {
				return s.appendShare(stores[i%2])
			}
			return s.follow(stores[i%2], start, start.ID+logLength)
		}))
		all := s.events(0)
		s.equal("the head", s.head().ID, start.ID+logLength)
		s.equal("events in all", len(all), int(s.head().ID))
		for _, e := range all[start.ID:] {
			if rev++; e.RoomRev != rev {
				s.Fatalf("event %d has revision %d of the room, want %d", e.ID, e.RoomRev, rev)
			}
		}
	}},
	{"decide sees what every earlier commit on any server left behind", func(s *stage) {
		s.cast()
		stores := []chat.Store{s.store, s.second()}
		key := chat.MemberKey{RoomID: chat.General, UserID: Ada.ID}
		const each = 50
		s.must(together(4, func(i int) error {
			for range each {
				err := changeIn(s, stores[i%2], chat.Needs{Members: []chat.MemberKey{key}}, func(d *draft) {
					m := d.Members[key]
					m.ReadSeq++
					d.rows.Members = []chat.Member{m}
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		s.equal("increments", s.member(key.RoomID, key.UserID).ReadSeq, int64(4*each))
	}},
	{"what one server has stored the other one reads", func(s *stage) {
		s.cast()
		other := s.second()
		m := s.post(chat.General, Ada, "hello")
		got, err := other.Message(s.ctx(), Grace.ID, m.ID)
		s.must(err)
		s.equal("the message", got, m)
		head, err := other.Head(s.ctx())
		s.must(err)
		s.equal("the head", head, s.head())
	}},
	{"whoever gives up in the middle of a read spoils nothing for those who come after", func(s *stage) {
		s.cast()
		const readers, reads = 4, 300
		read := func(ctx context.Context) error {
			if _, err := s.store.Head(ctx); err != nil {
				return err
			}
			_, err := s.store.Page(ctx, Ada.ID, chat.PageQuery{Room: chat.General})
			return err
		}
		s.must(together(readers, func(int) error {
			for range reads {
				ctx, cancel := context.WithCancel(s.ctx())
				giveUp := time.AfterFunc(rand.N(300*time.Microsecond), cancel)
				err := read(ctx)
				giveUp.Stop()
				cancel()
				if err != nil && chat.KindOf(err) != chat.Unavailable {
					return fmt.Errorf("a read that was given up: %w", err)
				}
			}
			return nil
		}))
		for range 2 * readers {
			s.must(read(s.ctx()))
		}
		s.post(chat.General, Ada, "works on")
	}},
	{"two servers that want a secret at once get the same one", func(s *stage) {
		stores := []chat.Store{s.store, s.second()}
		var secrets [8][]byte
		s.must(together(len(secrets), func(i int) (err error) {
			secrets[i], err = stores[i%2].Secret(s.ctx(), "cursor", fmt.Appendf(nil, "fresh %d", i))
			return err
		}))
		for _, secret := range secrets {
			s.equal("the secret", string(secret), string(secrets[0]))
		}
	}},
	{"two servers that see the same loss begin one new epoch", func(s *stage) {
		s.cast()
		stores := []chat.Store{s.store, s.second()}
		old := s.head()
		lost := chat.Position{Epoch: old.Epoch, ID: old.ID + 5}
		s.must(stores[0].Fork(s.ctx(), lost))
		first := s.head()
		s.must(stores[1].Fork(s.ctx(), lost))
		s.equal("the head", s.head(), first)
		if first.Epoch == old.Epoch {
			s.Error("there is no new epoch: this proves nothing")
		}
	}},
	{"a page and a replay from it miss nothing and double nothing while others write", func(s *stage) {
		s.cast()
		other := s.second()
		const posts = 100
		s.must(together(2, func(i int) error {
			if i == 0 {
				for range posts {
					err := changeIn(s, other, chat.Needs{Rooms: []chat.RoomID{chat.General}}, func(d *draft) { d.post(chat.General, Ada, "hello") })
					if err != nil {
						return err
					}
				}
				return nil
			}
			return s.watch(posts)
		}))
	}},
}

// watch loads pages of General until it has n messages, and checks each against its position.
func (s *stage) watch(n int) error {
	for {
		page, err := s.store.Page(s.ctx(), Grace.ID, chat.PageQuery{Room: chat.General, Limit: n})
		if err != nil {
			return err
		}
		for i, m := range page.Messages {
			if m.Seq != int64(i+1) || m.PostedID > page.Head.ID {
				return fmt.Errorf("message %d at %d on a page of %v", m.Seq, m.PostedID, page.Head)
			}
		}
		seen := len(page.Messages)
		if seen > 0 && page.Messages[seen-1].PostedID != page.Head.ID || page.Room.Seq != int64(seen) {
			return fmt.Errorf("a page of %v with %d messages, room %+v", page.Head, seen, page.Room)
		}
		if seen == n {
			return nil
		}
	}
}
