// Package view is what people see: templ components, each of which takes one view value. Their HTML
// does not depend on who looks at a message, so that it is rendered once for everybody; what differs
// per viewer (mine, grouping, local time) is the page's own work (web/static/js).
//
// Every form works without JavaScript. Every attribute that a script or a test relies on is an id or a
// data- attribute; class names belong to the style sheets.
package view

import (
	"errors"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"example.com/chat/internal/chat"
)

// AssetPrefix is where the static files are served. The server sets it once, before it answers.
var AssetPrefix = "/static"

// Asset is the address of a static file, such as css/base.css.
func Asset(name string) string { return AssetPrefix + "/" + name }

// Problem is why a form was refused: the sentence for the person, and the input it is about. The zero
// Problem is none.
type Problem struct {
	Field, Message string
}

// ProblemOf is the problem that err tells a person; the zero Problem if it tells them nothing.
func ProblemOf(err error) Problem {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return Problem{e.Field, e.Message}
	}
	return Problem{}
}

// on is the message if the problem is about the field, else "".
func (p Problem) on(field string) string {
	if p.Field == field {
		return p.Message
	}
	return ""
}

// beside is the message if the problem is about none of the fields that the page shows.
func (p Problem) beside(fields ...string) string {
	for _, f := range fields {
		if p.Field == f {
			return ""
		}
	}
	return p.Message
}

// stylesheets in the order in which their layers are declared.
var stylesheets = []string{"base", "layout", "form", "person", "sidebar", "room", "member", "message", "tool", "reaction", "composer", "since", "popup", "dialog", "status", "page", "people", "notifications", "switcher", "patterns", "live", "source", "inspector"}

// words puts ids into one attribute.
func words[T ~string](ids []T) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(id))
	}
	return b.String()
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// stamp is a time for machines.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// clock and date are for people without JavaScript; others see their local time.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04 UTC")
}

func date(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// initial is the first letter of a name, for the round mark beside a message.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "•"
}

// hues is the number of colours in message.css.
const hues = 8

// hue is the colour of somebody's mark: always the same for the same person.
func hue(id chat.UserID) string {
	h := fnv.New32a()
	h.Write([]byte(id))
	return strconv.FormatUint(uint64(h.Sum32()%hues), 10)
}

func roomPath(id chat.RoomID, rest string) string { return "/rooms/" + string(id) + rest }

func avatarPath(id chat.AvatarID) string { return "/avatars/" + string(id) }

func messagePath(id chat.MessageID) string { return "/messages/" + string(id) }

// browserName makes what a browser calls itself readable; a token's label is its own.
func browserName(s chat.Session) string {
	if s.Kind == chat.TokenSession {
		return s.Label
	}
	return pick(s.Label, browsers, "A browser") + pick(s.Label, systems, "")
}

// The order counts: most browsers claim to be several.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems  = [][2]string{{"Android", " on Android"}, {"iPhone", " on iPhone"}, {"iPad", " on iPad"}, {"Mac OS X", " on macOS"}, {"Windows", " on Windows"}, {"Linux", " on Linux"}}
)

func pick(label string, names [][2]string, otherwise string) string {
	for _, n := range names {
		if strings.Contains(label, n[0]) {
			return n[1]
		}
	}
	return otherwise
}

// doorPath leads to the login or sign-up page and keeps where to go on to.
func doorPath(path, next string) string {
	if next == "" || next == "/" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

func (p Problem) any() bool { return p != Problem{} }
