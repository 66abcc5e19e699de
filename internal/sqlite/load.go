package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

// loadMap reads the rows named by keys into a map; no keys, no query.
func loadMap[K comparable, V, N any](ctx context.Context, c *conn, into map[K]V, scan func(row) (V, error), key func(V) K, query string, keys []N) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := list(ctx, c, scan, query, set(keys))
	for _, v := range rows {
		into[key(v)] = v
	}
	return err
}

// state reads what an Update needs.
func (c *conn) state(ctx context.Context, needs *chat.Needs) (*chat.State, error) {
	s := chat.NewState()
	if err := c.logState(ctx, s); err != nil {
		return nil, err
	}
	return s, c.load(ctx, s, needs)
}

// load reads into the state what is needed, in a number of queries that does not depend on how much it is.
func (c *conn) load(ctx context.Context, s *chat.State, needs *chat.Needs) (err error) {
	for _, read := range []func() error{
		func() error { return c.loadUsers(ctx, s.Users, needs.Users, needs.Names) },
		func() error { return c.loadRooms(ctx, s.Rooms, needs.Rooms) },
		func() error { return c.loadMembers(ctx, s.Members, needs.Members) },
		func() error { return c.loadRoomsOf(ctx, s, needs.RoomsOf) },
		func() error { return c.loadMembersOf(ctx, s, membersOf, needs.MembersOf, chat.MembersMost) },
		func() error { return c.loadMembersOf(ctx, s, watchersOf, needs.Watchers, chat.WatchersMost) },
		func() error { return c.loadMessages(ctx, s.Messages, needs.Messages) },
		func() error { return c.loadCounts(ctx, s.Counts, needs.Counts) },
		func() error { return c.loadSessions(ctx, s.Sessions, needs.Sessions, needs.SessionsOf) },
		func() error { return c.loadBlocks(ctx, s.Blocks, needs.BlocksBy, needs.BlocksOf) },
		func() error { return c.loadNotifications(ctx, s.Notifications, needs.Notifications) },
		func() error { return c.loadNotificationsAbout(ctx, s, needs.NotificationsAbout) },
		func() error { return c.loadUnreadIn(ctx, s.Notifications, needs.UnreadIn) },
		func() error { return c.loadInvitations(ctx, s.Invitations, needs.Invitations) },
	} {
		if err == nil {
			err = read()
		}
	}
	return err
}

const vacant = `select not exists (select 1 from users)`

// logState reads the head and the clock. The clock never runs backwards from one event to the next,
// whatever the machine's does.
func (c *conn) logState(ctx context.Context, s *chat.State) (err error) {
	if s.Head, err = c.head(ctx); err != nil {
		return err
	}
	if s.Vacant, err = one(ctx, c, value[bool], vacant); err != nil {
		return err
	}
	s.Now = now()
	newest, err := list(ctx, c, scanInstant, `select at from events where shard = $1 order by id desc limit 1`, chat.Shard)
	if len(newest) > 0 && newest[0].After(s.Now) {
		s.Now = newest[0]
	}
	return err
}
