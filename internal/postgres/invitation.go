package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// invitationColumns are those of invitations i.
const invitationColumns = `i.id, i.secret_hash, i.creator_id, i.role, i.room_id, i.created_at, i.expires_at, i.uses_left`

func invitationFields(i *chat.Invitation) []any {
	return []any{&i.ID, &i.SecretHash, &i.CreatorID, &i.Role, &i.RoomID, &i.CreatedAt, &i.ExpiresAt, &i.Left}
}

const (
	loadInvitationsSQL = `select ` + invitationColumns + ` from invitations i where i.secret_hash = any($1)`

	invitationsSQL = `select ` + invitationColumns + ` from invitations i
		where i.uses_left > 0 and i.expires_at > clock_timestamp() order by i.created_at desc, i.id`

	putInvitationsSQL = `insert into invitations (id, secret_hash, creator_id, role, room_id, created_at, expires_at, uses_left)
		select * from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[],
			$6::timestamptz[], $7::timestamptz[], $8::bigint[])
		on conflict (id) do update set secret_hash = excluded.secret_hash, creator_id = excluded.creator_id,
			role = excluded.role, room_id = excluded.room_id, created_at = excluded.created_at,
			expires_at = excluded.expires_at, uses_left = excluded.uses_left`
)

func loadInvitations(batch *pgx.Batch, needs *chat.Needs, state *chat.State) {
	if len(needs.Invitations) > 0 {
		batch.Queue(loadInvitationsSQL, needs.Invitations).
			Query(each(invitationFields, func(i chat.Invitation) { state.Invitations[i.ID] = i }))
	}
}

func putInvitations(batch *pgx.Batch, i []chat.Invitation) {
	if len(i) == 0 {
		return
	}
	batch.Queue(putInvitationsSQL,
		column(i, func(i chat.Invitation) string { return string(i.ID) }),
		column(i, func(i chat.Invitation) []byte { return i.SecretHash }),
		column(i, func(i chat.Invitation) string { return string(i.CreatorID) }),
		column(i, func(i chat.Invitation) string { return string(i.Role) }),
		column(i, func(i chat.Invitation) string { return string(i.RoomID) }),
		column(i, func(i chat.Invitation) time.Time { return i.CreatedAt }),
		column(i, func(i chat.Invitation) time.Time { return i.ExpiresAt }),
		column(i, func(i chat.Invitation) int64 { return int64(i.Left) }))
}

// Invitation is the one with this secret's hash, whether it is still valid or not.
func (s *Store) Invitation(ctx context.Context, secretHash []byte) (i chat.Invitation, err error) {
	batch := &pgx.Batch{}
	batch.Queue(loadInvitationsSQL, [][]byte{secretHash}).QueryRow(one(&i, invitationFields))
	if err := s.read(ctx, "invitation", batch); err != nil {
		return chat.Invitation{}, err
	}
	return i, nil
}

// Invitations are those that are still valid, newest first.
func (s *Store) Invitations(ctx context.Context) (all []chat.Invitation, err error) {
	batch := &pgx.Batch{}
	batch.Queue(invitationsSQL).Query(into(&all, invitationFields))
	err = s.read(ctx, "invitations", batch)
	return all, err
}
