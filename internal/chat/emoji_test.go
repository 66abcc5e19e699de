package chat

import (
	"strings"
	"testing"
)

func TestAReactionIsOneEmoji(t *testing.T) {
	for _, emoji := range strings.Fields(`
		👍 👍🏽 ❤️ ❤ ✅ ☑️ ™ ™️ ©️ ®️ ℹ️ ‼️ ⁉️ 〰️ 〽️ ㊗️ ↔️ ⤴️ ➡️ ◾ ⬛ ☝🏿 ☝️ 🀄 🃏 Ⓜ️ 🅰️ 🈁 🫠 🫨
		👩‍👩‍👧‍👦 👩🏽‍❤️‍💋‍👨🏿 🧑🏽‍🚀 🏳️‍🌈 🏳️‍⚧️ 🏴‍☠️ ❤️‍🔥 🐻‍❄️ 👁️‍🗨️ 🇩🇪 🇺🇳 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 0⃣ #️⃣ *️⃣ 🔟 💯`) {
		if err := checkEmoji(emoji); err != nil {
			t.Errorf("%s (%+q) was refused: %v", emoji, emoji, err)
		}
	}
	for what, text := range map[string]string{
		"nothing": "", "a letter": "a", "a word": "ok", "a digit": "1", "a keycap of two": "12️⃣", "a hash": "#", "a space": " ", "a space after": "👍 ",
		"two": "👍👍", "one and a letter": "👍a", "a letter and one": "a👍", "a mark": "!", "an operator": "+", "markup": "<b>", "less than": "<",
		"a joiner": "\u200d", "a joiner at the end": "👍\u200d", "a joiner before": "\u200d👍", "two joiners": "👩\u200d\u200d👩", "a variation": "\ufe0f",
		"a keycap alone": "\u20e3", "a tone alone": "🏽", "two tones": "👍🏽🏽", "half a flag": "🇩", "a flag and a half": "🇩🇪🇩", "tags alone": "\U000e0067\U000e007f",
		"zalgo": "Z̸̢̛͎̫a̵l̴g̷o", "an emoji with marks": "👍\u0301\u0302", "not UTF-8": "\xf0\x9f\x91", "what replaces that": "\ufffd", "NUL": "\x00", "👍 with NUL": "👍\x00",
		"right to left": "\u202e👍", "two kilobytes": strings.Repeat("👍", 512), "a family of two kilobytes": strings.TrimSuffix(strings.Repeat("👩\u200d", 300), "\u200d"),
		"tags without end": "🏴" + strings.Repeat("\U000e0067", 500), "a Chinese character": "中", "a line break": "👍\n", "a degree": "°",
	} {
		if err := checkEmoji(text); KindOf(err) != Invalid {
			t.Errorf("%s (%+q) was accepted: %v", what, text, err)
		}
	}
}

func FuzzEmoji(f *testing.F) {
	for _, emoji := range []string{"👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣", "", "\u200d", "a"} {
		f.Add(emoji)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if checkEmoji(text) == nil && (len(text) == 0 || len(text) > maxEmoji || strings.ContainsAny(text, " \n\x00<>&\"'abc")) {
			t.Errorf("%q was accepted", text)
		}
	})
}
