package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/chat/internal/chat"
)

func away(operation string, err error) error {
	return chat.Away(fmt.Errorf("postgres: %s: %w", operation, err))
}

// explain turns what a driver reports into what the contract of chat.Store names. The transaction has
// not been committed, so whatever is passing is Unavailable: nothing was stored.
func explain(operation string, conn *pgx.Conn, err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil || chat.KindOf(err) != "":
		return err
	case errors.As(err, &pg):
		if passing(pg.Code) {
			return away(operation, err)
		}
	case conn.IsClosed() || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return away(operation, err)
	}
	return fmt.Errorf("postgres: %s: %w", operation, err)
}

// absent says whether what a reader asked for does not exist: there is no row, or nothing can be
// called that (character_not_in_repertoire: NUL, or not UTF-8).
func absent(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, pgx.ErrNoRows) || ok && pg.Code == "22021"
}

// passing says whether an SQLSTATE means that the database is in trouble, not the query.
func passing(code string) bool {
	switch code[:min(2, len(code))] {
	case "08", // connection exceptions
		"53", // insufficient resources: too many connections, disk full
		"57": // operator intervention: shut down, starting up, cancelled by statement_timeout
		return true
	}
	switch code {
	case "55P03", // lock_not_available: lock_timeout
		"25P03",          // idle_in_transaction_session_timeout
		"25006",          // read_only_sql_transaction: a failover has made this server a standby
		"40001", "40P01": // conflict with recovery, deadlock: the same again will do
		return true
	}
	return false
}

// outcome is what is known when the batch that ends with commit has failed. The server reporting an
// error has rolled back, unless the error was its last word: a commit that was waiting for a standby
// is done, although the session is ended with an error.
func outcome(conn *pgx.Conn, err error) error {
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && (pg.SeverityUnlocalized == "ERROR" || pg.Code == "25P03"):
		return err
	case !errors.As(err, &pg) && !conn.IsClosed(): // the driver has refused to send it
		return err
	case pgconn.SafeToRetry(err): // nothing left this machine
		return chat.Away(fmt.Errorf("postgres: commit: %w", err))
	}
	return chat.InDoubt(fmt.Errorf("postgres: commit: %w", err))
}
