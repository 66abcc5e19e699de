package push_test

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

// service is a push service with one browser behind it, which understands only what is encrypted for it (RFC 8291)
// and signed by whom it subscribed to (RFC 8292).
type service struct {
	*httptest.Server
	t         *testing.T
	installer string // the public key that it was subscribed with
	key       *ecdh.PrivateKey
	auth      []byte

	mu       sync.Mutex
	answers  []int // to the next requests; 201 to those after them
	requests int
	taken    []delivery
}

// delivery is a message that the browser was given.
type delivery struct {
	header   http.Header
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Title    string   `json:"title"`
	URL      string   `json:"url"`
	Withdraw []string `json:"withdraw"`
}

func newService(t *testing.T, installer string, answers ...int) *service {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &service{t: t, installer: installer, key: key, auth: make([]byte, 16), answers: answers}
	rand.Read(s.auth)
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) subscription() chat.Subscription {
	return chat.Subscription{
		Endpoint: s.URL + "/send/secret",
		P256dh:   base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()),
		Auth:     base64.RawURLEncoding.EncodeToString(s.auth),
	}
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if len(s.answers) > 0 {
		status := s.answers[0]
		s.answers = s.answers[1:]
		w.WriteHeader(status)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.checkSignature(r.Header.Get("Authorization"))
	}
	d := delivery{header: r.Header}
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
func (s *service) decrypt(body []byte) ([]byte, error) {
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

func (s *service) checkSignature(header string) error {
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
	if said.Aud != s.URL || said.Sub != "mailto:operator@example.com" || left <= 0 || left > 24*time.Hour {
		return fmt.Errorf("it claims %s", claims)
	}
	return nil
}

func (s *service) deliveries() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

func (s *service) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// wait gives all messages once there are n.
func (s *service) wait(n int) []delivery {
	s.t.Helper()
	waitFor(s.t, fmt.Sprintf("%d messages", n), func() bool { return len(s.deliveries()) >= n })
	taken := s.deliveries()
	if len(taken) != n {
		s.t.Fatalf("%d messages, want %d: %+v", len(taken), n, taken)
	}
	return taken
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.After(10 * time.Second); !condition(); {
		select {
		case <-deadline:
			t.Fatalf("waited for %s in vain", what)
		case <-time.After(time.Millisecond):
		}
	}
}
