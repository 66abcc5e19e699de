package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
)

// asked runs the program with these arguments as a shell would: no stdin but this text.
func asked(t *testing.T, stdin string, environ []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = dispatch(t.Context(), args, environ, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

// refused expects one line on stderr that has all these words, and nothing on stdout.
func refused(t *testing.T, wantStatus int, words []string, status int, stdout, stderr string) {
	t.Helper()
	if status != wantStatus || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "chat") {
		t.Errorf("exit status %d (want %d), stdout %q, stderr:\n%s", status, wantStatus, stdout, stderr)
	}
	for _, word := range words {
		if !strings.Contains(stderr, word) {
			t.Errorf("%q is not in: %s", word, stderr)
		}
	}
}

func TestAMistakeInTheCallIsOneLine(t *testing.T) {
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"serve", "now"}, []string{"chat serve", `"now"`}},
		{[]string{"migrate", "-force"}, []string{"chat migrate", "-force"}},
		{[]string{"broadcast"}, []string{"no KEY", "room:general", "chat broadcast -h"}},
		{[]string{"broadcast", ""}, []string{"no KEY"}},
		{[]string{"broadcast", "room:"}, []string{`"room:" is no KEY`, "room:general"}},
		{[]string{"broadcast", "room:\n"}, []string{`"room:\n" is no KEY`}},
		{[]string{"broadcast", "100%"}, []string{`"100%" is no KEY`, "%25"}},
		{[]string{"broadcast", "room:general", "hello"}, []string{`"hello" is not understood`}},
		{[]string{"broadcast", "room:general", "-evnet", "x"}, []string{"-evnet"}},
		{[]string{"broadcast", "room:general", "-event"}, []string{"-event"}},
		{[]string{"broadcast", "room:general", "-event", "a\nb"}, []string{"-event", "line break"}},
		{[]string{"broadcast", "room:general", "-event", "a\xff"}, []string{"-event", "UTF-8"}},
		{[]string{"broadcast", "room:general", "-id", "a\rb"}, []string{"-id", "line break"}},
		{[]string{"broadcast", "room:general", "-id", "a\x00b"}, []string{"-id", "NUL"}},
		{[]string{"broadcast", "room:general", "-server", ""}, []string{"-server", "empty"}},
		{[]string{"broadcast", "room:general", "-server", "localhost:8080"}, []string{"-server", "http://"}},
		{[]string{"broadcast", "room:general", "-server", "http://localhost/chat"}, []string{"-server", "no path"}},
	} {
		status, stdout, stderr := asked(t, "", nil, c.args...)
		refused(t, 2, c.words, status, stdout, stderr)
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, c := range commands {
		for _, args := range [][]string{{c.name, "-h"}, {c.name, "--help"}} {
			status, stdout, stderr := asked(t, "", []string{"CHAT_NONSENSE=x"}, args...)
			if status != 0 || !strings.Contains(stdout, "chat "+c.name) && !strings.Contains(stdout, "chat ["+c.name+"]") || stderr != "" {
				t.Errorf("%q: exit status %d\n%s%s", args, status, stdout, stderr)
			}
		}
		if !strings.Contains(usage(), "\n  "+c.usage+" ") {
			t.Errorf("help does not list %q", c.usage)
		}
	}
}

func TestFlagsMayStandAnywhere(t *testing.T) {
	for _, c := range []struct{ args, want []string }{
		{[]string{"-event", "x", "a", "b"}, []string{"a", "b"}},
		{[]string{"a", "-event", "x", "b"}, []string{"a", "b"}},
		{[]string{"a", "b", "-event=x"}, []string{"a", "b"}},
		{[]string{"a", "-event", "x", "--", "-b"}, []string{"a", "-b"}},
		{[]string{"-event", "x", "--", "-a", "-b"}, []string{"-a", "-b"}},
		{[]string{"-event", "x", "-", "b"}, []string{"-", "b"}},
	} {
		flags := newFlags()
		event := flags.String("event", "", "")
		got, err := operands(flags, c.args, 2)
		if err != nil || !slices.Equal(got, c.want) || *event != "x" {
			t.Errorf("%q: got %q, %v, and the flag %q", c.args, got, err, *event)
		}
	}
	if _, err := operands(newFlags(), []string{"a", "-h"}, 2); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h after an argument: %v", err)
	}
}

func TestHelpComesBeforeTheSettingsAreRead(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := dispatch(context.Background(), []string{"help"}, []string{"CHAT_ADDR=x"}, nil, &stdout, &stderr); status != 0 {
		t.Errorf("exit status %d: %s", status, stderr.String())
	}
}
