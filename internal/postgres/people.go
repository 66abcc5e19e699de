package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

const (
	// companions are those who share a room with the viewer $1.
	companions = `select theirs.user_id from members mine
		cross join lateral (select m.user_id from members m where m.room_id = mine.room_id offset 0) theirs
		where mine.user_id = $1`

	// knownTo is whether viewer v, who is $1, may know of user u. A viewer who does not exist knows of nobody.
	knownTo = `(u.id = v.id or u.id in (select b.blocked from blocks b where b.user_id = $1)
		or (u.disabled_at is null or v.role = 'administrator') and (v.role <> 'guest' or u.id in (` + companions + `)))`

	namedSQL = `select ` + userColumns + ` from users u where u.name_key = any($1) order by u.name_key`

	// together: user u and the viewer $1 are both members of the room $3.
	together = `(exists (select 1 from members m where m.room_id = $3 and m.user_id = $1)
		and exists (select 1 from members m where m.room_id = $3 and m.user_id = u.id))`

	// peopleSQL finds the beginnings $2 of names: those between it and it with the last character there is.
	peopleSQL = `select ` + userColumns + ` from users v join users u on ` + knownTo + `
		where v.id = $1 and u.name_key >= $2 and u.name_key < $2 || chr(1114111) and ($3 = '' or ` + together + `)
		order by u.name_key limit $4`

	personSQL = `select ` + userColumns + ` from users v join users u on ` + knownTo + ` where v.id = $1 and u.id = $2`
)

// Named are the users with these name keys.
func (s *Store) Named(ctx context.Context, nameKeys []string) (users []chat.User, err error) {
	batch := &pgx.Batch{}
	batch.Queue(namedSQL, storable(nameKeys)).Query(into(&users, userFields))
	err = s.read(ctx, "named", batch)
	return users, err
}

// People are users whose name key begins with the prefix, of those the viewer may know of, or of a room of theirs.
func (s *Store) People(ctx context.Context, viewer chat.UserID, q chat.PeopleQuery) (users []chat.User, err error) {
	batch := &pgx.Batch{}
	batch.Queue(peopleSQL, viewer, q.Prefix, q.Room, q.Limit).Query(into(&users, userFields))
	err = s.read(ctx, "people", batch)
	return users, err
}

// User is a user whom the viewer may know of.
func (s *Store) User(ctx context.Context, viewer, id chat.UserID) (user chat.User, err error) {
	batch := &pgx.Batch{}
	batch.Queue(personSQL, viewer, id).QueryRow(one(&user, userFields))
	if err := s.read(ctx, "user", batch); err != nil {
		return chat.User{}, err
	}
	return user, nil
}
