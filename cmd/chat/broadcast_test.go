package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/sse"
)

// received is what a server is asked to broadcast.
type received struct {
	Key, Event, ID, Data string

	authorization string
}

// takingBroadcasts is a server that takes one of our requests after the other and answers 204.
func takingBroadcasts(t *testing.T) (url string, requests <-chan received) {
	t.Helper()
	came := make(chan received, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := received{authorization: r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.URL.Path != "/api/broadcast" || r.Method != http.MethodPost {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		came <- got
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func TestAnEventIsHandedToTheServerThatIsNamed(t *testing.T) {
	url, requests := takingBroadcasts(t)
	const token = "t0ken"
	for name, c := range map[string]struct {
		stdin string
		args  []string
		want  received
	}{
		"flags behind":         {"hello\n", []string{"room:general", "-event", "notice", "-id", "7"}, received{Event: "notice", ID: "7", Data: "hello"}},
		"flags before":         {"hello", []string{"-id", "7", "-event", "notice", "room:general"}, received{Event: "notice", ID: "7", Data: "hello"}},
		"no data":              {"", []string{"room:general"}, received{}},
		"one line break goes":  {"a\n\n", []string{"room:general"}, received{Data: "a\n"}},
		"of either kind":       {"a\r\n", []string{"room:general"}, received{Data: "a"}},
		"what looks like HTML": {"<b>&\u2028", []string{"room:general"}, received{Data: "<b>&\u2028"}},
		"the token as a flag":  {"", []string{"room:general", "-token", "another"}, received{authorization: "Bearer another"}},
	} {
		t.Run(name, func(t *testing.T) {
			environ := []string{"CHAT_TOKEN=" + token, "CHAT_REDIS_URL=redis://127.0.0.1:1"} // the server that is named wins
			status, stdout, stderr := asked(t, c.stdin, environ, append([]string{"broadcast", "-server", url}, c.args...)...)
			if status != 0 || stdout != "" || stderr != "" {
				t.Fatalf("exit status %d, stdout %q, stderr %q", status, stdout, stderr)
			}
			c.want.Key = "room:general"
			if c.want.authorization == "" {
				c.want.authorization = "Bearer " + token
			}
			if got := <-requests; got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestWhatAServerSaysAgainstItIsOneLineWithACure(t *testing.T) {
	answers := func(handler http.HandlerFunc) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
	says := func(status int, body string) string {
		return answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://chat.example/login")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	for name, c := range map[string]struct {
		server string
		words  []string
	}{
		"a token that is not known": {says(401, `{"error":{"message":"This token is not valid."}}`), []string{"CHAT_TOKEN", "-token", "settings page"}},
		"no administrator":          {says(403, `{"error":{"kind":"forbidden","message":"Only an administrator\nmay."}}`), []string{"Only an administrator may."}},
		"too much for the server":   {says(413, `{"error":{"message":"More than 128 KB."}}`), []string{"More than 128 KB."}},
		"the bus is away":           {says(503, `{"error":{"message":"Others may not have it."}}`), []string{"Others may not have it."}},
		"another server's page":     {says(404, "<html>not found</html>"), []string{"404 Not Found", "chat server"}},
		"success that is none":      {says(200, "<html>welcome</html>"), []string{"200 OK", "chat server"}},
		"a redirect":                {says(301, ""), []string{"elsewhere", "https://chat.example/login"}},
		"no answer": {answers(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
			[]string{"hung up without an answer", "try again"}},
		"nobody there":  {"http://127.0.0.1:1", []string{"nobody listens", "127.0.0.1:1", "start the server"}},
		"no such host":  {"http://nowhere.invalid", []string{"nowhere.invalid", "correct the address"}},
		"TLS to no TLS": {strings.Replace(says(204, ""), "http:", "https:", 1), []string{"correct the address"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := asked(t, "x", []string{"CHAT_TOKEN=t"}, "broadcast", "room:general", "-server", c.server)
			refused(t, 1, append(c.words, "chat: "), status, stdout, stderr)
		})
	}
}

func TestABroadcastThatCannotBeHandedOverNamesTheCure(t *testing.T) {
	url, _ := takingBroadcasts(t)
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	if status, _, stderr := asked(t, "", []string{database}, "migrate"); status != 0 {
		t.Fatal(stderr)
	}
	for name, c := range map[string]struct {
		stdin   string
		environ []string
		args    []string
		words   []string
	}{
		"no way":         {"x", nil, nil, []string{"CHAT_REDIS_URL", "-server"}},
		"no token":       {"x", nil, []string{"-server", url}, []string{"CHAT_TOKEN", "administrator", url}},
		"a broken token": {"x", nil, []string{"-server", url, "-token", "s3cret t"}, []string{"-token", "copy it anew"}},
		"Redis away":     {"x", []string{database, "CHAT_REDIS_URL=redis://127.0.0.1:1"}, nil, []string{"CHAT_REDIS_URL", "127.0.0.1:1", "try again"}},
		"no database": {"x", []string{"CHAT_DATABASE_URL=sqlite:/nowhere/chat.db", "CHAT_REDIS_URL=redis://127.0.0.1:1"}, nil,
			[]string{"CHAT_DATABASE_URL", "/nowhere/chat.db", "-server"}},
		"no Postgres": {"x", []string{"CHAT_DATABASE_URL=postgres://chat:hunter2@127.0.0.1:1/chat", "CHAT_REDIS_URL=redis://127.0.0.1:1"}, nil,
			[]string{"CHAT_DATABASE_URL", "127.0.0.1:1"}},
		"too much":           {strings.Repeat("x", maxData+1) + "\r\n", nil, []string{"-server", url}, []string{"1 MiB"}},
		"far too much":       {strings.Repeat("x", 2*maxData), nil, []string{"-server", url}, []string{"1 MiB"}},
		"no UTF-8":           {"\xff", nil, []string{"-server", url}, []string{"stdin", "UTF-8", "base64"}},
		"NUL":                {"a\x00b", nil, []string{"-server", url}, []string{"stdin", "NUL"}},
		"a misspelt setting": {"x", []string{"CHAT_TOKN=x"}, nil, []string{"CHAT_TOKN", "CHAT_TOKEN"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := asked(t, c.stdin, c.environ, append([]string{"broadcast", "room:general"}, c.args...)...)
			refused(t, 1, c.words, status, stdout, stderr)
			if strings.Contains(stderr, "hunter2") || strings.Contains(stderr, "s3cret") {
				t.Error("a secret is told")
			}
		})
	}
}

func TestOneMiBIsNotTooMuch(t *testing.T) {
	url, requests := takingBroadcasts(t)
	data := strings.Repeat("x", maxData)
	if status, _, stderr := asked(t, data+"\r\n", []string{"CHAT_TOKEN=t"}, "broadcast", "a", "-server", url); status != 0 {
		t.Fatal(stderr)
	}
	if got := <-requests; got.Data != data {
		t.Errorf("%d bytes came", len(got.Data))
	}
}

func TestAPersonAtTheKeyboardMayGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stdin, keyboard := io.Pipe()
	defer keyboard.Close()
	cancel()
	var stdout, stderr bytes.Buffer
	status := dispatch(ctx, []string{"broadcast", "a", "-server", "http://127.0.0.1:1"}, nil, stdin, &stdout, &stderr)
	refused(t, 1, []string{"interrupted", "nothing was sent"}, status, stdout.String(), stderr.String())
}

// reader is an open stream.
type reader struct {
	t      *testing.T
	events chan sse.Message
}

// read opens a stream and returns when it is level.
func read(t *testing.T, client *http.Client, url, token string) *reader {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t, make(chan sse.Message, 1000)}
	go func() {
		defer answer.Body.Close()
		for d := sse.NewDecoder(answer.Body); ; {
			event, err := d.Next()
			if err != nil {
				return
			}
			r.events <- event
		}
	}()
	r.until("ping")
	return r
}

// until reads to an event of this name.
func (r *reader) until(name string) sse.Message {
	r.t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case event := <-r.events:
			if event.Name == name {
				return event
			}
		case <-deadline:
			r.t.Fatalf("in %s no %q came", patience, name)
		}
	}
}

func TestABroadcastThroughARunningServerReachesItsReaders(t *testing.T) {
	s := start(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	r := read(t, http.DefaultClient, s.url+"/events?format=json", grace)
	status, stdout, stderr := asked(t, "two\nlines\n", []string{"CHAT_TOKEN=" + ada}, "broadcast", "room:general", "-event", "notice", "-server", s.url)
	if status != 0 || stdout != "" || stderr != "" {
		t.Fatalf("exit status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if got := r.until("notice"); got.Data != "two\nlines" {
		t.Errorf("came %+v", got)
	}
	status, stdout, stderr = asked(t, "x", []string{"CHAT_TOKEN=" + grace}, "broadcast", "room:general", "-server", s.url)
	refused(t, 1, []string{"Only an administrator"}, status, stdout, stderr)
	status, stdout, stderr = asked(t, "x", []string{"CHAT_TOKEN=nonsense"}, "broadcast", "room:general", "-server", s.url)
	refused(t, 1, []string{"CHAT_TOKEN"}, status, stdout, stderr)
}

func TestABroadcastThroughRedisReachesTheReadersOfEveryServer(t *testing.T) {
	c := startCluster(t)
	ada := newMember(t, c.nodes[0], "Ada")
	grace := newMember(t, c.nodes[1], "Grace")
	readers := map[string]*reader{
		"the first server's reader":  read(t, ada.client, c.nodes[0].url("/events?format=json"), ""),
		"the second server's reader": read(t, grace.client, c.nodes[1].url("/events?format=json"), ""),
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	broadcast := func() string {
		command := exec.CommandContext(t.Context(), path, "broadcast", "room:general", "-event", "notice", "-id", "7")
		command.Env = append(cleanEnviron(), c.nodes[0].env...)
		command.Dir = t.TempDir()
		command.Stdin = strings.NewReader("lunch\n")
		out, err := command.CombinedOutput()
		if (err == nil) != (len(out) == 0) {
			t.Errorf("it says %q and ends with %v", out, err)
		}
		return string(out)
	}
	if out := broadcast(); out != "" {
		t.Fatal(out)
	}
	for name, r := range readers {
		if got := r.until("notice"); got.Data != "lunch" || got.LastEventID == "7" {
			t.Errorf("%s: came %+v", name, got)
		}
	}
	for what, away := range map[string]func(){"deaf": func() { deafen(t, c.toRedis) }, "gone": c.redis.kill} {
		away()
		if out := broadcast(); !strings.Contains(out, "CHAT_REDIS_URL") || strings.Count(out, "\n") != 1 {
			t.Errorf("with Redis %s it says %q", what, out)
		}
	}
	t.Cleanup(c.redis.start) // the harness kills it
	if _, err := net.Dial("tcp", c.redis.addr); err == nil {
		t.Error("Redis must be gone, or this proves nothing")
	}
}
