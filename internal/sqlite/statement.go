package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"example.com/chat/internal/chat"
)

// statement prepares a query the first time the connection meets it.
func (c *conn) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := c.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.prepared[query] = stmt
	return stmt, nil
}

func (c *conn) exec(ctx context.Context, query string, args ...any) error {
	_, err := c.change(ctx, query, args...)
	return err
}

// change executes a statement and says how many rows it changed.
func (c *conn) change(ctx context.Context, query string, args ...any) (int, error) {
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// row is what a scan function reads from.
type row interface{ Scan(columns ...any) error }

// list reads all rows of a query.
func list[T any](ctx context.Context, c *conn, scan func(row) (T, error), query string, args ...any) (all []T, err error) {
	stmt, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// one reads the only row of a query: NotFound without it.
func one[T any](ctx context.Context, c *conn, scan func(row) (T, error), query string, args ...any) (T, error) {
	all, err := list(ctx, c, scan, query, args...)
	if err == nil && len(all) > 0 {
		return all[0], nil
	}
	if err == nil {
		err = chat.ErrNotFound
	}
	var none T
	return none, err
}

// value scans rows of one column.
func value[T any](r row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// set is how a list of keys goes into a query, where json_each takes it apart.
func set[T any](keys []T) string {
	b, _ := json.Marshal(keys) // strings and structs of strings: cannot fail
	if len(keys) == 0 {
		return "[]"
	}
	return string(b)
}

// millis is how a time is stored: nil for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// instant scans what millis stored.
type instant struct{ *time.Time }

func (i instant) Scan(stored any) error {
	var ms sql.NullInt64
	if err := ms.Scan(stored); err != nil {
		return err
	}
	*i.Time = time.Time{}
	if ms.Valid {
		*i.Time = time.UnixMilli(ms.Int64).UTC()
	}
	return nil
}

// orNull is how an id that may be missing is stored.
func orNull[T ~string](id T) any {
	if id == "" {
		return nil
	}
	return id
}

// object is how a value that nothing is looked up by is stored: as JSON, "" for the zero value.
func object[T comparable](v T) string {
	var zero T
	if v == zero {
		return ""
	}
	b, _ := json.Marshal(v) // plain data: cannot fail
	return string(b)
}

// document scans JSON; "" leaves what is there.
type document struct{ into any }

func (d document) Scan(stored any) error {
	var text sql.NullString
	if err := text.Scan(stored); err != nil || text.String == "" {
		return err
	}
	return json.Unmarshal([]byte(text.String), d.into)
}
