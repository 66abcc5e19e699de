package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const eventColumns = `id, epoch, at, kind, coalesce(room_id, ''), coalesce(user_id, ''),
	coalesce(message_id, ''), coalesce(actor_id, ''), room_rev, ref`

func scanEvent(r row) (e chat.Event, err error) {
	var ref string
	if err := r.Scan(&e.ID, &e.Epoch, instant{&e.At}, &e.Kind, &e.RoomID, &e.UserID,
		&e.MessageID, &e.ActorID, &e.RoomRev, &ref); err != nil {
		return e, err
	}
	e.Ref, err = chat.ParseRef(ref)
	return e, err
}

const (
	eventsAfter = `select ` + eventColumns + ` from events where shard = $1 and id > $2 order by id limit $3`
	eventsByID  = `select ` + eventColumns + ` from events where shard = $1 and id in (select value from json_each($2)) order by id`
)

// events reads events with what they tell.
func (c *conn) events(ctx context.Context, query string, args ...any) ([]chat.Event, error) {
	events, err := list(ctx, c, scanEvent, query, args...)
	if err != nil {
		return nil, err
	}
	return events, c.tell(ctx, events)
}
