package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

// roomColumns are those of rooms r. A room's newest event and message give its numbers: one probe of an index
// each. Columns kept up to date would be rows that every post in the room rewrites, and that rot under a long
// snapshot.
const roomColumns = `r.id, r.name, r.private, r.direct, r.creator_id, r.created_at, r.archived_at,
	greatest(r.rev_floor, (select e.room_rev from events e where e.room_id = r.id order by e.id desc limit 1)),
	coalesce((select y.seq from messages y where y.room_id = r.id order by y.seq desc limit 1), 0)`

func roomFields(r *chat.Room) []any {
	return []any{&r.ID, &r.Name, &r.Private, &r.Direct, &r.CreatorID, &r.CreatedAt, orZero(&r.ArchivedAt), &r.Rev, &r.Seq}
}

const (
	loadRoomsSQL = `select ` + roomColumns + ` from rooms r where r.id = any($1)`

	putRoomsSQL = `insert into rooms (id, name, private, direct, creator_id, created_at, archived_at)
		select * from unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[], $5::text[], $6::timestamptz[], $7::timestamptz[])
		on conflict (id) do update set name = excluded.name, private = excluded.private, direct = excluded.direct,
			creator_id = excluded.creator_id, created_at = excluded.created_at, archived_at = excluded.archived_at`
)

func loadRooms(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.Rooms) > 0 {
		batch.Queue(loadRoomsSQL, storable(needs.Rooms)).
			Query(each(roomFields, func(r chat.Room) { state.Rooms[r.ID] = r }))
	}
}

func putRooms(batch *pgx.Batch, r []chat.Room) {
	if len(r) == 0 {
		return
	}
	batch.Queue(putRoomsSQL,
		column(r, func(r chat.Room) string { return string(r.ID) }),
		column(r, func(r chat.Room) string { return r.Name }),
		column(r, func(r chat.Room) bool { return r.Private }),
		column(r, func(r chat.Room) bool { return r.Direct }),
		column(r, func(r chat.Room) string { return string(r.CreatorID) }),
		column(r, func(r chat.Room) time.Time { return r.CreatedAt }),
		column(r, func(r chat.Room) zeronull.Timestamptz { return orNull(r.ArchivedAt) }))
}
