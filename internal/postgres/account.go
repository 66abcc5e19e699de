package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	accountSQL = `select ` + userColumns + ` from users u where u.name_key = $1`

	keepSecretSQL = `insert into secrets (name, value, created_at) values ($1, $2, clock_timestamp()) on conflict (name) do nothing`
	secretSQL     = `select value from secrets where name = $1`
)

// Account is the user with this name key.
func (s *Store) Account(ctx context.Context, nameKey string) (user chat.User, err error) {
	batch := &pgx.Batch{}
	batch.Queue(accountSQL, nameKey).QueryRow(one(&user, userFields))
	if err := s.read(ctx, "account", batch); err != nil {
		return chat.User{}, err
	}
	return user, nil
}

// Secret keeps the first caller's fresh secret. It writes without the log lock: it locks a single row
// that nothing else writes. The second statement sees what another server was first with,
// since the first one has waited for it.
func (s *Store) Secret(ctx context.Context, name string, fresh []byte) (secret []byte, err error) {
	batch := &pgx.Batch{}
	batch.Queue(keepSecretSQL, name, fresh)
	batch.Queue(secretSQL, name).QueryRow(one(&secret, itself))
	if err := s.read(ctx, "secret", batch); err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	return secret, nil
}
