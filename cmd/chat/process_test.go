package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program as people run it, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "chat-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "chat")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	stopBrowser()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(status)
}

// process is a running server.
type process struct {
	t    *testing.T
	addr string // host:port, kept over a restart
	dir  string
	env  []string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// startProcess runs a server on SQLite in a folder of its own, on a free port, until the test ends.
func startProcess(t *testing.T, env ...string) *process {
	t.Helper()
	p := &process{t: t, addr: freeAddr(t), dir: t.TempDir(), env: env}
	p.start()
	t.Cleanup(p.kill)
	return p
}

func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start returns when the server has said where it is, which it does once requests are welcome.
func (p *process) start() {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.Command(path)
	p.cmd.Dir = p.dir
	p.cmd.Env = append(cleanEnviron(), append([]string{"CHAT_ADDR=" + p.addr, "CHAT_RATE_LIMIT=off", "CHAT_LOG_LEVEL=warn"}, p.env...)...)
	p.cmd.Stderr = p.t.Output()
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	ready := make(chan string, 1)
	p.done = make(chan struct{})
	go func() {
		lines := bufio.NewScanner(out)
		lines.Scan()
		ready <- lines.Text()
		_, _ = io.Copy(io.Discard, out)
		_ = p.cmd.Wait()
		close(p.done)
	}()
	select {
	case line := <-ready:
		if !strings.HasPrefix(line, "http") {
			p.t.Fatalf("the server said %q instead of its address", line)
		}
	case <-time.After(30 * time.Second):
		p.t.Fatal("the server did not start in 30 s")
	}
}

// cleanEnviron leaves out the settings of whoever runs the tests.
func cleanEnviron() (env []string) {
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "CHAT_") {
			env = append(env, pair)
		}
	}
	return env
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
}

// url is an address on the server by its localhost name.
func (p *process) url(path string) string {
	_, port, _ := net.SplitHostPort(p.addr)
	return "http://localhost:" + port + path
}
