package sse

import (
	"errors"
	"testing"
)

func TestAKeyIsReadInTheFormItIsWrittenIn(t *testing.T) {
	for _, parts := range [][]any{
		{"room", 7}, {"room", "general"}, {"a", "b:c"}, {"a%", "3Ab"}, {"%3A", "%25"}, {"demo", "ada", 1}, {"raum", "Ärger 🙂"}, {"alone"},
	} {
		want := Key(parts...)
		if got, err := ParseKey(string(want)); got != want || err != nil {
			t.Errorf("%q comes back as %q, %v", want, got, err)
		}
	}
}

func TestWhatKeyNeverWritesIsNoKey(t *testing.T) {
	for _, text := range []string{
		"", ":", "room:", ":7", "a::b", "a\nb", "a\x00", "a\x7f", "a\u0085b", "a\xff",
		"%", "100%", "a%3", "a%3ab", "a%2F", "a%%25",
	} {
		if key, err := ParseKey(text); !errors.Is(err, ErrKey) {
			t.Errorf("%q is read as %q, %v", text, key, err)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("room:general")
	f.Add("a%3Ab:%25")
	f.Add("a%253A:b%")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		var parts []any
		for _, part := range key.Parts() {
			parts = append(parts, part)
		}
		if again := Key(parts...); again != key {
			t.Errorf("%q was read, and its parts %q make %q", text, parts, again)
		}
	})
}
