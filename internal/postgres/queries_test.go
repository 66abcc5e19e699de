package postgres

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/chat/internal/chat"
)

// queries are all that run under the log lock, for a stream that reconnects or for a page, with likely arguments.
var queries = map[string]struct {
	pool func(*Store) *pgxpool.Pool
	sql  string
	args []any
}{
	"head":  {appender, headSQL, []any{chat.Shard}},
	"clock": {appender, clockSQL, []any{chat.Shard}},
	"epoch": {readers, epochSQL, []any{chat.Shard}},

	"load users":         {appender, loadUsersSQL, []any{[]string{"u1", "u2"}, []string{"u3"}}},
	"load rooms":         {appender, loadRoomsSQL, []any{[]string{"r1", "r2"}}},
	"load members":       {appender, loadMembersSQL, []any{[]string{"r1", "r2"}, []string{"u1", "u2"}}},
	"load rooms of":      {appender, loadRoomsOfSQL, []any{[]string{"u500"}}},
	"load members of":    {appender, loadMembersOfSQL, []any{[]string{"r1"}, chat.MembersMost}},
	"load watchers":      {appender, loadWatchersSQL, []any{[]string{"r1"}, chat.WatchersMost}},
	"load messages":      {appender, loadMessagesSQL, []any{[]string{"m1", "m2"}}},
	"load reactions":     {appender, reactionsSQL, []any{[]string{"m1", "m2"}}},
	"load counts":        {appender, countsSQL, []any{[]string{"r1", "r2"}, []string{"u1", "u2"}, []int64{5, 9}}},
	"load sessions":      {appender, loadSessionsSQL, []any{[]string{"s1"}, []string{"u1"}}},
	"load blocks":        {appender, loadBlocksSQL, []any{[]string{"u1"}, []string{"u2"}}},
	"load notifications": {appender, loadNotificationsSQL, []any{[]string{"n1", "n2"}}},
	"load about":         {appender, loadAboutSQL, []any{[]string{"m1", "m2"}}},
	"load unread in":     {appender, loadUnreadInSQL, []any{[]string{"r1"}, []string{"u1"}}},
	"load invitations":   {appender, loadInvitationsSQL, []any{[][]byte{[]byte("hash")}}},

	"end sessions":         {appender, endSessionsSQL, []any{[]string{"s1", "s2"}}},
	"remove members":       {appender, removeMembersSQL, []any{[]string{"r1", "r2"}, []string{"u1", "u2"}}},
	"remove reactions":     {appender, removeReactionsSQL, []any{[]string{"m1"}, []string{"e1"}, []string{"u1"}}},
	"remove blocks":        {appender, removeBlocksSQL, []any{[]string{"u1"}, []string{"u2"}}},
	"drop notifications":   {appender, dropNotificationsSQL, []any{[]string{"n1", "n2"}}},
	"read all":             {appender, readAllSQL, []any{[]string{"u500"}, []int64{40_000}, []time.Time{time.Now()}}},
	"expire":               {appender, expireSQL, []any{expireMost}},
	"forget notifications": {appender, forgetNotificationsSQL, []any{chat.NotificationsKept, expireMost}},
	"cut":                  {appender, cutSQL, []any{chat.Shard, trimMost, time.Hour}},
	"keep rev":             {appender, keepRevSQL, []any{chat.Shard, int64(trimMost)}},
	"forget":               {appender, forgetSQL, []any{chat.Shard, int64(trimMost)}},
	"recall pushes":        {appender, recallPushesSQL, []any{[]string{"n1", "n2"}}},
	"recall all":           {appender, recallAllSQL, []any{[]string{"u500"}, []int64{40_000}}},
	"add pushes":           {appender, addPushesSQL, []any{[]string{"n1"}, []string{"u1"}, []int64{1}, []time.Time{time.Now()}}},
	"forget pushes":        {appender, forgetPushesSQL, []any{chat.PushesKept, expireMost}},
	"remove pictures":      {appender, removePicturesSQL, []any{[]string{"p1", "p2"}}},

	"session":         {readers, sessionSQL, []any{[]byte("hash")}},
	"memberships":     {readers, membershipsSQL, []any{[]byte("hash")}},
	"room hits":       {readers, roomHitsSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, "u1", int64(100), int64(1 << 40), 51}},
	"role":            {readers, roleSQL, []any{"u1"}},
	"name hits":       {readers, nameHitsSQL, []any{[]string{"u1", "@insiders"}, int64(100), int64(1 << 40), 501}},
	"missed":          {readers, missedSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, "u1", int64(100), int64(1 << 40), chat.MissedMost}},
	"missed mentions": {readers, mentionsSQL, []any{[]string{"r1", "r2"}, []int64{0, 5}, "u1", int64(100), int64(1 << 40), chat.MissedMost}},
	"events by id":    {readers, eventsByIDSQL, []any{chat.Shard, []int64{1, 2, 3}}},
	"events after":    {readers, eventsAfterSQL, []any{chat.Shard, int64(100), 500}},

	"lines":             {readers, linesSQL, []any{"u500"}},
	"company":           {readers, companySQL, []any{"u500"}},
	"bell":              {readers, bellSQL, []any{"u500"}},
	"viewer":            {readers, viewerSQL, []any{"u500"}},
	"blocked":           {readers, blockedSQL, []any{"u500"}},
	"page room":         {readers, pageRoomSQL, []any{"u500", "r1"}},
	"member":            {readers, memberSQL, []any{"u500", "r1"}},
	"anchor":            {readers, anchorSQL, []any{"m1", "r1"}},
	"moves":             {readers, movesSQL, []any{chat.Shard, "r1", int64(20_000), int64(20_050), chat.MovesMost}},
	"members":           {readers, membersSQL, []any{"u500", "r1", chat.MembersShown}},
	"size":              {readers, sizeSQL, []any{"r1"}},
	"seen":              {readers, seenSQL, []any{"r1"}},
	"page messages":     {readers, pageMessagesSQL, []any{"r1", int64(20_000), int64(30_000)}},
	"reactions between": {readers, reactionsBetweenSQL, []any{"r1", int64(20_000), int64(30_000)}},
	"message":           {readers, messageSQL, []any{"u500", "m1"}},

	"named":             {readers, namedSQL, []any{[]string{"u1", "u2"}}},
	"people":            {readers, peopleSQL, []any{"u7", "u1", "", 20}},
	"people of a room":  {readers, peopleSQL, []any{"u7", "u1", "r1", 20}},
	"person":            {readers, personSQL, []any{"u7", "u1"}},
	"told users":        {readers, loadUsersSQL, []any{[]string{"u1", "u2"}, []string{}}},
	"told messages":     {readers, loadMessagesSQL, []any{[]string{"m1", "m2"}}},
	"told reactions":    {readers, reactionsSQL, []any{[]string{"m1", "m2"}}},
	"told notification": {readers, loadNotificationsSQL, []any{[]string{"n1", "n2"}}},

	"all notifications":  {readers, notificationsSQL(chat.AllNotifications), []any{"u500", int64(1 << 40), 51}},
	"unread only":        {readers, notificationsSQL(chat.UnreadOnly), []any{"u500", int64(1 << 40), 51}},
	"mentions only":      {readers, notificationsSQL(chat.MentionsOnly), []any{"u500", int64(1 << 40), 51}},
	"subscriptions":      {readers, subscriptionsSQL, []any{"u500"}},
	"take pushes":        {readers, takePushesSQL, []any{"u500", time.Second, time.Second, chat.PushesMost}},
	"overdue pushes":     {readers, overduePushesSQL, []any{time.Second, 10}},
	"notification rooms": {readers, notificationRoomsSQL(chat.AllNotifications), []any{"u500", int64(1 << 40), 50}},
}

func appender(s *Store) *pgxpool.Pool { return s.appender }
func readers(s *Store) *pgxpool.Pool  { return s.readers }

// fill makes a log of some length in one go.
const fill = `
	insert into users select 'u' || i, 'U' || i, 'u' || i, 'member', '', now() from generate_series(1, 5000) i;
	insert into rooms select 'r' || i, 'R' || i, false, 'u1', now() from generate_series(1, 200) i;
	insert into members select 'r' || (i % 200 + 1), 'u' || (i % 499 + 1), 1, 0, now() from generate_series(1, 5000) i on conflict do nothing;
	insert into members select 'r' || i, 'u500', 1, 0, now() from generate_series(1, 200) i;
	insert into sessions select 's' || i, 'u' || (i % 500 + 1), 'browser', '', decode(md5(i::text), 'hex'), now(), now(), now() from generate_series(1, 2000) i;
	insert into messages select 'm' || i, 'r' || (i % 200 + 1), 'u' || (i % 500 + 1), i, i, 'hello', now(), null, null, i, i from generate_series(1, 40000) i;
	insert into events select 1, i, 1, now(), 'message', 'r' || (i % 200 + 1), case when i % 50 = 0 then 'u' || (i % 500 + 1) end,
		'm' || i, 'u1', i from generate_series(1, 40000) i;
	update messages set mentions = '["u500"]' where id ~ '7$';
	update rooms set direct = true, private = true where id ~ '[02468]$';
	update members set level = 'everything' where user_id ~ '00$';
	insert into reactions (message_id, emoji, user_id) select 'm' || i, 'e' || i % 3, 'u' || (i % 5000 + 1) from generate_series(1, 40000) i;
	insert into notifications select 'n' || i, case when i % 20 = 0 then 'u500' else 'u' || (i % 5000 + 1) end, 'mention',
		'r' || (i % 200 + 1), 'm' || i, i, 'u1', '', now(), case when i % 3 > 0 then now() end, i from generate_series(1, 40000) i;
	insert into pushes select id, user_id, event_id, created_at, case when event_id % 50 = 0 then now() end, true from notifications;
	insert into push_subscriptions select 'e' || i, 'u' || i, 's' || i, '', '', now() from generate_series(1, 2000) i;
	insert into pictures select 'p' || i, 'image/png', 'x' from generate_series(1, 4000) i;
	update users set avatar = 'p' || i from generate_series(2, 4000) i where id = 'u' || i;
	insert into blocks select 'u' || i, 'u' || (i + 1) from generate_series(1, 4999) i;
	insert into invitations select 'i' || i, decode(md5(i::text), 'hex'), 'u1', 'member', '', now(), now(), 1 from generate_series(1, 2000) i;
	update log_epochs set start_id = 0;`
