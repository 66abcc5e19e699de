package postgres

import (
	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	// openTo is whether the viewer $1, whose membership is m, may know of room r.
	openTo = `(m.user_id is not null
		or not r.private and not exists (select from users v where v.id = $1 and v.role = 'guest'))`

	// linesSQL are the rooms that the viewer may know of. Where they are no member nothing is unread.
	linesSQL = `select ` + roomColumns + `, m.user_id is not null, coalesce(m.read_seq, 0), ` + unreadMessages + `,
		(select count(*) from notifications n where n.user_id = m.user_id and n.room_id = m.room_id
			and n.read_at is null and n.kind in ('mention', 'reply', 'direct')),
		coalesce(m.level, ''), m.muted_until
		from (select id from rooms where not private and not exists (select from users v where v.id = $1 and v.role = 'guest')
			union select room_id from members where user_id = $1) seen
		join rooms r on r.id = seen.id
		left join members m on m.room_id = r.id and m.user_id = $1`

	// companySQL are the members of all direct rooms that the viewer is in.
	companySQL = `select m.room_id, ` + personColumns + ` from members mine
		cross join lateral (select r.id from rooms r where r.id = mine.room_id and r.direct limit 1) r
		cross join lateral (select * from members where room_id = r.id offset 0) m
		cross join lateral (select * from users where id = m.user_id limit 1) u
		where mine.user_id = $1 order by u.name_key, u.id`
)

func lineFields(l *chat.RoomLine) []any {
	return append(roomFields(&l.Room), &l.Joined, &l.ReadSeq, &l.Unread, &l.Mentions, &l.Level, orZero(&l.MutedUntil))
}

// companion is a member of a direct room.
type companion struct {
	room   chat.RoomID
	person chat.Person
}

func companionFields(c *companion) []any { return append([]any{&c.room}, personFields(&c.person)...) }

// queueLines reads the list of rooms. It is to be sorted when it has been read.
func queueLines(batch *pgx.Batch, viewer chat.UserID, lines *[]chat.RoomLine) {
	at := map[chat.RoomID]int{}
	batch.Queue(linesSQL, viewer).Query(each(lineFields, func(l chat.RoomLine) {
		at[l.Room.ID] = len(*lines)
		*lines = append(*lines, l)
	}))
	batch.Queue(companySQL, viewer).Query(each(companionFields, func(c companion) {
		line := &(*lines)[at[c.room]]
		line.People = append(line.People, c.person)
	}))
}
