package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// readerSettings: compiling a plan takes longer than any of our queries, and none may run for ever.
// What is read after a lock must be read in a snapshot of its own, whatever the server's default is.
var readerSettings = map[string]string{
	"application_name":                    "chat",
	"default_transaction_isolation":       "read committed",
	"jit":                                 "off",
	"statement_timeout":                   "5s",
	"idle_in_transaction_session_timeout": "10s",
}

// appenderSettings keep the time under the log lock short. All it reads is found by an index; left to
// itself, the planner has been seen to scan the log for a table it knew no statistics of, while
// everybody waited.
var appenderSettings = map[string]string{
	"application_name":                    "chat appender",
	"default_transaction_isolation":       "read committed",
	"jit":                                 "off",
	"enable_seqscan":                      "off",
	"enable_hashjoin":                     "off",
	"enable_mergejoin":                    "off",
	"statement_timeout":                   "2s",
	"lock_timeout":                        "1s",
	"idle_in_transaction_session_timeout": "2s",
}

func readersConfig(from *pgxpool.Config, url string, log *slog.Logger) *pgxpool.Config {
	cfg := withSettings(from, readerSettings, log)
	if !strings.Contains(url, "pool_max_conns") {
		cfg.MaxConns = int32(max(8, 2*runtime.NumCPU()))
	}
	return cfg
}

func appenderConfig(from *pgxpool.Config, log *slog.Logger) *pgxpool.Config {
	cfg := withSettings(from, appenderSettings, log)
	cfg.MaxConns, cfg.MinConns, cfg.MinIdleConns = 1, 0, 0
	return cfg
}

func withSettings(from *pgxpool.Config, settings map[string]string, log *slog.Logger) *pgxpool.Config {
	cfg := from.Copy()
	maps.Copy(cfg.ConnConfig.RuntimeParams, settings)
	cfg.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return settle(ctx, conn, log)
	}
	return cfg
}

// examine connects once to see whether this is a server that messages can be entrusted to.
func examine(ctx context.Context, cfg *pgx.ConnConfig, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return refusal(cfg, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var s safety
	err = conn.QueryRow(ctx, `select current_setting('fsync'), current_setting('full_page_writes'),
		current_setting('synchronous_commit'), pg_is_in_recovery()`).
		Scan(&s.fsync, &s.fullPageWrites, &s.synchronousCommit, &s.standby)
	if err != nil {
		return refusal(cfg, err)
	}
	if s.standby {
		return fmt.Errorf("postgres: the server at %s is a standby, which cannot be written to: give the URL of the primary", address(cfg))
	}
	if fault := s.fault(); fault != "" && !o.AllowUnsafe {
		return fmt.Errorf("postgres: the server at %s runs with %s, so it may forget messages it has acknowledged: "+
			"turn it on in postgresql.conf, or allow an unsafe database", address(cfg), fault)
	}
	return nil
}

// safety is what decides whether a commit survives a crash.
type safety struct {
	fsync, fullPageWrites, synchronousCommit string
	standby                                  bool
}

// fault names the setting that is too weak, "" for none.
func (s safety) fault() string {
	switch {
	case s.fsync != "on":
		return "fsync = " + s.fsync
	case s.fullPageWrites != "on":
		return "full_page_writes = " + s.fullPageWrites
	case s.synchronousCommit != "on" && s.synchronousCommit != "remote_apply":
		return "synchronous_commit = " + s.synchronousCommit
	}
	return ""
}

// refusal says in one line why there is no connection, and what to do about it.
func refusal(cfg *pgx.ConnConfig, err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if connecting, ok := errors.AsType[*pgconn.ConnectError](err); ok {
			return fmt.Errorf("postgres: no server answers at %s (%s): start it, or correct the host and port in the database URL",
				address(cfg), cause(connecting))
		}
		return fmt.Errorf("postgres: %w", err)
	}
	switch pg.Code {
	case "28P01", "28000": // invalid_password, invalid_authorization_specification
		return fmt.Errorf("postgres: the server at %s does not let user %q in (%s): correct user and password in the database URL",
			address(cfg), cfg.User, pg.Message)
	case "3D000": // invalid_catalog_name
		return fmt.Errorf("postgres: the server at %s has no database %q: create it (createdb -h %s -p %d -U %s %s), or correct the database URL",
			address(cfg), cfg.Database, cfg.Host, cfg.Port, cfg.User, cfg.Database)
	}
	return fmt.Errorf("postgres: the server at %s refuses: %s (SQLSTATE %s)", address(cfg), pg.Message, pg.Code)
}

// cause is why no connection came about, in one line: what the driver says of each address it tried takes
// several.
func cause(err *pgconn.ConnectError) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return strings.Join(strings.Fields(err.Unwrap().Error()), " ")
}

func address(cfg *pgx.ConnConfig) string { return fmt.Sprintf("%s:%d", cfg.Host, cfg.Port) }
