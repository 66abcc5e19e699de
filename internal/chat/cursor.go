package chat

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// cursorPrefix names the version of the format.
const cursorPrefix = "c1."

// cursorCheck fills the last four bytes of a block, so that a string that is no cursor is noticed.
var cursorCheck = [4]byte{'c', 'h', 'a', 't'}

// Cursors turns positions into opaque cursors and back. A cursor is one AES-128 block of
//
//	epoch u32 | shard u8 | id u56 | check u32
//
// in base64url: 25 characters, the same for every reader. It hides how much happens in rooms the
// reader cannot see; it grants nothing, since permission is judged per event.
type Cursors struct {
	keys []cipher.Block // the first one encodes
}

// NewCursors makes a codec from 16-byte keys, the current one first, then previous ones that are
// still accepted. It panics on a key of another length, a fault of the program.
func NewCursors(keys ...[]byte) *Cursors {
	c := &Cursors{}
	for _, key := range keys {
		if len(key) != 16 {
			panic("chat: the key of a cursor has 16 bytes")
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			panic(err)
		}
		c.keys = append(c.keys, block)
	}
	return c
}

// Encode gives the cursor of a position.
func (c *Cursors) Encode(p Position) string {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[4:], uint64(p.ID))
	b[4] = Shard // the id's top byte is free: ids have 56 bits
	binary.BigEndian.PutUint32(b[:], p.Epoch)
	copy(b[12:], cursorCheck[:])
	c.keys[0].Encrypt(b[:], b[:])
	return cursorPrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// Decode gives the position of a cursor; false for any string that Encode did not make.
func (c *Cursors) Decode(s string) (Position, bool) {
	text, ok := strings.CutPrefix(s, cursorPrefix)
	if !ok || len(text) != 22 {
		return Position{}, false
	}
	block, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Position{}, false
	}
	for _, key := range c.keys {
		var b [aes.BlockSize]byte
		key.Decrypt(b[:], block)
		if [4]byte(b[12:]) != cursorCheck || b[4] != Shard {
			continue
		}
		p := Position{Epoch: binary.BigEndian.Uint32(b[:])}
		b[4] = 0
		p.ID = int64(binary.BigEndian.Uint64(b[4:]))
		return p, true
	}
	return Position{}, false
}
