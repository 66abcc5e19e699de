package postgres

import (
	"cmp"
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// Who may see what is the shape of these queries: $1 is the viewer, and what is not theirs is not
// found. A public room is seen by all, but what is said in it only by its members.
const (
	roomLinesSQL = `select ` + roomColumns + `, m.user_id is not null, coalesce(m.read_seq, 0),
		case when m.user_id is null then 0 else (select count(*) from messages x
			where x.room_id = r.id and x.seq > m.read_seq and x.author_id <> $1 and x.deleted_at is null) end
		from rooms r left join members m on m.room_id = r.id and m.user_id = $1
		where not r.private or m.user_id is not null`

	pageRoomSQL = `select ` + roomColumns + ` from rooms r where r.id = $2
		and (not r.private or exists (select from members m where m.room_id = r.id and m.user_id = $1))`

	pageMemberSQL = `select ` + memberColumns + ` from members m where m.user_id = $1 and m.room_id = $2`

	anchorSQL = `select coalesce((select x.seq from messages x where x.id = $1 and x.room_id = $2), 0)`

	peopleSQL = `select u.id, u.name, u.role from members m join users u on u.id = m.user_id
		where m.room_id = $1 order by u.name_key collate "C", u.id`

	pageMessagesSQL = `select ` + messageColumns + ` from messages x left join users a on a.id = x.author_id
		where x.room_id = $1 and x.seq between $2 and $3 order by x.seq`

	messageSQL = `select ` + messageColumns + ` from messages x join members m on m.room_id = x.room_id and m.user_id = $1
		left join users a on a.id = x.author_id where x.id = $2`
)

// Page reads head, rooms and, of the room asked for, what the viewer may see, in one snapshot: an event
// is either in the page or after its position, never both and never neither.
func (s *Store) Page(ctx context.Context, viewer chat.UserID, q chat.PageQuery) (page chat.Page, err error) {
	err = s.reading(ctx, "page", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(beginSnapshot)
		queueHead(batch, &page.Head)
		batch.Queue(roomLinesSQL, viewer).Query(into(&page.Rooms, lineFields))
		var anchor int64
		if q.Room != "" {
			queuePageRoom(batch, viewer, q, &page, &anchor)
		}
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		chat.SortRoomLines(page.Rooms)
		batch = &pgx.Batch{}
		if page.Member != nil {
			if anchor == 0 && (q.Before.ID != "" || q.Around.ID != "") {
				return chat.ErrNotFound
			}
			first, last := span(q, anchor, page.Room.Seq)
			page.Older, page.Newer = first > 1, last < page.Room.Seq
			batch.Queue(peopleSQL, q.Room).Query(into(&page.Members, personFields))
			batch.Queue(pageMessagesSQL, q.Room, first, last).Query(into(&page.Messages, messageFields))
		}
		batch.Queue(commit)
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return chat.Page{}, err
	}
	return page, nil
}

// queuePageRoom reads the room, the viewer's membership of it, and where the page is anchored.
func queuePageRoom(batch *pgx.Batch, viewer chat.UserID, q chat.PageQuery, page *chat.Page, anchor *int64) {
	batch.Queue(pageRoomSQL, viewer, q.Room).QueryRow(func(row pgx.Row) error { return row.Scan(roomFields(&page.Room)...) })
	batch.Queue(pageMemberSQL, viewer, q.Room).Query(each(memberFields, func(m chat.Member) { page.Member = &m }))
	at := cmp.Or(q.Before, q.Around)
	if *anchor = at.Seq; at.ID != "" {
		batch.Queue(anchorSQL, at.ID, q.Room).QueryRow(func(row pgx.Row) error { return row.Scan(anchor) })
	}
}

// span is the range of message numbers on a page. Numbers are dense, so nothing has to be read to know it.
func span(q chat.PageQuery, anchor, newest int64) (first, last int64) {
	limit := int64(cmp.Or(q.Limit, chat.PageSize))
	switch {
	case q.Before != chat.Anchor{}:
		last = min(anchor-1, newest)
	case q.Around != chat.Anchor{}:
		first = max(anchor-limit/2, 1)
		last = min(first+limit-1, newest)
	default:
		last = newest
	}
	return max(last-limit+1, 1), last
}

func lineFields(l *chat.RoomLine) []any {
	return append(roomFields(&l.Room), &l.Joined, &l.ReadSeq, &l.Unread)
}

func personFields(p *chat.Person) []any { return []any{&p.ID, &p.Name, &p.Role} }

// Member is the viewer's membership of a room.
func (s *Store) Member(ctx context.Context, viewer chat.UserID, room chat.RoomID) (m chat.Member, err error) {
	batch := &pgx.Batch{}
	batch.Queue(pageMemberSQL, viewer, room).QueryRow(func(row pgx.Row) error { return row.Scan(memberFields(&m)...) })
	if err := s.read(ctx, "member", batch); err != nil {
		return chat.Member{}, err
	}
	return m, nil
}

// Message is a message of a room the viewer is a member of.
func (s *Store) Message(ctx context.Context, viewer chat.UserID, id chat.MessageID) (m chat.Message, err error) {
	batch := &pgx.Batch{}
	batch.Queue(messageSQL, viewer, id).QueryRow(func(row pgx.Row) error { return row.Scan(messageFields(&m)...) })
	if err := s.read(ctx, "message", batch); err != nil {
		return chat.Message{}, err
	}
	return m, nil
}
