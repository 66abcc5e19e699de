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

// NameKey is what makes two names the same: case, compatibility forms and what only joins characters do not tell
// people apart.
func NameKey(name string) string {
	name = strings.Map(func(r rune) rune {
		if joins(r) {
			return -1
		}
		return r
	}, name)
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
	case strings.ContainsFunc(name, unprintable), strings.ContainsFunc(name, unseen):
		return "", invalid(field, what+" contains a character that cannot be shown.")
	}
	return name, nil
}

// cleanUserName checks the name of a person: also that it does not pass for somebody else's, or for everybody's.
func cleanUserName(name string) (string, error) {
	name, err := cleanName("name", "The name", name)
	switch {
	case err != nil:
	case mixesAlphabets(name):
		return "", invalid("name", "The name has letters of several alphabets in one word.")
	case NameKey(name) == everybodyName:
		return "", invalid("name", fmt.Sprintf("Nobody can be called %s: @%s names everybody in a room.", name, everybodyName))
	}
	return name, err
}

// alphabets are those that have letters in common to look at.
var alphabets = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek}

// mixesAlphabets says whether a word has letters of several of them, which no language does: an а among Latin
// letters is there to be taken for an a.
func mixesAlphabets(name string) bool {
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
		found := 0
		for _, alphabet := range alphabets {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(alphabet, r) }) {
				found++
			}
		}
		if found > 1 {
			return true
		}
	}
	return false
}

// joins is about what makes one character of several and is not seen itself: the joiners, which emoji and some
// scripts need, and the selectors of variants.
func joins(r rune) bool { return r == '\u200c' || r == '\u200d' || r >= '\ufe00' && r <= '\ufe0f' }

// unseen is about what takes no room, or nothing but room, and so would let two names look the same.
func unseen(r rune) bool {
	const blank = '\u2800' // of Braille
	ignored := unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
	return r == blank || ignored && !joins(r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
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
