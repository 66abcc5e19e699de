package main

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestABrowserIsWokenWhenNoPageIsOpenAndKnowsTheServerAfterARestart(t *testing.T) {
	asked := make(chan http.Header, 10)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(service.Close)
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	subscription := `{"endpoint":"` + service.URL + `","keys":{"p256dh":"` +
		base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()) + `","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}`

	database := "CHAT_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chat.db")
	s := start(t, database, "CHAT_PUSH_PRIVATE=on")
	ada := s.signUp("Ada")
	_, installer := s.ask("GET", "/push/key", ada, "")
	if status, body := s.ask("POST", "/push/subscriptions", ada, subscription); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	s = start(t, database, "CHAT_PUSH_PRIVATE=on")
	if _, now := s.ask("GET", "/push/key", ada, ""); now != installer || len(now) < 87 {
		t.Errorf("the key is %s, and was %s", now, installer)
	}
	if status, body := s.ask("POST", "/api/notify", ada, `{"user":"Ada","text":"the build is broken"}`); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, body)
	}
	select {
	case header := <-asked:
		_, public, _ := strings.Cut(header.Get("Authorization"), ", k=")
		if !strings.Contains(installer, `"`+public+`"`) {
			t.Errorf("%v is not from %s", header, installer)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the browser was not woken")
	}
}
