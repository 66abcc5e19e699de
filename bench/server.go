package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// server is the chat as people run it, in a process of its own, on SQLite unless it is told otherwise.
type server struct {
	cmd    *exec.Cmd
	addr   string
	dir    string
	client *http.Client
	cookie string
}

// start builds and starts a server with these settings, and signs somebody up.
func start(ctx context.Context, settings ...string) (*server, error) {
	dir, err := os.MkdirTemp("/var/tmp", "chat-bench-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	binary := filepath.Join(dir, "chat")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/chat")
	build.Dir = ".."
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return s, fmt.Errorf("build the server: %w", err)
	}
	s.cmd = exec.CommandContext(ctx, binary)
	s.cmd.Dir, s.cmd.Stderr = dir, os.Stderr
	s.cmd.Env = append(os.Environ(), "CHAT_ADDR=127.0.0.1:0", "CHAT_DATABASE_URL=sqlite:chat.db", "CHAT_REDIS_URL=", "CHAT_RATE_LIMIT=off", "CHAT_LOG_LEVEL=warn")
	s.cmd.Env = append(s.cmd.Env, settings...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	if err := s.cmd.Start(); err != nil {
		return s, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			u, err := url.Parse(strings.Fields(lines.Text()[i:])[0])
			if err != nil {
				return s, err
			}
			s.addr = "127.0.0.1:" + u.Port()
			return s, s.enter(ctx, "bench "+rand.Text()[:8])
		}
	}
	return s, errors.New("the server did not say where it listens")
}

func (s *server) stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_ = os.RemoveAll(s.dir)
}

// enter signs somebody up, for whom the server acts from now on.
func (s *server) enter(ctx context.Context, name string) error {
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	s.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if err := s.post(ctx, "/signup", url.Values{"name": {name}, "password": {"correct horse"}}); err != nil {
		return err
	}
	u, _ := url.Parse("http://" + s.addr)
	s.cookie = ""
	for _, c := range jar.Cookies(u) {
		s.cookie += c.Name + "=" + c.Value + "; "
	}
	return nil
}

func (s *server) post(ctx context.Context, path string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("POST %s: %s", path, resp.Status)
	}
	return nil
}

// open opens a stream on a bare connection.
func (s *server) open() (net.Conn, error) {
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(conn, "GET /events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", s.addr, strings.TrimSuffix(s.cookie, "; "))
	return conn, err
}

// cpuTime is what the server's process has used so far, in user and system mode.
func (s *server) cpuTime() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // a tick is 1/100 s on every Linux
}

// memory is the server's resident memory in bytes.
func (s *server) memory() int64 {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
