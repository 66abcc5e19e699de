package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net/url"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
	codes "modernc.org/sqlite/lib"
)

// pool is a fixed number of connections, each of which keeps its prepared statements.
type pool struct {
	db     *sql.DB
	size   int
	free   chan *conn
	closed chan struct{}
	once   sync.Once
}

// conn is one connection, used by one caller at a time.
type conn struct {
	*sql.Conn
	prepared map[string]*sql.Stmt
}

// newPool opens nothing yet: the database can be used directly until connect is called.
func newPool(path string, size int, pragmas ...string) (*pool, error) {
	settings := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	file := url.URL{Path: path}
	db, err := sql.Open("sqlite", "file:"+file.EscapedPath()+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return &pool{db: db, size: size, free: make(chan *conn, size), closed: make(chan struct{})}, nil
}

// connect opens all connections and executes the settings on each.
func (p *pool) connect(ctx context.Context, settings ...string) error {
	for range p.size {
		opened, err := p.db.Conn(ctx)
		if err != nil {
			return err
		}
		c := &conn{opened, map[string]*sql.Stmt{}}
		p.free <- c
		for _, setting := range settings {
			if err := c.exec(ctx, setting); err != nil {
				return err
			}
		}
	}
	return nil
}

// close waits until no connection is in use.
func (p *pool) close() (err error) {
	p.once.Do(func() {
		close(p.closed)
		for range p.db.Stats().InUse { // those that connect made, at most size
			c := <-p.free
			err = cmp.Or(err, c.close())
		}
		err = cmp.Or(err, p.db.Close())
	})
	return err
}

func (c *conn) close() error {
	for _, stmt := range c.prepared {
		_ = stmt.Close()
	}
	return c.Close()
}

var errClosed = errors.New("the store is closed")

func (p *pool) take(ctx context.Context) (*conn, error) {
	select {
	case <-p.closed:
		return nil, errClosed
	default:
	}
	select {
	case c := <-p.free:
		return c, nil
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// snapshot runs f in a transaction that only reads.
func (p *pool) snapshot(ctx context.Context, f func(*conn) error) error {
	return p.within(ctx, (*conn).begin, func(c *conn) (bool, error) { return false, f(c) })
}

// transaction runs f with the lock to write taken, and commits unless f fails.
func (p *pool) transaction(ctx context.Context, f func(*conn) error) error {
	return p.within(ctx, (*conn).lock, func(c *conn) (bool, error) {
		if err := f(c); err != nil {
			return false, err
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if err := c.exec(context.WithoutCancel(ctx), "commit"); err != nil {
			return false, doubt(err)
		}
		return true, nil
	})
}

// within runs f between begin and, unless f says that it has committed, a rollback.
func (p *pool) within(ctx context.Context, begin func(*conn, context.Context) error, f func(*conn) (committed bool, err error)) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer func() { p.free <- c }()
	if err := begin(c, ctx); err != nil {
		_ = c.exec(context.WithoutCancel(ctx), "rollback") // it may have begun before it was interrupted
		return err
	}
	committed := false
	defer func() { // also when f panics
		if !committed {
			_ = c.exec(context.WithoutCancel(ctx), "rollback") // SQLite may have rolled back by itself
		}
	}()
	committed, err = f(c)
	return err
}

func (c *conn) begin(ctx context.Context) error { return c.exec(ctx, "begin") }

// How long another process may hold the lock, and how long SQLite is left to wait for it by itself,
// since there it does not notice that the caller has given up.
const (
	lockWait = 5 * time.Second
	lockNap  = 250 * time.Millisecond
)

// lock begins a transaction that may write.
func (c *conn) lock(ctx context.Context) error {
	for patience := time.Now().Add(lockWait); ; {
		err := c.exec(ctx, "begin immediate")
		if code(err) != codes.SQLITE_BUSY || time.Now().After(patience) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
