package sqlite

import (
	"context"
	"encoding/hex"

	"example.com/chat/internal/chat"
)

const invitationColumns = `id, secret_hash, creator_id, role, room_id, created_at, expires_at, uses_left`

func scanInvitation(r row) (i chat.Invitation, err error) {
	err = r.Scan(&i.ID, &i.SecretHash, &i.CreatorID, &i.Role, &i.RoomID, instant{&i.CreatedAt}, instant{&i.ExpiresAt}, &i.Left)
	return i, err
}

const (
	invitationsByHash = `select ` + invitationColumns + ` from invitations
		where secret_hash in (select unhex(value) from json_each($1))`
	invitationByHash = `select ` + invitationColumns + ` from invitations where secret_hash = $1`
	validInvitations = `select ` + invitationColumns + ` from invitations
		where expires_at > $1 and uses_left > 0 order by created_at desc, id`
)

func (c *conn) loadInvitations(ctx context.Context, into map[chat.InvitationID]chat.Invitation, hashes [][]byte) error {
	var keys []string // JSON has no bytes
	for _, hash := range hashes {
		keys = append(keys, hex.EncodeToString(hash))
	}
	return loadMap(ctx, c, into, scanInvitation, func(i chat.Invitation) chat.InvitationID { return i.ID }, invitationsByHash, keys)
}

// Invitation implements chat.Store.
func (s *Store) Invitation(ctx context.Context, secretHash []byte) (invitation chat.Invitation, err error) {
	err = s.read(ctx, func(c *conn) error {
		invitation, err = one(ctx, c, scanInvitation, invitationByHash, secretHash)
		return err
	})
	return invitation, err
}

// Invitations implements chat.Store.
func (s *Store) Invitations(ctx context.Context) (invitations []chat.Invitation, err error) {
	err = s.read(ctx, func(c *conn) error {
		invitations, err = list(ctx, c, scanInvitation, validInvitations, millis(now()))
		return err
	})
	return invitations, err
}
