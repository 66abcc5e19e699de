package sse

import (
	"fmt"
	"strings"
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

// Parts are the parts the key was made of, as text.
func (k StreamKey) Parts() []string {
	parts := strings.Split(string(k), ":")
	for i := range parts {
		parts[i] = unescapeKey.Replace(parts[i])
	}
	return parts
}
