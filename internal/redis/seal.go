package redis

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// A sealed payload is
//
//	version u8 | HMAC-SHA256 | payload
//
// The MAC covers the version and the channel's name too, so that a payload cannot be moved to another
// channel, or to another installation that happens to share the key.
const (
	sealVersion = 1
	sealSize    = 1 + sha256.Size
)

var (
	errShort  = errors.New("too short to be signed")
	errForged = errors.New("not signed with this installation's key")
)

type sealer struct{ key []byte }

func (s sealer) close(channel string, payload []byte) []byte {
	sealed := make([]byte, 0, sealSize+len(payload))
	sealed = append(sealed, sealVersion)
	sealed = s.mac(sealed, channel, payload)
	return append(sealed, payload...)
}

// open gives the payload, or an error that says why it is not to be trusted. The version is looked at
// first: the signature of a newer one may be made differently.
func (s sealer) open(channel string, sealed []byte) ([]byte, error) {
	if len(sealed) < sealSize {
		return nil, errShort
	}
	if v := sealed[0]; v != sealVersion {
		return nil, fmt.Errorf("of version %d, and this server knows %d", v, sealVersion)
	}
	payload := sealed[sealSize:]
	if !hmac.Equal(sealed[1:sealSize], s.mac(nil, channel, payload)) {
		return nil, errForged
	}
	return payload, nil
}

func (s sealer) mac(to []byte, channel string, payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte{sealVersion})
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(channel))))
	h.Write([]byte(channel))
	h.Write(payload)
	return h.Sum(to)
}
