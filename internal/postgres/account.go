package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	accountSQL = `select ` + userColumns + ` from users u where u.name_key = $1`

	sessionSQL = `select ` + sessionColumns + `, ` + userColumns + `, date_trunc('milliseconds', clock_timestamp()) from sessions s join users u on u.id = s.user_id
		where s.token_hash = $1 and s.expires_at > clock_timestamp()`

	sessionsSQL = `select ` + sessionColumns + ` from sessions s where s.user_id = $1 and s.expires_at > clock_timestamp()
		order by s.created_at desc, s.id`

	membershipsSQL = `select ` + memberColumns + ` from sessions s join members m on m.user_id = s.user_id
		where s.token_hash = $1 order by m.room_id`

	keepSecretSQL = `insert into secrets (name, value, created_at) values ($1, $2, clock_timestamp()) on conflict (name) do nothing`
	secretSQL     = `select value from secrets where name = $1`
)

// Account is the user with this name key.
func (s *Store) Account(ctx context.Context, nameKey string) (user chat.User, err error) {
	batch := &pgx.Batch{}
	batch.Queue(accountSQL, nameKey).QueryRow(func(row pgx.Row) error { return row.Scan(userFields(&user)...) })
	if err := s.read(ctx, "account", batch); err != nil {
		return chat.User{}, err
	}
	return user, nil
}

// Session is the unexpired session with this token hash, and its user.
func (s *Store) Session(ctx context.Context, tokenHash []byte) (chat.Session, chat.User, error) {
	var o chat.Opening
	batch := &pgx.Batch{}
	queueSession(batch, tokenHash, &o)
	if err := s.read(ctx, "session", batch); err != nil {
		return chat.Session{}, chat.User{}, err
	}
	return o.Session, o.User, nil
}

func queueSession(batch *pgx.Batch, tokenHash []byte, o *chat.Opening) {
	batch.Queue(sessionSQL, tokenHash).QueryRow(func(row pgx.Row) error {
		return row.Scan(append(append(sessionFields(&o.Session), userFields(&o.User)...), &o.Now)...)
	})
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
	queueSession(batch, tokenHash, &o)
	batch.Queue(membershipsSQL, tokenHash).Query(into(&o.Members, memberFields))
	batch.Queue(commit)
	if err := s.read(ctx, "opening", batch); err != nil {
		return chat.Opening{}, err
	}
	return o, nil
}

// Secret keeps the first caller's fresh secret. It is the one write without the log lock: it locks a
// single row that nothing else writes. The second statement sees what another server was first with,
// since the first one has waited for it.
func (s *Store) Secret(ctx context.Context, name string, fresh []byte) (secret []byte, err error) {
	batch := &pgx.Batch{}
	batch.Queue(keepSecretSQL, name, fresh)
	batch.Queue(secretSQL, name).QueryRow(func(row pgx.Row) error { return row.Scan(&secret) })
	if err := s.read(ctx, "secret", batch); err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	return secret, nil
}
