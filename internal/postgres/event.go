package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"example.com/chat/internal/chat"
)

const (
	eventColumns = `select e.id, e.epoch, e.at, e.kind, coalesce(e.room_id, ''), coalesce(e.user_id, ''),
		coalesce(e.message_id, ''), coalesce(e.actor_id, ''), e.room_rev, e.ref from events e where e.shard = $1 and `
	eventsAfterSQL = eventColumns + `e.id > $2 order by e.id limit $3`
	eventsByIDSQL  = eventColumns + `e.id = any($2) order by e.id`

	appendSQL = `insert into events (shard, id, epoch, at, kind, room_id, user_id, message_id, actor_id, room_rev, ref)
		select $1, e.* from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
			$8::text[], $9::text[], $10::bigint[], $11::text[]) e`
)

func eventFields(e *chat.Event) []any {
	return []any{&e.ID, &e.Epoch, &e.At, &e.Kind, &e.RoomID, &e.UserID, &e.MessageID, &e.ActorID, &e.RoomRev, document{&e.Ref}}
}

func appendEvents(batch *pgx.Batch, e []chat.Event) {
	if len(e) == 0 {
		return
	}
	batch.Queue(appendSQL, chat.Shard,
		column(e, func(e chat.Event) int64 { return e.ID }),
		column(e, func(e chat.Event) int64 { return int64(e.Epoch) }),
		column(e, func(e chat.Event) time.Time { return e.At }),
		column(e, func(e chat.Event) string { return string(e.Kind) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.RoomID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.UserID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.MessageID) }),
		column(e, func(e chat.Event) zeronull.Text { return zeronull.Text(e.ActorID) }),
		column(e, func(e chat.Event) int64 { return e.RoomRev }),
		column(e, func(e chat.Event) string { return e.Ref.JSON() }))
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
func (s *Store) Events(ctx context.Context, after int64, limit int) (b chat.Batch, err error) {
	err = s.reading(ctx, "events", func(ctx context.Context, conn *pgx.Conn) error {
		var head chat.Position
		var events []chat.Event
		batch := &pgx.Batch{}
		batch.Queue(beginSnapshot)
		queueHead(batch, &head)
		batch.Queue(eventsAfterSQL, chat.Shard, after, limit).Query(into(&events, eventFields))
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		b = chat.Batch{Epoch: head.Epoch, Events: events}
		return tell(ctx, conn, events)
	})
	if err != nil {
		return chat.Batch{}, err
	}
	return b, nil
}
