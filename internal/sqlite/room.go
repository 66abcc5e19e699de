package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const roomColumns = `r.id, r.name, r.private, r.direct, r.creator_id, r.created_at, r.archived_at,
	max(r.rev_floor, coalesce((select e.room_rev from events e where e.room_id = r.id order by e.id desc limit 1), 0)),
	coalesce((select max(m.seq) from messages m where m.room_id = r.id), 0)`

const roomsByID = `select ` + roomColumns + ` from rooms r where r.id in (select value from json_each($1))`

func scanRoom(r row) (m chat.Room, err error) {
	err = r.Scan(roomFields(&m)...)
	return m, err
}

func roomFields(m *chat.Room) []any {
	return []any{&m.ID, &m.Name, &m.Private, &m.Direct, &m.CreatorID, instant{&m.CreatedAt}, instant{&m.ArchivedAt}, &m.Rev, &m.Seq}
}

func (c *conn) loadRooms(ctx context.Context, into map[chat.RoomID]chat.Room, ids []chat.RoomID) error {
	return loadMap(ctx, c, into, scanRoom, func(r chat.Room) chat.RoomID { return r.ID }, roomsByID, ids)
}

// linesOfViewer are the rooms that viewer $1 can see: who may see a room is decided here. Where the viewer is no
// member, nothing is unread and nobody is waiting for them.
const linesOfViewer = `select ` + roomColumns + `, m.user_id is not null, coalesce(m.read_seq, 0),
		` + unreadMessages + `,
		(select count(*) from notifications n where n.user_id = m.user_id and n.room_id = m.room_id
			and n.read_at is null and n.kind in ('mention', 'reply', 'direct')),
		coalesce(m.level, ''), m.muted_until
	from (select id from rooms where private = 0 and not exists (select 1 from users v where v.id = $1 and v.role = 'guest')
		union select room_id from members where user_id = $1) seen
	cross join rooms r on r.id = seen.id
	left join members m on m.room_id = r.id and m.user_id = $1`

func scanRoomLine(r row) (l chat.RoomLine, err error) {
	err = r.Scan(append(roomFields(&l.Room), &l.Joined, &l.ReadSeq, &l.Unread, &l.Mentions, &l.Level, instant{&l.MutedUntil})...)
	return l, err
}

// roomLines lists the rooms the viewer can see.
func (c *conn) roomLines(ctx context.Context, viewer chat.UserID) ([]chat.RoomLine, error) {
	lines, err := list(ctx, c, scanRoomLine, linesOfViewer, viewer)
	if err != nil {
		return nil, err
	}
	company, err := list(ctx, c, scanCompanion, companyOfViewer, viewer)
	if err != nil {
		return nil, err
	}
	people := map[chat.RoomID][]chat.Person{}
	for _, each := range company {
		people[each.room] = append(people[each.room], each.person)
	}
	for i := range lines {
		lines[i].People = people[lines[i].Room.ID]
	}
	chat.SortRoomLines(lines, viewer)
	return lines, nil
}

// companyOfViewer are the members of all direct rooms of viewer $1.
const companyOfViewer = `select m.room_id, ` + personColumns + ` from members v
	cross join rooms r on r.id = v.room_id and r.direct
	cross join members m on m.room_id = v.room_id
	cross join users u on u.id = m.user_id
	where v.user_id = $1 order by u.name_key`

// companion is a member of a direct room.
type companion struct {
	room   chat.RoomID
	person chat.Person
}

func scanCompanion(r row) (c companion, err error) {
	err = r.Scan(append([]any{&c.room}, personFields(&c.person)...)...)
	return c, err
}
