package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const (
	putPicture  = `insert into pictures (id, type, bytes) values ($1, $2, $3) on conflict do nothing`
	pictureByID = `select id, type, bytes from pictures where id = $1`

	removePicture = `delete from pictures where id = $1
		and not exists (select 1 from users where avatar = $1 and avatar <> '')`
)

func scanPicture(r row) (p chat.Picture, err error) {
	err = r.Scan(&p.ID, &p.Type, &p.Bytes)
	return p, err
}

// pictures comes after the users are written: whom the new ones belong to, and nobody any more the replaced ones.
func (w *writing) pictures(rows *chat.Rows) {
	for _, p := range rows.Pictures {
		w.exec(putPicture, p.ID, p.Type, p.Bytes)
	}
	for _, id := range rows.Replaced {
		w.exec(removePicture, id)
	}
}

// Picture implements chat.Store.
func (s *Store) Picture(ctx context.Context, id chat.AvatarID) (picture chat.Picture, err error) {
	err = s.read(ctx, func(c *conn) error {
		picture, err = one(ctx, c, scanPicture, pictureByID, id)
		return err
	})
	return picture, err
}
