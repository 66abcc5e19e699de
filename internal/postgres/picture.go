package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	keepPictureSQL = `insert into pictures (id, type, bytes) values ($1, $2, $3) on conflict (id) do nothing`
	pictureSQL     = `select p.id, p.type, p.bytes from pictures p where p.id = $1`
)

// KeepPicture keeps a picture under its id. It takes no log lock, like Secret: what has the same id is the same.
func (s *Store) KeepPicture(ctx context.Context, p chat.Picture) error {
	batch := &pgx.Batch{}
	batch.Queue(keepPictureSQL, p.ID, p.Type, p.Bytes)
	return s.read(ctx, "keep picture", batch)
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
