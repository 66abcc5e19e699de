package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Runes that make several characters one emoji (Unicode Technical Standard #51).
const (
	emojiJoiner    = '\u200d'
	emojiVariation = '\ufe0f'
	emojiKeycap    = '\u20e3'
)

// maxEmoji is longer than any emoji in use, in bytes.
const maxEmoji = 64

// checkEmoji accepts what looks like one emoji. Which emojis there are is left to fonts.
func checkEmoji(emoji string) error {
	if len(emoji) <= maxEmoji && utf8.ValidString(emoji) && isEmoji([]rune(emoji)) {
		return nil
	}
	return invalid("emoji", "A reaction is one emoji.")
}

// isEmoji says whether the text is one emoji, or several with joiners between them.
func isEmoji(text []rune) bool {
	n := emojiLength(text)
	switch {
	case n == 0:
		return false
	case n == len(text):
		return true
	}
	return text[n] == emojiJoiner && isEmoji(text[n+1:])
}

// emojiLength is the length of the one emoji that the text begins with, 0 without one.
func emojiLength(text []rune) int {
	at := func(i int) rune {
		if i < len(text) {
			return text[i]
		}
		return 0
	}
	n := 1
	switch first := at(0); {
	case isFlagLetter(first) && isFlagLetter(at(1)):
		return 2
	case strings.ContainsRune("0123456789#*", first):
		if at(n) == emojiVariation {
			n++
		}
		if at(n) != emojiKeycap {
			return 0
		}
		return n + 1
	case !isPictograph(first):
		return 0
	}
	if at(n) == emojiVariation {
		n++
	}
	if isSkinTone(at(n)) {
		n++
	}
	for at(n) >= 0xe0020 && at(n) <= 0xe007f { // tags, of the flags of regions
		n++
	}
	return n
}

// isPictograph knows more than there are: those of a later Unicode, too.
func isPictograph(r rune) bool {
	switch {
	case isFlagLetter(r) || isSkinTone(r) || r == utf8.RuneError:
		return false
	case r >= 0x1f000 && r <= 0x1faff || strings.ContainsRune("©®‼⁉ℹ〰〽", r):
		return true
	}
	return r >= 0x2100 && unicode.In(r, unicode.So, unicode.Sm)
}

func isFlagLetter(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

func isSkinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }
