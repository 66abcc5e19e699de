package postgres

import (
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/chat/internal/chat"
)

func TestWhatIsWrongIsSaidInOneLineWithItsCure(t *testing.T) {
	good := database(t)
	for _, c := range []struct {
		name, url string
		says      []string
	}{
		{"no URL at all", "::", []string{"cannot be understood", "postgres://"}},
		{"nobody listens", altered(t, good, func(u *url.URL) { u.Host = "127.0.0.1:1" }), []string{"127.0.0.1:1", "start it"}},
		{"an unknown host", altered(t, good, func(u *url.URL) { u.Host = "nowhere.invalid:5432" }), []string{"nowhere.invalid:5432", "correct the host"}},
		{"unknown database", altered(t, good, func(u *url.URL) { u.Path = "/nowhere" }), []string{`"nowhere"`, "createdb"}},
		{"unknown user", altered(t, good, func(u *url.URL) { u.User = url.UserPassword("nobody-here", "x") }), []string{"nobody-here", "correct user and password"}},
		{"commits that are not flushed", with(t, good, "synchronous_commit", "off"), []string{"synchronous_commit = off", "turn it on"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), c.url, Options{})
			if err == nil {
				_ = s.Close()
				t.Fatal("it opened")
			}
			for _, text := range c.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("the error should say %q: %v", text, err)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %v", err)
			}
		})
	}
}

func TestAWrongPasswordIsSaidToBeOne(t *testing.T) { // the server of the tests may trust everybody
	cfg, err := pgx.ParseConfig("postgres://chat:wrong@db:5432/chat")
	if err != nil {
		t.Fatal(err)
	}
	err = refusal(cfg, &pgconn.PgError{Code: "28P01", Message: `password authentication failed for user "chat"`})
	if text := err.Error(); !strings.Contains(text, "correct user and password") || strings.Contains(text, "wrong") {
		t.Errorf("it says: %v", err)
	}
}

func TestAnUnsafeDatabaseOpensWhenThatIsAllowed(t *testing.T) {
	open(t, with(t, database(t), "synchronous_commit", "off"))
}

func TestSettingsThatForgetCommitsAreFaults(t *testing.T) {
	for _, c := range []struct {
		safety safety
		fault  string
	}{
		{safety{"on", "on", "on", false}, ""},
		{safety{"on", "on", "remote_apply", false}, ""},
		{safety{"off", "on", "on", false}, "fsync = off"},
		{safety{"on", "off", "on", false}, "full_page_writes = off"},
		{safety{"on", "on", "local", false}, "synchronous_commit = local"},
	} {
		if got := c.safety.fault(); got != c.fault {
			t.Errorf("%+v: fault %q, want %q", c.safety, got, c.fault)
		}
	}
}

func TestServersThatStartTogetherShareOneEpoch(t *testing.T) {
	url := database(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := Open(t.Context(), url, Options{AllowUnsafe: true, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Error(err)
				return
			}
			_ = s.Close()
		})
	}
	all.Wait()
	if n := value[int](t, connect(t, url), `select count(*) from log_epochs`); n != 1 {
		t.Errorf("%d epochs were begun, want 1", n)
	}
}

func TestTwoInstallationsLiveInTwoSchemas(t *testing.T) {
	one, two := open(t, database(t)), open(t, database(t))
	needs, decide := posting(3, "general")
	update(t, one, needs, func(state *chat.State) *chat.Rows {
		update(t, two, chat.Needs{}, nothing) // does not wait for the other's lock
		return decide(state)
	})
	if got := [2]int64{head(t, one).ID, head(t, two).ID}; got != [2]int64{3, 1} {
		t.Errorf("the heads are %v, want 3 and 1", got)
	}
}
