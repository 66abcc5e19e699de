// Package postgrestest gives tests a Postgres of their own.
package postgrestest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// URL makes an empty schema in the server that CHAT_TEST_POSTGRES_URL names and gives the URL of a
// connection that lives in it. The schema is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("CHAT_TEST_POSTGRES_URL")
	if server == "" {
		t.Fatal("CHAT_TEST_POSTGRES_URL does not name a Postgres; set it, or run: make test")
	}
	schema := "test_" + strings.ToLower(rand.Text()[:12])
	execute(t, server, "create schema "+schema)
	t.Cleanup(func() { execute(t, server, "drop schema "+schema+" cascade") })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("CHAT_TEST_POSTGRES_URL is not a URL")
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.Background() // the test's own has ended when it cleans up
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("connect to CHAT_TEST_POSTGRES_URL: %v", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
