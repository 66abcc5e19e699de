package chat

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// What a password must have, in characters. The upper bound keeps hashing cheap to refuse.
const (
	MinPassword = 8
	MaxPassword = 128
)

// argon2id parameters: OWASP's second choice, 19 MiB and two passes.
const (
	argonTime    = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
	argonKeyLen  = 32
	argonSaltLen = 16
)

// passwords hashes and verifies, as many at a time as there are cores: hashing is meant to be
// expensive, and a crowd at the door must not starve the rest.
type passwords struct {
	slots chan struct{}
	dummy string // verified when there is no such user, so that both take the same time
}

func newPasswords() *passwords {
	p := &passwords{slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
	p.dummy = encodeHash(make([]byte, argonSaltLen), make([]byte, argonKeyLen))
	return p
}

func checkPassword(field, password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return invalid(field, "The password is not valid text (UTF-8).")
	case n < MinPassword:
		return invalid(field, fmt.Sprintf("The password must have at least %d characters.", MinPassword))
	case n > MaxPassword:
		return invalid(field, fmt.Sprintf("The password must have at most %d characters.", MaxPassword))
	}
	return nil
}

// hash gives the PHC string of a password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSaltLen)
	rand.Read(salt)
	key, err := p.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(salt, key), nil
}

// verify says whether the password has this hash; with an empty hash it takes the same time and says no.
func (p *passwords) verify(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if !known {
		hash = p.dummy
	}
	salt, want, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	got, err := p.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (p *passwords) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
		return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKeyLen), nil
	case <-ctx.Done():
		return nil, Away(ctx.Err())
	}
}

var hashPrefix = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)

func encodeHash(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return hashPrefix + b64.EncodeToString(salt) + "$" + b64.EncodeToString(key)
}

func decodeHash(s string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(s, hashPrefix)
	saltText, keyText, ok2 := strings.Cut(rest, "$")
	if !ok || !ok2 {
		return nil, nil, fmt.Errorf("a stored password hash is not of the form %s…", hashPrefix)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(saltText); err == nil {
		key, err = base64.RawStdEncoding.DecodeString(keyText)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("decode password hash: %w", err)
	}
	return salt, key, nil
}
