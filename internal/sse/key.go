package sse

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// StreamKey names what subscribers listen to. Make one with Key.
type StreamKey string

var (
	escapeKey   = strings.NewReplacer("%", "%25", ":", "%3A")
	unescapeKey = strings.NewReplacer("%25", "%", "%3A", ":")
)

// Key makes the name of a stream from its parts, such as Key("room", 7). Publishers and subscribers use
// it alike. Different parts never give the same key: Key("a", "b:c") is not Key("a:b", "c").
func Key(parts ...any) StreamKey {
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(escapeKey.Replace(fmt.Sprint(part)))
	}
	return StreamKey(b.String())
}

// ErrKey is about a text that is no key.
var ErrKey = errors.New("sse: a key is parts joined by colons, such as room:general; no part is empty, " +
	"and within a part % is written %25 and : is written %3A")

// ParseKey reads a key that somebody typed, in the form that Key writes. An empty part is most likely a slip
// (room:$ROOM with ROOM not set), and a control character always is, so both are refused, although Key would
// make a key of them.
func ParseKey(text string) (StreamKey, error) {
	escapes := strings.Count(text, "%25") + strings.Count(text, "%3A")
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.Count(text, "%") != escapes {
		return "", ErrKey
	}
	for part := range strings.SplitSeq(text, ":") {
		if part == "" {
			return "", ErrKey
		}
	}
	return StreamKey(text), nil
}

// Parts are the parts the key was made of, as text.
func (k StreamKey) Parts() []string {
	parts := strings.Split(string(k), ":")
	for i := range parts {
		parts[i] = unescapeKey.Replace(parts[i])
	}
	return parts
}
