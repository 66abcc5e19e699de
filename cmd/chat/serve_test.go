package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/sse"
)

func TestAServerServes(t *testing.T) {
	s := start(t)
	for path, want := range map[string]string{"/livez": "ok", "/login": "Log in", "/metrics": "chat_streams_open 0"} {
		if status, body := s.ask("GET", path, "", ""); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d\n%s", path, status, body)
		}
	}
	waitFor(t, "the server to be ready", func() bool {
		status, body := s.ask("GET", "/readyz", "", "")
		return status == 200 && strings.Contains(body, `{"status":"ok","store":"ok","bus":"ok","feed":"ok"}`)
	})
	ada := s.signUp("Ada")
	if status, body := s.ask("POST", "/rooms/general/messages", ada, `{"body":"hello"}`); status != 201 {
		t.Errorf("%d %s", status, body)
	}
}

func TestMessagesReachTheStreamAndTheShutdownSaysBye(t *testing.T) {
	s := start(t)
	ada := s.signUp("Ada")
	r, _ := http.NewRequest("GET", s.url+"/events?format=json", nil)
	r.Header.Set("Authorization", "Bearer "+ada)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	events := sse.NewDecoder(res.Body)
	until := func(name string) (data string) {
		t.Helper()
		for {
			event, err := events.Next()
			if err != nil {
				t.Fatalf("the stream ended before %q: %v", name, err)
			}
			if event.Name == name {
				return event.Data
			}
		}
	}
	until("ping")
	s.ask("POST", "/rooms/general/messages", ada, `{"body":"hello"}`)
	if data := until("message"); !strings.Contains(data, `"body":"hello"`) {
		t.Error(data)
	}
	ended := make(chan error)
	go func() { ended <- s.stop() }()
	if data := until("bye"); data != sse.ByeDrain {
		t.Error(data)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWhatWasStoredIsThereAfterARestart(t *testing.T) {
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	first := start(t, database)
	ada := first.signUp("Ada")
	first.ask("POST", "/rooms/general/messages", ada, `{"body":"still here"}`)
	_, page := first.ask("GET", "/rooms/general", ada, "")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, database)
	status, again := second.ask("GET", "/rooms/general", ada, "")
	if status != 200 || again != page || !strings.Contains(again, "still here") {
		t.Errorf("%d\n%s\n%s", status, page, again)
	}
}

func TestSignUpCanBeClosedToAllButTheFirst(t *testing.T) {
	s := start(t, "CHAT_SIGNUP=closed")
	s.signUp("Ada")
	if status, body := s.ask("POST", "/signup", "", `{"name":"Grace","password":"correct horse"}`); status != 403 {
		t.Errorf("%d %s", status, body)
	}
}

func TestHTTP2WithAndWithoutTLS(t *testing.T) {
	cert, key := certificate(t)
	for name, settings := range map[string][]string{
		"plain": nil,
		"TLS":   {"CHAT_TLS_CERT=" + cert, "CHAT_TLS_KEY=" + key},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, settings...)
			transport := &http.Transport{Protocols: new(http.Protocols), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			transport.Protocols.SetHTTP2(true)
			transport.Protocols.SetUnencryptedHTTP2(true)
			defer transport.CloseIdleConnections()
			res, err := (&http.Client{Transport: transport}).Get(s.url + "/livez")
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.ProtoMajor != 2 || res.StatusCode != 200 {
				t.Errorf("%s %s", res.Proto, res.Status)
			}
			if hsts := res.Header.Get("Strict-Transport-Security"); (hsts != "") != (name == "TLS") {
				t.Errorf("Strict-Transport-Security: %q", hsts)
			}
		})
	}
}

func TestHugeHeadersAreRefused(t *testing.T) {
	s := start(t)
	r, _ := http.NewRequest("GET", s.url+"/events", nil)
	r.Header.Set("Last-Event-ID", strings.Repeat("x", 1<<20))
	res, err := http.DefaultClient.Do(r)
	if err == nil { // or the server hung up while we were still writing
		res.Body.Close()
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Error(res.Status)
		}
	}
}

func TestTheStartIsOneCleanLine(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var stderr bytes.Buffer
	stdout, lines := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- dispatch(ctx, nil, []string{"CHAT_ADDR=:0", "CHAT_DATABASE_URL=sqlite::memory:"}, nil, lines, &stderr)
		lines.Close()
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(line, "http://localhost:") {
		t.Errorf("stdout: %q", line)
	}
	res, err := http.Get(strings.TrimSpace(line) + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cancel()
	if code := <-status; code != 0 {
		t.Errorf("exit status %d", code)
	}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, "WARN") || strings.Contains(line, "ERROR") {
			t.Errorf("alarming: %s", line)
		}
	}
}

// Whatever is wrong at the start: one line that names it, exit status 1.
func TestTroubleAtTheStartIsOneLine(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("not a database\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ settings, names []string }{
		"port in use":    {[]string{"CHAT_ADDR=" + busy.Addr().String()}, []string{"CHAT_ADDR", "in use", "choose another"}},
		"missing folder": {[]string{"CHAT_DATABASE_URL=sqlite:/nowhere/at/all/chat.db"}, []string{"CHAT_DATABASE_URL", "/nowhere/at/all"}},
		"not a database": {[]string{"CHAT_DATABASE_URL=sqlite:" + garbage}, []string{"CHAT_DATABASE_URL", garbage}},
		"a folder":       {[]string{"CHAT_DATABASE_URL=sqlite:" + t.TempDir()}, []string{"CHAT_DATABASE_URL"}},
		"no Postgres":    {[]string{"CHAT_DATABASE_URL=postgres://chat:hunter2@127.0.0.1:1/chat"}, []string{"CHAT_DATABASE_URL", "postgres", "127.0.0.1"}},
		"no certificate": {[]string{"CHAT_TLS_CERT=/nowhere/c.pem", "CHAT_TLS_KEY=/nowhere/k.pem"}, []string{"CHAT_TLS_CERT", "/nowhere/c.pem"}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			environ := append([]string{"CHAT_ADDR=127.0.0.1:0", "CHAT_DATABASE_URL=sqlite::memory:"}, test.settings...)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // if it starts after all
			defer cancel()
			if status := dispatch(ctx, nil, environ, nil, &stdout, &stderr); status != 1 {
				t.Errorf("exit status %d", status)
			}
			text := stderr.String()
			if strings.Count(text, "\n") != 1 || strings.Contains(text, "hunter2") || stdout.Len() > 0 {
				t.Errorf("stdout %q, stderr:\n%s", stdout.String(), text)
			}
			for _, word := range test.names {
				if !strings.Contains(text, word) {
					t.Errorf("%q is not in: %s", word, text)
				}
			}
		})
	}
}

func TestMigrateAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chat.db")
	for range 2 {
		var stdout, stderr bytes.Buffer
		if status := dispatch(t.Context(), []string{"migrate"}, []string{"CHAT_DATABASE_URL=sqlite:" + path}, nil, &stdout, &stderr); status != 0 {
			t.Fatalf("exit status %d: %s", status, stderr.String())
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// A person who was told "stored" was told the truth, also by a server that is stopping.
func TestNoAcceptedPostIsLostInAShutdown(t *testing.T) {
	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	s := start(t, database)
	ada := s.signUp("Ada")
	accepted := make(chan int)
	posting := make(chan struct{}, 1000)
	for range 8 {
		go func() {
			stored := 0
			for i := 0; ; i++ {
				r, _ := http.NewRequest("POST", s.url+"/rooms/general/messages", strings.NewReader(fmt.Sprintf(`{"body":"%d"}`, i)))
				r.Header.Set("Authorization", "Bearer "+ada)
				r.Header.Set("Content-Type", "application/json")
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					break
				}
				res.Body.Close()
				if res.StatusCode == 201 {
					stored++
				}
				select {
				case posting <- struct{}{}:
				default:
				}
			}
			accepted <- stored
		}()
	}
	for range 50 {
		<-posting
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	want := 0
	for range 8 {
		want += <-accepted
	}
	again := start(t, database)
	_, page := again.ask("GET", "/rooms/general", ada, "")
	if at := fmt.Sprintf(`"seq":%d,`, want); want < 50 || !strings.Contains(page, at) {
		t.Errorf("%d posts were accepted, but the newest page has no %s", want, at)
	}
}
