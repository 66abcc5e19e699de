package view

import (
	"strings"
	"testing"
)

func TestLinksAreFound(t *testing.T) {
	for text, want := range map[string]string{
		"http://example.org":                          "http://example.org",
		"see https://example.org/a?b=c&d=e#f now":     "https://example.org/a?b=c&d=e#f",
		"HTTPS://Example.org":                         "HTTPS://Example.org",
		"(https://example.org/a)":                     "https://example.org/a",
		"https://en.wikipedia.org/wiki/Go_(game)":     "https://en.wikipedia.org/wiki/Go_(game)",
		"(https://en.wikipedia.org/wiki/Go_(game)).":  "https://en.wikipedia.org/wiki/Go_(game)",
		"[https://example.org/a]":                     "https://example.org/a",
		"https://[::1]:8080/a":                        "https://[::1]:8080/a",
		"Really, https://example.org/?!":              "https://example.org/",
		"<https://example.org>":                       "https://example.org",
		`"https://example.org"onmouseover="alert(1)"`: "https://example.org",
		"https://example.org\nhttp://b.example":       "https://example.org http://b.example",
		"https://münchen.example/straße":              "https://münchen.example/straße",
		"https://example.org/\u202eevil":              "https://example.org/",
		"https://example.org…":                        "https://example.org",
		"https://b.example,https://c.example":         "https://b.example,https://c.example",
		"javascript:alert(1)":                         "",
		"javascript://example.org/%0Aalert(1)":        "",
		"data:text/html,<script>":                     "",
		"ftp://example.org":                           "",
		"xhttp://example.org":                         "",
		"1https://example.org":                        "",
		"https://":                                    "",
		"https:///path":                               "",
		"https://bank.example@evil.example/":          "",
		"http://user:word@example.org":                "",
		"https://exa mple":                            "https://exa",
		"https://example.org:port":                    "",
		"https://example.org/%zz":                     "",
		"www.example.org":                             "",
		"":                                            "",
	} {
		var links []string
		for _, p := range parts(text) {
			if p.Link != "" {
				links = append(links, p.Link)
			}
		}
		if got := strings.Join(links, " "); got != want {
			t.Errorf("%q: links %q, want %q", text, got, want)
		}
	}
}

func FuzzPartsKeepTheText(f *testing.F) {
	f.Add("a https://example.org/(b). c\n\x00\xff")
	f.Add("https://https://x")
	f.Fuzz(func(t *testing.T, text string) {
		var joined strings.Builder
		for _, p := range parts(text) {
			joined.WriteString(p.Text)
			if p.Link != "" && !hasScheme(p.Link) {
				t.Errorf("%q is a link", p.Link)
			}
		}
		if joined.String() != text {
			t.Errorf("%q became %q", text, joined.String())
		}
	})
}

func TestEmojiOnlyMessagesAreTold(t *testing.T) {
	for text, want := range map[string]bool{
		"👍": true, " 👍🏽 🎉 ": true, "👩‍👩‍👧": true, "🇩🇪": true, "❤️": true, "1️⃣": true, "☀": true,
		"": false, " ": false, "1": false, "ok 👍": false, "→": false, "\u200d": false,
		strings.Repeat("👍", 25): false,
	} {
		if got := emojiOnly(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
