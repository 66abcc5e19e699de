package view

import (
	"context"
	"io"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// part is a piece of a message's text: a link if Link is set, and then its text is the address as typed.
type part struct {
	Text, Link string
}

// parts cuts a text into plain pieces and links. Joined, their texts are the text. Only http and https
// become links, and only if what follows is an address with a host and without a user name, since
// https://bank.example@evil.example leads elsewhere than it seems.
func parts(text string) []part {
	var found []part
	from := 0
	for at := 0; at < len(text); {
		length := linkLength(text, at)
		if length == 0 {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		if at > from {
			found = append(found, part{Text: text[from:at]})
		}
		link := text[at : at+length]
		found = append(found, part{Text: link, Link: link})
		at += length
		from = at
	}
	if from < len(text) {
		found = append(found, part{Text: text[from:]})
	}
	return found
}

// linkLength is the length of the link that begins at a place of the text; 0 if none does.
func linkLength(text string, at int) int {
	if !hasScheme(text[at:]) {
		return 0
	}
	if before, _ := utf8.DecodeLastRuneInString(text[:at]); unicode.IsLetter(before) || unicode.IsDigit(before) {
		return 0
	}
	end := strings.IndexFunc(text[at:], endsLink)
	if end < 0 {
		end = len(text) - at
	}
	link := trimLink(text[at : at+end])
	u, err := url.Parse(link)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return 0
	}
	return len(link)
}

func hasScheme(text string) bool {
	return hasPrefixFold(text, "http://") || hasPrefixFold(text, "https://")
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// endsLink is about what cannot be within an address: also characters that are not seen.
func endsLink(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) ||
		strings.ContainsRune("<>\"`\\^{}|", r) || r == utf8.RuneError
}

// trimLink drops what belongs to the sentence around an address: punctuation at its end, and a closing
// bracket that was not opened within it.
func trimLink(link string) string {
	for {
		last, size := utf8.DecodeLastRuneInString(link)
		switch {
		case strings.ContainsRune(".,;:!?'*_~…»”’", last):
		case last == ')' && strings.Count(link, ")") > strings.Count(link, "("):
		case last == ']' && strings.Count(link, "]") > strings.Count(link, "["):
		default:
			return link
		}
		link = link[:len(link)-size]
	}
}

// body renders a message's text. It is not a templ file because a message shows every space and every
// line break, and templates add their own.
func body(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, p := range parts(text) {
			if p.Link == "" {
				b.WriteString(templ.EscapeString(p.Text))
				continue
			}
			b.WriteString(`<a href="` + templ.EscapeString(p.Link) + `" target="_blank" rel="noopener noreferrer nofollow">`)
			b.WriteString(templ.EscapeString(p.Text) + `</a>`)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// maxEmoji is how many characters of emoji are still shown large.
const maxEmoji = 24

// emojiOnly says whether a text is a few emoji and nothing else.
func emojiOnly(text string) bool {
	runes := []rune(strings.TrimSpace(text))
	if len(runes) == 0 || len(runes) > maxEmoji {
		return false
	}
	pictures := 0
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case isPicture(r), next == variation && !unicode.IsLetter(r):
			pictures++
		case joinsEmoji(r), r == ' ':
		default:
			return false
		}
	}
	return pictures > 0
}

const variation = '\uFE0F' // asks for the picture of a character that is also a sign

func isPicture(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF
}

// joinsEmoji is about what makes one emoji of several characters.
func joinsEmoji(r rune) bool {
	return r == variation || r == 0x200D || r == 0x20E3 || r >= 0xE0020 && r <= 0xE007F
}
