package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// Who may see what is the shape of these queries: $1 is the viewer, and what is not theirs is not
// found. A public room is seen by all but guests, and what is said in it only by its members.
const (
	pageRoomSQL = `select ` + roomColumns + ` from rooms r left join members m on m.room_id = r.id and m.user_id = $1
		where r.id = $2 and ` + openTo

	viewerSQL = `select ` + userColumns + ` from users u where u.id = $1`

	anchorSQL = `select coalesce((select x.seq from messages x where x.id = $1 and x.room_id = $2), 0)`

	// membersSQL are the first $3 members of room $2 and the viewer, by name. Only those are looked up: a room may
	// have very many.
	membersSQL = `select ` + personColumns + ` from
		((select user_id from members where room_id = $2 order by user_id limit $3)
			union select user_id from members where room_id = $2 and user_id = $1) m
		cross join lateral (select * from users where id = m.user_id limit 1) u order by u.name_key, u.id`

	sizeSQL = `select count(*) from members where room_id = $1`

	pageMessagesSQL = `select ` + messageColumns + withAuthor + `where x.room_id = $1 and x.seq between $2 and $3 order by x.seq`
)

// Page reads head, rooms and, of the room asked for, what the viewer may see, in one snapshot: an event
// is either in the page or after its position, never both and never neither.
func (s *Store) Page(ctx context.Context, viewer chat.UserID, q chat.PageQuery) (page chat.Page, err error) {
	err = s.reading(ctx, "page", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(beginSnapshot)
		queueHead(batch, &page.Head)
		queueLines(batch, viewer, &page.Rooms)
		batch.Queue(viewerSQL, viewer).Query(each(userFields, func(u chat.User) { page.Viewer, page.Bell = u.Person(), u.Unread }))
		batch.Queue(blockedSQL, viewer).Query(into(&page.Blocked, itself))
		var anchor int64
		if q.Room != "" {
			queuePageRoom(batch, viewer, q, &page, &anchor)
		}
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		chat.SortRoomLines(page.Rooms, viewer)
		batch = &pgx.Batch{}
		if page.Member != nil {
			if anchor == 0 && (q.Before.ID != "" || q.Around.ID != "") {
				return chat.ErrNotFound
			}
			queueInside(batch, q, anchor, &page)
		}
		batch.Queue(commit)
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return chat.Page{}, err
	}
	return page, nil
}

// queueInside reads what only members of the room see: who they are, the messages, and who came and went.
func queueInside(batch *pgx.Batch, q chat.PageQuery, anchor int64, page *chat.Page) {
	first, last := span(q, anchor, page.Room.Seq)
	page.Older, page.Newer = first > 1, last < page.Room.Seq
	batch.Queue(membersSQL, page.Member.UserID, q.Room, chat.MembersShown).Query(into(&page.Members, personFields))
	batch.Queue(sizeSQL, q.Room).QueryRow(one(&page.MemberCount, itself))
	if page.Room.Direct {
		page.Seen = map[chat.UserID]int64{}
		batch.Queue(seenSQL, q.Room).Query(each(memberFields, func(m chat.Member) { page.Seen[m.UserID] = m.SeenSeq }))
	} else {
		queueMoves(batch, q.Room, first, last, page)
	}
	batch.Queue(pageMessagesSQL, q.Room, first, last).Query(into(&page.Messages, messageFields))
	batch.Queue(reactionsBetweenSQL, q.Room, first, last).Query(reacted(func(id chat.MessageID, reactions []chat.Reaction) {
		i := slices.IndexFunc(page.Messages, func(m chat.Message) bool { return m.ID == id })
		page.Messages[i].Reactions = reactions
	}))
}

// queuePageRoom reads the room, the viewer's membership of it, and where the page is anchored.
func queuePageRoom(batch *pgx.Batch, viewer chat.UserID, q chat.PageQuery, page *chat.Page, anchor *int64) {
	batch.Queue(pageRoomSQL, viewer, q.Room).QueryRow(one(&page.Room, roomFields))
	batch.Queue(memberSQL, viewer, q.Room).Query(each(memberFields, func(m chat.Member) { page.Member = &m }))
	at := cmp.Or(q.Before, q.Around)
	if *anchor = at.Seq; at.ID != "" {
		batch.Queue(anchorSQL, at.ID, q.Room).QueryRow(one(anchor, itself))
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
