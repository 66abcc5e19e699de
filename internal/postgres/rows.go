package postgres

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
)

// orZero reads NULL as the zero time, and orNull writes it so.
func orZero(t *time.Time) *zeronull.Timestamptz { return (*zeronull.Timestamptz)(t) }
func orNull(t time.Time) zeronull.Timestamptz   { return zeronull.Timestamptz(t) }

// document is a column of JSON, "" for what is empty.
type document struct{ into any }

// ScanText implements pgtype.TextScanner.
func (d document) ScanText(v pgtype.Text) error {
	if v.String == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(v.String), d.into); err != nil {
		return fmt.Errorf("a stored %T: %w", d.into, err)
	}
	return nil
}

// asDocument is what document reads.
func asDocument(v any) string {
	b, _ := json.Marshal(v) // texts and booleans: cannot fail
	switch s := string(b); s {
	case "null", "[]", "{}":
		return ""
	default:
		return s
	}
}

// each has take called with every row, scanned into the fields of a new T.
func each[T any](fields func(*T) []any, take func(T)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			var row T
			if err := rows.Scan(fields(&row)...); err != nil {
				return err
			}
			take(row)
		}
		return rows.Err()
	}
}

// into collects every row.
func into[T any](list *[]T, fields func(*T) []any) func(pgx.Rows) error {
	return each(fields, func(row T) { *list = append(*list, row) })
}

// one takes the one row there must be.
func one[T any](v *T, fields func(*T) []any) func(pgx.Row) error {
	return func(row pgx.Row) error { return row.Scan(fields(v)...) }
}

// itself are the fields of a row of one column.
func itself[T any](v *T) []any { return []any{v} }

// column is one column of a set of rows, as unnest takes it.
func column[T, V any](rows []T, value func(T) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = value(row)
	}
	return values
}

func same[K ~string](k K) string { return string(k) }

// storable keeps the ids that can exist. Postgres refuses a statement for one that is not UTF-8 or
// contains NUL, and somebody's broken id must not abort the batch of all the others.
func storable[K ~string](ids []K) []string {
	kept := make([]string, 0, len(ids))
	for _, id := range ids {
		if isStorable(string(id)) {
			kept = append(kept, string(id))
		}
	}
	return kept
}

func isStorable(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
