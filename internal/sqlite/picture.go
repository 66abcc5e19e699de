package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const (
	keepPicture = `insert into pictures (id, type, bytes) values ($1, $2, $3) on conflict do nothing`
	pictureByID = `select id, type, bytes from pictures where id = $1`
)

func scanPicture(r row) (p chat.Picture, err error) {
	err = r.Scan(&p.ID, &p.Type, &p.Bytes)
	return p, err
}

// KeepPicture implements chat.Store.
func (s *Store) KeepPicture(ctx context.Context, p chat.Picture) error {
	return s.write(ctx, func(c *conn) error { return c.exec(ctx, keepPicture, p.ID, p.Type, p.Bytes) })
}

// Picture implements chat.Store.
func (s *Store) Picture(ctx context.Context, id chat.AvatarID) (picture chat.Picture, err error) {
	err = s.read(ctx, func(c *conn) error {
		picture, err = one(ctx, c, scanPicture, pictureByID, id)
		return err
	})
	return picture, err
}
