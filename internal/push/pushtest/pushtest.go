// Package pushtest is a push service on this machine, for tests.
package pushtest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/chat/internal/chat"
)

// Service is a push service with one browser behind it, which understands only what is encrypted for it (RFC 8291)
// and signed by whom it subscribed to (RFC 8292). Anything else fails the test.
type Service struct {
	*httptest.Server
	Later string // Retry-After of the answers that it was made with

	t         *testing.T
	installer string // the public key that it was subscribed with
	key       *ecdh.PrivateKey
	auth      []byte

	mu       sync.Mutex
	answers  []int // to the next requests; 201 to those after them
	requests int
	taken    []Delivery
}

// Delivery is a message that the browser was given.
type Delivery struct {
	Header   http.Header `json:"-"`
	ID       string      `json:"id"`
	Kind     string      `json:"kind"`
	Title    string      `json:"title"`
	URL      string      `json:"url"`
	Room     string      `json:"room"`
	Seq      int64       `json:"seq"`
	Message  string      `json:"message"`
	Withdraw []string    `json:"withdraw"`
}

// New starts a service whose browser subscribes to who has this public key (base64url). answers are the statuses of
// the first requests; those after them are taken.
func New(t *testing.T, installer string, answers ...int) *Service {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{t: t, installer: installer, key: key, auth: make([]byte, 16), answers: answers}
	rand.Read(s.auth)
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// Subscription is what the browser gives to whom it subscribes to.
func (s *Service) Subscription() chat.Subscription {
	return chat.Subscription{
		Endpoint: s.URL + "/send/secret",
		P256dh:   base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()),
		Auth:     base64.RawURLEncoding.EncodeToString(s.auth),
	}
}

// ServeHTTP takes a message.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if len(s.answers) > 0 {
		status := s.answers[0]
		s.answers = s.answers[1:]
		if s.Later != "" {
			w.Header().Set("Retry-After", s.Later)
		}
		w.Header().Set("Location", s.URL+"/elsewhere")
		w.WriteHeader(status)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.checkSignature(r.Header.Get("Authorization"))
	}
	d := Delivery{Header: r.Header}
	if err == nil {
		body, err = s.decrypt(body)
	}
	if err == nil {
		err = json.Unmarshal(body, &d)
	}
	if err != nil || r.Method != "POST" || r.Header.Get("Content-Encoding") != "aes128gcm" {
		s.t.Errorf("%s with %v: %v", r.Method, r.Header, err)
	}
	s.taken = append(s.taken, d)
	w.WriteHeader(http.StatusCreated)
}

// decrypt takes a message of one record apart: salt, record size, the sender's key, what it encrypted.
func (s *Service) decrypt(body []byte) ([]byte, error) {
	if len(body) < 86 || body[20] != 65 {
		return nil, fmt.Errorf("%d bytes are no message", len(body))
	}
	salt, senders, sealed := body[:16], body[21:86], body[86:]
	sender, err := ecdh.P256().NewPublicKey(senders)
	if err != nil {
		return nil, err
	}
	shared, err := s.key.ECDH(sender)
	if err != nil {
		return nil, err
	}
	derive := func(secret, salt []byte, info string, length int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, length)
		if err != nil {
			s.t.Error(err)
		}
		return key
	}
	input := derive(shared, s.auth, "WebPush: info\x00"+string(s.key.PublicKey().Bytes())+string(senders), 32)
	block, err := aes.NewCipher(derive(input, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, derive(input, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		return nil, err
	}
	text, ok := bytes.CutSuffix(bytes.TrimRight(padded, "\x00"), []byte{2})
	if !ok {
		return nil, fmt.Errorf("the last record does not say that it is the last")
	}
	return text, nil
}

func (s *Service) checkSignature(header string) error {
	token, key, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 || key != s.installer {
		return fmt.Errorf("the header %q is not from %s", header, s.installer)
	}
	var decoded [3][]byte
	for i, part := range append(parts[1:], key) {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return err
		}
	}
	claims, signature := decoded[0], decoded[1]
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), decoded[2])
	if err != nil || len(signature) != 64 {
		return fmt.Errorf("a signature of %d bytes: %w", len(signature), err)
	}
	hash := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(public, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return fmt.Errorf("the signature is wrong")
	}
	var said struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(claims, &said); err != nil {
		return err
	}
	left := time.Until(time.Unix(said.Exp, 0))
	if said.Aud != s.URL || !strings.HasPrefix(said.Sub, "mailto:operator@") || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("it claims %s", claims)
	}
	return nil
}

// Deliveries are the messages so far.
func (s *Service) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Asked is how many requests have come.
func (s *Service) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Wait gives all messages once there are n.
func (s *Service) Wait(n int) []Delivery {
	s.t.Helper()
	taken := s.Deliveries()
	deadline := time.After(30 * time.Second)
	for tick := time.Tick(time.Millisecond); len(taken) < n; taken = s.Deliveries() {
		select {
		case <-deadline:
			s.t.Fatalf("waited for %d messages in vain: %+v", n, taken)
		case <-tick:
		}
	}
	if len(taken) != n {
		s.t.Fatalf("%d messages, want %d: %+v", len(taken), n, taken)
	}
	return taken
}
