package main

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestAProgramNotifiesAPersonFromTheShell(t *testing.T) {
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	p := startProcess(t, database)
	ada, grace := newMember(t, p, "Ada"), newMember(t, p, "Grace")
	told := func(m *member) (texts []string) {
		var notes []struct{ Text string }
		m.read(p, "/notifications", &notes)
		for _, n := range notes {
			texts = append(texts, n.Text)
		}
		return texts
	}
	notify := func(environ []string, args ...string) {
		t.Helper()
		if status, stdout, stderr := asked(t, "", environ, append([]string{"notify"}, args...)...); status != 0 || stdout != "" || stderr != "" {
			t.Fatalf("%q: exit status %d, stdout %q, stderr %q", args, status, stdout, stderr)
		}
	}
	notify([]string{database}, "Grace", "The backup is done.")
	notify([]string{database}, grace.id(p), "So is the other.")
	notify([]string{"CHAT_TOKEN=" + ada.token(p)}, "Grace", "From the administrator.", "-server", p.url(""))
	notify(nil, "-server", p.url(""), "-token", grace.token(p), "Grace", "From myself.")
	if got, want := told(grace), []string{"From myself.", "From the administrator.", "So is the other.", "The backup is done."}; !slices.Equal(got, want) {
		t.Errorf("Grace is told %q, want %q", got, want)
	}

	for name, c := range map[string]struct {
		environ, args []string
		status        int
		words         []string
	}{
		"nobody of that name":          {[]string{database}, []string{"Nobody", "x"}, 1, []string{"Nobody"}},
		"nothing to say":               {[]string{database}, []string{"Grace", ""}, 1, []string{"Write something"}},
		"no text":                      {[]string{database}, []string{"Grace"}, 2, []string{"USER", "TEXT"}},
		"somebody else's business":     {nil, []string{"Ada", "x", "-server", p.url(""), "-token", grace.token(p)}, 1, []string{"administrator"}},
		"no token":                     {nil, []string{"Grace", "x", "-server", p.url("")}, 1, []string{"CHAT_TOKEN"}},
		"a database that is not there": {[]string{"CHAT_DATABASE_URL=sqlite:/nowhere/chat.db"}, []string{"Grace", "x"}, 1, []string{"/nowhere/chat.db"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := asked(t, "", c.environ, append([]string{"notify"}, c.args...)...)
			refused(t, c.status, c.words, status, stdout, stderr)
		})
	}
	if got := append(told(ada), told(grace)...); len(got) != 4 {
		t.Errorf("what was refused is stored: %q", got)
	}
}
