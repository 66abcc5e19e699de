// Package internal_test holds what is true of all packages together.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path of this module: gonew and forkers change it in go.mod, and the test follows.
func module(t *testing.T) string {
	out, err := exec.Command("go", "list", "-m").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// allowed says which packages besides the standard library each package may import. Packages of the
// module are named from its root; "echo" and the like stand for one dependency with its door.
var allowed = map[string][]string{
	"cmd/chat":                       {"internal/chat", "internal/presence", "internal/push", "internal/sse", "internal/sqlite", "internal/postgres", "internal/redis", "migrations", "web"},
	"internal":                       {},
	"internal/chat":                  {"golang.org/x/crypto", "golang.org/x/text"},
	"internal/chat/chattest":         {"internal/chat"},
	"internal/presence":              {"internal/sse"},
	"internal/push":                  {"internal/chat", "github.com/SherClockHolmes/webpush-go"},
	"internal/push/pushtest":         {"internal/chat"},
	"internal/sse":                   {},
	"internal/sse/ssetest":           {"internal/sse"},
	"internal/sqlite":                {"internal/chat", "migrations", "modernc.org/sqlite"},
	"internal/postgres":              {"internal/chat", "migrations", "github.com/jackc/pgx/v5"},
	"internal/postgres/postgrestest": {"github.com/jackc/pgx/v5"},
	"internal/redis":                 {"internal/sse", "github.com/redis/go-redis/v9"},
	"migrations":                     {"github.com/pressly/goose/v3"},
	"web":                            {"internal/chat", "internal/presence", "internal/sse", "golang.org/x/image", "web/patterns", "web/view", "github.com/labstack/echo/v4", "github.com/a-h/templ", "github.com/prometheus/client_golang", "golang.org/x/time"},
	"web/patterns":                   {"internal/chat", "internal/sse"},
	"web/view":                       {"internal/chat", "github.com/a-h/templ"},
	"web/webtest":                    {},
}

// doors are dependencies that only one package may use, also in its tests.
var doors = map[string][]string{
	"github.com/labstack/echo/v4":           {"web"},
	"github.com/a-h/templ":                  {"web", "web/view"},
	"github.com/redis/go-redis/v9":          {"internal/redis"},
	"github.com/jackc/pgx/v5":               {"internal/postgres", "internal/postgres/postgrestest"},
	"modernc.org/sqlite":                    {"internal/sqlite"},
	"github.com/SherClockHolmes/webpush-go": {"internal/push"},
}

type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestPackagesImportOnlyWhatTheirPlaceInTheHouseAllows(t *testing.T) {
	root := module(t)
	for _, p := range list(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, root), "/")
		may, known := allowed[name]
		if !known {
			t.Errorf("package %s has no entry: say in imports_test.go what it may import", name)
			continue
		}
		for _, path := range p.Imports {
			path, own := strings.CutPrefix(path, root+"/")
			if !own && isStandard(path) {
				continue
			}
			if !slices.ContainsFunc(may, func(a string) bool { return path == a || !own && strings.HasPrefix(path, a+"/") }) {
				t.Errorf("%s must not import %s", name, path)
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			for dependency, users := range doors {
				if (path == dependency || strings.HasPrefix(path, dependency+"/")) && !slices.Contains(users, name) {
					t.Errorf("the tests of %s must not import %s: its door is %v", name, path, users)
				}
			}
		}
	}
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func list(t *testing.T) (all []pkg) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages: this proves nothing", len(all))
	}
	return all
}

// Quiet hours have zones, and where the program runs there may be none: an image that holds nothing else, a small
// machine.
func TestTheProgramBringsTheTimeZones(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", module(t)+"/cmd/chat").Output()
	if err != nil || !slices.Contains(strings.Fields(string(out)), "time/tzdata") {
		t.Errorf("cmd/chat does not import time/tzdata (%v)", err)
	}
}
