package migrations

import (
	"io/fs"
	"regexp"
	"slices"
	"testing"
)

func TestBothDatabasesHaveTheSameFiles(t *testing.T) {
	sqlite, postgres := names(t, SQLite), names(t, Postgres)
	if !slices.Equal(sqlite, postgres) {
		t.Errorf("sqlite has %v, postgres has %v", sqlite, postgres)
	}
	numbered := regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`)
	for _, name := range sqlite {
		if !numbered.MatchString(name) {
			t.Errorf("%s is not named like 0001_chat.sql", name)
		}
	}
}

func TestBothDatabasesHaveTheSameTablesAndColumns(t *testing.T) {
	for _, name := range names(t, SQLite) {
		sqlite, postgres := columns(t, SQLite, name), columns(t, Postgres, name)
		if !slices.Equal(sqlite, postgres) {
			t.Errorf("%s: sqlite has %v, postgres has %v", name, sqlite, postgres)
		}
	}
}

func names(t *testing.T, dialect Dialect) (all []string) {
	entries, err := fs.ReadDir(files, string(dialect))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	if len(all) == 0 {
		t.Fatalf("%s has no files: this proves nothing", dialect)
	}
	return all
}

// columns lists tables, columns and indexes by the first words of their lines.
func columns(t *testing.T, dialect Dialect, name string) []string {
	text, err := fs.ReadFile(files, string(dialect)+"/"+name)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^(?:create \w+ \w+|alter table \w+ add column \w+|\t\w+)`).FindAllString(string(text), -1)
	if len(found) == 0 {
		t.Fatalf("%s/%s makes nothing: this proves nothing", dialect, name)
	}
	return found
}
