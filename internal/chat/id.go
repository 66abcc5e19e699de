package chat

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// idAlphabet leaves out what is easily confused: 0 and o, 1 and l and i.
const idAlphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// NewID makes a short random id: 10 characters, 49 bits.
func NewID() string {
	var b [10]byte
	for i := range b {
		b[i] = idAlphabet[randomBelow(len(idAlphabet))]
	}
	return string(b[:])
}

func randomBelow(n int) int {
	var b [1]byte
	for limit := 256 - 256%n; ; {
		rand.Read(b[:])
		if int(b[0]) < limit {
			return int(b[0]) % n
		}
	}
}

// NewMessageID makes a random UUID (RFC 9562, version 4), for composers that brought none.
func NewMessageID() MessageID {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return MessageID(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
}

// ParseMessageID accepts a UUID in its usual form, in either case, and gives the canonical lower-case one.
func ParseMessageID(s string) (MessageID, error) {
	s = strings.ToLower(s)
	hexes := strings.ReplaceAll(s, "-", "")
	_, err := hex.DecodeString(hexes)
	if err != nil || len(hexes) != 32 || len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return "", invalid("id", "The id of a message is a UUID, like 2f1c6f0e-8f0b-4c7e-9a54-3d1f0f6f9a11.")
	}
	return MessageID(s), nil
}
