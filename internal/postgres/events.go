package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// eventsSQL reads events with the current state of what they refer to. A message's text is only ever
// read here, when the event is told: what was deleted cannot come back.
const eventsSQL = `select e.id, e.epoch, e.at, e.kind, coalesce(e.room_id, ''), coalesce(e.user_id, ''),
	coalesce(e.message_id, ''), coalesce(e.actor_id, ''), e.room_rev, e.ref,
	coalesce(c.id, ''), coalesce(c.name, ''), coalesce(c.role, ''),
	coalesce(u.id, ''), coalesce(u.name, ''), coalesce(u.role, ''),
	coalesce(r.id, ''), coalesce(r.name, ''), coalesce(r.private, false), coalesce(r.creator_id, ''),
	r.created_at, r.archived_at, coalesce(r.rev, 0), coalesce(r.seq, 0),
	coalesce(x.id, ''), coalesce(x.room_id, ''), coalesce(x.author_id, ''), coalesce(a.name, ''), coalesce(a.role, ''),
	coalesce(x.seq, 0), coalesce(x.room_rev, 0), coalesce(x.body, ''), x.created_at, x.edited_at, x.deleted_at,
	coalesce(x.posted_id, 0), coalesce(x.changed_id, 0)
	from events e
	left join users c on c.id = e.actor_id
	left join users u on u.id = e.user_id
	left join lateral (select ` + roomColumns + ` from rooms r where r.id = e.room_id)
		r (id, name, private, creator_id, created_at, archived_at, rev, seq) on true
	left join messages x on x.id = e.message_id
	left join users a on a.id = x.author_id
	where e.shard = $1 and `

const (
	eventsAfterSQL = eventsSQL + `e.id > $2 order by e.id limit $3`
	eventsByIDSQL  = eventsSQL + `e.id = any($2) order by e.id`
)

// intoEvents collects every event.
func intoEvents(list *[]chat.Event) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			e, err := scanEvent(rows)
			if err != nil {
				return err
			}
			*list = append(*list, e)
		}
		return rows.Err()
	}
}

func scanEvent(row pgx.Row) (e chat.Event, err error) {
	var ref string
	var m chat.Message
	actor, user, room := &e.Told.Actor, &e.Told.User, &e.Told.Room
	fields := []any{&e.ID, &e.Epoch, &e.At, &e.Kind, &e.RoomID, &e.UserID, &e.MessageID, &e.ActorID, &e.RoomRev, &ref,
		&actor.ID, &actor.Name, &actor.Role, &user.ID, &user.Name, &user.Role,
		&room.ID, &room.Name, &room.Private, &room.CreatorID, orZero(&room.CreatedAt), orZero(&room.ArchivedAt), &room.Rev, &room.Seq,
		&m.ID, &m.RoomID, &m.Author.ID, &m.Author.Name, &m.Author.Role, &m.Seq, &m.RoomRev, &m.Body,
		orZero(&m.CreatedAt), orZero(&m.EditedAt), orZero(&m.DeletedAt), &m.PostedID, &m.ChangedID}
	if err := row.Scan(fields...); err != nil {
		return chat.Event{}, err
	}
	if e.Ref, err = chat.ParseRef(ref); err != nil {
		return chat.Event{}, fmt.Errorf("event %d: %w", e.ID, err)
	}
	if m.ID != "" {
		e.Told.Message = &m
	}
	return e, nil
}

// Head is the newest position of the log.
func (s *Store) Head(ctx context.Context) (head chat.Position, err error) {
	batch := &pgx.Batch{}
	queueHead(batch, &head)
	err = s.read(ctx, "head", batch)
	return head, err
}

func queueHead(batch *pgx.Batch, head *chat.Position) {
	batch.Queue(headSQL, chat.Shard).QueryRow(func(row pgx.Row) (err error) {
		*head, _, err = scanHead(row)
		return err
	})
}

// Events reads the events after an id and the epoch in one snapshot.
func (s *Store) Events(ctx context.Context, after int64, limit int) (chat.Batch, error) {
	var head chat.Position
	var events []chat.Event
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	queueHead(batch, &head)
	batch.Queue(eventsAfterSQL, chat.Shard, after, limit).Query(intoEvents(&events))
	batch.Queue(commit)
	if err := s.read(ctx, "events", batch); err != nil {
		return chat.Batch{}, err
	}
	return chat.Batch{Epoch: head.Epoch, Events: events}, nil
}
