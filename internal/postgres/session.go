package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// sessionColumns are those of sessions s.
const sessionColumns = `s.id, s.user_id, s.kind, s.label, s.token_hash, s.created_at, s.seen_at, s.expires_at`

func sessionFields(s *chat.Session) []any {
	return []any{&s.ID, &s.UserID, &s.Kind, &s.Label, &s.TokenHash, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt}
}

const (
	loadSessionsSQL = `select ` + sessionColumns + ` from sessions s where s.id = any($1) or s.user_id = any($2)`

	sessionSQL = `select ` + sessionColumns + `, ` + userColumns + `, date_trunc('milliseconds', clock_timestamp())
		from sessions s join users u on u.id = s.user_id and u.disabled_at is null
		where s.token_hash = $1 and s.expires_at > clock_timestamp()`

	sessionsSQL = `select ` + sessionColumns + ` from sessions s where s.user_id = $1 and s.expires_at > clock_timestamp()
		order by s.created_at desc, s.id`

	membershipsSQL = `select ` + memberColumns + ` from sessions s join members m on m.user_id = s.user_id
		where s.token_hash = $1 order by m.room_id`

	putSessionsSQL = `insert into sessions (id, user_id, kind, label, token_hash, created_at, seen_at, expires_at)
		select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[],
			$6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
		on conflict (id) do update set user_id = excluded.user_id, kind = excluded.kind, label = excluded.label,
			token_hash = excluded.token_hash, created_at = excluded.created_at, seen_at = excluded.seen_at,
			expires_at = excluded.expires_at`

	endSessionsSQL = `delete from sessions where id = any($1)`
)

func loadSessions(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.Sessions)+len(needs.SessionsOf) > 0 {
		batch.Queue(loadSessionsSQL, storable(needs.Sessions), storable(needs.SessionsOf)).
			Query(each(sessionFields, func(s chat.Session) { state.Sessions[s.ID] = s }))
	}
}

func putSessions(batch *pgx.Batch, s []chat.Session, ended []chat.SessionID) {
	if len(s) > 0 {
		batch.Queue(putSessionsSQL,
			column(s, func(s chat.Session) string { return string(s.ID) }),
			column(s, func(s chat.Session) string { return string(s.UserID) }),
			column(s, func(s chat.Session) string { return string(s.Kind) }),
			column(s, func(s chat.Session) string { return s.Label }),
			column(s, func(s chat.Session) []byte { return s.TokenHash }),
			column(s, func(s chat.Session) time.Time { return s.CreatedAt }),
			column(s, func(s chat.Session) time.Time { return s.SeenAt }),
			column(s, func(s chat.Session) time.Time { return s.ExpiresAt }))
	}
	if len(ended) > 0 {
		batch.Queue(endSessionsSQL, column(ended, same[chat.SessionID]))
	}
}

func openingFields(o *chat.Opening) []any {
	return append(append(sessionFields(&o.Session), userFields(&o.User)...), &o.Now)
}

// Session is the unexpired session with this token hash, and its user.
func (s *Store) Session(ctx context.Context, tokenHash []byte) (chat.Session, chat.User, error) {
	var o chat.Opening
	batch := &pgx.Batch{}
	batch.Queue(sessionSQL, tokenHash).QueryRow(one(&o, openingFields))
	if err := s.read(ctx, "session", batch); err != nil {
		return chat.Session{}, chat.User{}, err
	}
	return o.Session, o.User, nil
}

// Sessions lists the viewer's unexpired sessions, newest first.
func (s *Store) Sessions(ctx context.Context, viewer chat.UserID) (sessions []chat.Session, err error) {
	batch := &pgx.Batch{}
	batch.Queue(sessionsSQL, viewer).Query(into(&sessions, sessionFields))
	err = s.read(ctx, "sessions", batch)
	return sessions, err
}

// Opening reads session, user, memberships and head in one snapshot.
func (s *Store) Opening(ctx context.Context, tokenHash []byte) (o chat.Opening, err error) {
	batch := &pgx.Batch{}
	batch.Queue(beginSnapshot)
	queueHead(batch, &o.Head)
	batch.Queue(sessionSQL, tokenHash).QueryRow(one(&o, openingFields))
	batch.Queue(membershipsSQL, tokenHash).Query(into(&o.Members, memberFields))
	batch.Queue(commit)
	if err := s.read(ctx, "opening", batch); err != nil {
		return chat.Opening{}, err
	}
	return o, nil
}
