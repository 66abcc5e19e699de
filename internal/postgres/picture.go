package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	pictureSQL = `select p.id, p.type, p.bytes from pictures p where p.id = $1`

	putPicturesSQL = `insert into pictures (id, type, bytes) select * from unnest($1::text[], $2::text[], $3::bytea[])
		on conflict (id) do nothing`

	removePicturesSQL = `delete from pictures p where p.id = any($1)
		and not exists (select from users u where u.avatar = p.id and u.avatar <> '' offset 0)`
)

// putPictures comes after the users are written: whom the new ones belong to, and nobody any more the replaced ones.
func putPictures(batch *pgx.Batch, put []chat.Picture, replaced []chat.AvatarID) {
	if len(put) > 0 {
		batch.Queue(putPicturesSQL,
			column(put, func(p chat.Picture) string { return string(p.ID) }),
			column(put, func(p chat.Picture) string { return p.Type }),
			column(put, func(p chat.Picture) []byte { return p.Bytes }))
	}
	if len(replaced) > 0 {
		batch.Queue(removePicturesSQL, replaced)
	}
}

// Picture gives a picture that was kept.
func (s *Store) Picture(ctx context.Context, id chat.AvatarID) (p chat.Picture, err error) {
	batch := &pgx.Batch{}
	batch.Queue(pictureSQL, id).QueryRow(one(&p, func(p *chat.Picture) []any { return []any{&p.ID, &p.Type, &p.Bytes} }))
	if err := s.read(ctx, "picture", batch); err != nil {
		return chat.Picture{}, err
	}
	return p, nil
}
