package chat

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxName is the longest name of a person or a room, in characters (runes).
const MaxName = 40

// NameKey is what makes two names the same: case and compatibility forms do not tell people apart.
func NameKey(name string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(name))))
}

// storable says whether a text can be kept, and so be found: UTF-8 without NUL, which Postgres refuses.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// cleanName checks a name and gives it trimmed and in NFC.
func cleanName(field, what, name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", invalid(field, what+" is not valid text (UTF-8).")
	}
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	switch {
	case name == "" || NameKey(name) == "":
		return "", invalid(field, what+" must not be empty.")
	case utf8.RuneCountInString(name) > MaxName:
		return "", invalid(field, fmt.Sprintf("%s must have at most %d characters.", what, MaxName))
	case strings.ContainsFunc(name, unprintable):
		return "", invalid(field, what+" contains a character that cannot be shown.")
	}
	return name, nil
}

// cleanPersonName checks what somebody wants to be called.
func cleanPersonName(name string) (string, error) {
	name, err := cleanName("name", "The name", name)
	if err == nil && NameKey(name) == everybodyName {
		err = invalid("name", fmt.Sprintf("Nobody can be called %s: @%s names everybody in a room.", name, everybodyName))
	}
	return name, err
}

// unprintable are control characters and those that turn the direction of the text around them.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r)
}

// cleanBody checks the text of a message and gives it with its line ends as \n. The white space at its
// ends is dropped.
func cleanBody(body string) (string, error) {
	if !utf8.ValidString(body) {
		return "", invalid("body", "The message is not valid text (UTF-8).")
	}
	if strings.ContainsRune(body, 0) {
		return "", invalid("body", "The message contains a NUL character.")
	}
	body = strings.ReplaceAll(body, "\r\n", "\n")
	body = strings.ReplaceAll(body, "\r", "\n")
	body = strings.TrimRightFunc(strings.TrimLeft(body, "\n"), unicode.IsSpace)
	if strings.TrimSpace(body) == "" {
		return "", invalid("body", "Write something first.")
	}
	if n := utf8.RuneCountInString(body); n > MaxBody {
		return "", invalid("body", fmt.Sprintf("The message has %d characters; at most %d are possible.", n, MaxBody))
	}
	return body, nil
}
