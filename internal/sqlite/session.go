package sqlite

import (
	"context"

	"example.com/chat/internal/chat"
)

const (
	sessionColumns = `id, user_id, kind, label, token_hash, created_at, seen_at, expires_at`

	sessionsByID = `select ` + sessionColumns + ` from sessions where id in (select value from json_each($1))`
	sessionsOf   = `select ` + sessionColumns + ` from sessions where user_id in (select value from json_each($1))`
)

func scanSession(r row) (s chat.Session, err error) {
	err = r.Scan(&s.ID, &s.UserID, &s.Kind, &s.Label, &s.TokenHash,
		instant{&s.CreatedAt}, instant{&s.SeenAt}, instant{&s.ExpiresAt})
	return s, err
}

func (c *conn) loadSessions(ctx context.Context, into map[chat.SessionID]chat.Session, ids []chat.SessionID, users []chat.UserID) error {
	key := func(s chat.Session) chat.SessionID { return s.ID }
	if err := loadMap(ctx, c, into, scanSession, key, sessionsByID, ids); err != nil {
		return err
	}
	return loadMap(ctx, c, into, scanSession, key, sessionsOf, users)
}

// Account implements chat.Store.
func (s *Store) Account(ctx context.Context, nameKey string) (user chat.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		user, err = one(ctx, c, scanUser, `select `+userColumns+` from users where name_key = $1`, nameKey)
		return err
	})
	return user, err
}

// session reads an unexpired session and its user. Who has closed the account has no sessions; one that is there
// all the same is not good for anything.
func (c *conn) session(ctx context.Context, tokenHash []byte) (session chat.Session, user chat.User, err error) {
	session, err = one(ctx, c, scanSession, `select `+sessionColumns+` from sessions where token_hash = $1 and expires_at > $2`,
		tokenHash, millis(now()))
	if err != nil {
		return chat.Session{}, chat.User{}, err
	}
	user, err = one(ctx, c, scanUser, `select `+userColumns+` from users where id = $1 and disabled_at is null`, session.UserID)
	if err != nil {
		return chat.Session{}, chat.User{}, err
	}
	return session, user, nil
}

// Session implements chat.Store.
func (s *Store) Session(ctx context.Context, tokenHash []byte) (session chat.Session, user chat.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		session, user, err = c.session(ctx, tokenHash)
		return err
	})
	return session, user, err
}

// Sessions implements chat.Store.
func (s *Store) Sessions(ctx context.Context, viewer chat.UserID) (sessions []chat.Session, err error) {
	err = s.read(ctx, func(c *conn) error {
		sessions, err = list(ctx, c, scanSession, `select `+sessionColumns+` from sessions
			where user_id = $1 and expires_at > $2 order by created_at desc, id`, viewer, millis(now()))
		return err
	})
	return sessions, err
}

// Opening implements chat.Store.
func (s *Store) Opening(ctx context.Context, tokenHash []byte) (o chat.Opening, err error) {
	err = s.read(ctx, func(c *conn) error {
		o.Now = now()
		if o.Session, o.User, err = c.session(ctx, tokenHash); err != nil {
			return err
		}
		if o.Members, err = list(ctx, c, scanMember, membershipsOf, o.User.ID); err != nil {
			return err
		}
		o.Head, err = c.head(ctx)
		return err
	})
	return o, err
}

// Secret implements chat.Store.
func (s *Store) Secret(ctx context.Context, name string, fresh []byte) (kept []byte, err error) {
	err = s.write(ctx, func(c *conn) error {
		if err := c.exec(ctx, `insert into secrets (name, value, created_at) values ($1, $2, $3) on conflict do nothing`,
			name, fresh, millis(now())); err != nil {
			return err
		}
		kept, err = one(ctx, c, value[[]byte], `select value from secrets where name = $1`, name)
		return err
	})
	return kept, err
}
