package chat_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

func TestWhateverHappensWhatIsToldIsWhatIsStored(t *testing.T) {
	seed := rand.Uint64()
	c := newChance(t, seed)
	compared := 0
	for i := range 400 {
		before := len(c.announced())
		c.happen(1 + i%12)
		if len(c.announced())-before == 1 { // not after a batch that had to be taken apart
			c.toldAsStored(c.announcedSince(before))
			compared++
		}
		c.counted()
		if t.Failed() {
			t.Fatalf("in round %d of the seed %d", i, seed)
		}
	}
	if compared < 75 {
		t.Errorf("%d batches were compared: this proves little", compared)
	}
	c.dense()
}

// dense checks that no number of a room's messages is left out: what is unread is counted by that.
func (c *chance) dense() {
	c.t.Helper()
	seen := 0
	for _, who := range c.everyone {
		for _, line := range c.page(who, "").Rooms {
			page, err := c.Page(c.t.Context(), who, chat.PageQuery{Room: line.Room.ID, Limit: 1 << 20})
			c.must(err)
			if page.Member != nil && int64(len(page.Messages)) != page.Room.Seq {
				c.t.Errorf("the newest of %d messages is number %d", len(page.Messages), page.Room.Seq)
			}
			for i, m := range page.Messages {
				if m.Seq != int64(i+1) {
					c.t.Errorf("message %d of the room is number %d", i+1, m.Seq)
				}
				seen++
			}
		}
	}
	if seen < 100 {
		c.t.Errorf("%d messages were looked at: this proves little", seen)
	}
}

// toldAsStored compares events as they were announced with the same as they are read from the log.
func (c *chance) toldAsStored(announced []chat.Event) {
	c.t.Helper()
	log, err := c.store.Events(c.t.Context(), announced[0].ID-1, len(announced))
	c.must(err)
	for i, e := range announced {
		live, stored := asJSON(c.t, e), asJSON(c.t, log.Events[i])
		if live != stored {
			c.t.Errorf("event %d was told as\n%s\nand is stored as\n%s", e.ID, live, stored)
		}
	}
	for i, e := range announced {
		switch later := announced[i+1:]; {
		case e.Kind == chat.ReadMoved && !slices.ContainsFunc(later, func(l chat.Event) bool { return movesAgain(e, l) }):
			c.unreadAsTold(e, later)
		case ofBell(e) && !slices.ContainsFunc(later, func(l chat.Event) bool { return ofBell(l) && l.UserID == e.UserID }):
			if bell := c.user(e.UserID).Unread; e.Ref.Unread != bell {
				c.t.Errorf("the bell was told to be %d and is %d", e.Ref.Unread, bell)
			}
		}
	}
}

func ofBell(e chat.Event) bool { return e.Kind == chat.Notified || e.Kind == chat.NotifiedRead }

// movesAgain says whether a later event moves the read position that another one has moved, or ends the membership.
func movesAgain(read, later chat.Event) bool {
	left := later.Kind == chat.UserLeft && later.RoomID == read.Ref.Room
	return later.UserID == read.UserID && (left || later.Kind == chat.ReadMoved && later.Ref.Room == read.Ref.Room)
}

// unreadAsTold checks the last read position of a batch against the list of rooms.
func (c *chance) unreadAsTold(read chat.Event, later []chat.Event) {
	c.t.Helper()
	line := c.line(read.UserID, read.Ref.Room)
	if want := read.Ref.Unread + moreUnread(read, line, later); line.Unread != want {
		c.t.Errorf("%d unread were told, %d with what came after it, and the list has %+v", read.Ref.Unread, want, line)
	}
}

// moreUnread is by how many messages the later events of a batch alter what was unread at a read position.
func moreUnread(read chat.Event, line chat.RoomLine, later []chat.Event) (n int) {
	for _, l := range later {
		m := l.Told.Message
		switch {
		case l.RoomID != read.Ref.Room || m == nil || m.Author.ID == read.UserID || m.Seq <= line.ReadSeq:
		case l.Kind == chat.MessagePosted && !m.Deleted():
			n++
		case l.Kind == chat.MessageDeleted && m.PostedID < read.ID:
			n--
		}
	}
	return n
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// counted compares what is counted with what there is: on the bells, and in the lists of rooms.
func (c *chance) counted() {
	c.t.Helper()
	for _, who := range c.everyone {
		all := c.allUnread(who)
		page := c.page(who, "")
		if u := c.user(who); u.Unread != len(all) || page.Bell != len(all) {
			c.t.Errorf("%s has not read %d, the account says %d, the page %d", u.Name, len(all), u.Unread, page.Bell)
		}
		for _, line := range page.Rooms {
			mentions := slices.DeleteFunc(slices.Clone(all), func(n chat.Notification) bool {
				return n.RoomID != line.Room.ID || !strings.Contains("mention reply direct", string(n.Kind))
			})
			if line.Mentions != len(mentions) {
				c.t.Errorf("%s has %d mentions in the list, and %d notifications", c.user(who).Name, line.Mentions, len(mentions))
			}
		}
	}
}

// allUnread are somebody's notifications that they have not read, from all pages.
func (c *chance) allUnread(who chat.UserID) (all []chat.Notification) {
	c.t.Helper()
	for before := int64(0); ; before = all[len(all)-1].EventID {
		centre, err := c.Notifications(c.t.Context(), who, chat.UnreadOnly, before)
		c.must(err)
		if all = append(all, centre.Notifications...); !centre.More {
			return all
		}
	}
}
