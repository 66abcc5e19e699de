package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// server is a whole server of a test: everything that a process would be.
type server struct {
	t    *testing.T
	url  string
	stop func() error // ends it as a signal would, and waits
}

// start runs a server with settings like CHAT_ADDR=… on a free port, in memory if not told otherwise.
func start(t *testing.T, settings ...string) *server {
	t.Helper()
	environ := append([]string{"CHAT_ADDR=127.0.0.1:0", "CHAT_DATABASE_URL=sqlite::memory:", "CHAT_RATE_LIMIT=off"}, settings...)
	cfg, err := readConfig(environ)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	addr, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- run(ctx, cfg, slog.New(slog.DiscardHandler), func(a string) { addr <- a })
	}()
	s := &server{t: t}
	var stopped bool
	s.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	select {
	case a := <-addr:
		s.url = siteURL(cfg, a)
	case err := <-ended:
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// signUp makes an account and gives its token.
func (s *server) signUp(name string) string {
	s.t.Helper()
	res, err := http.PostForm(s.url+"/signup", url.Values{"name": {name}, "password": {"correct horse"}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	for r := res; r != nil; r = r.Request.Response { // the cookie came before the redirect
		for _, c := range r.Cookies() {
			if c.Name == "chat_session" {
				return c.Value
			}
		}
	}
	s.t.Fatalf("no session: %s", res.Status)
	return ""
}

// ask sends a request with a token and gives status and body.
func (s *server) ask(method, path, token, body string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if condition() {
			return
		}
	}
	t.Fatalf("waited for %s in vain", what)
}

// certificate makes a throw-away pair for 127.0.0.1.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: der},
		keyFile:  {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}
