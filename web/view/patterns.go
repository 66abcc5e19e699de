package view

import (
	"strconv"
	"strings"
)

// PatternsPage is the gallery's list: every way of using streams that there is to watch.
type PatternsPage struct {
	Frame
	Patterns []Pattern // those of one group stand together
}

// PatternPage is one pattern. Base is this server's own address, such as https://chat.example, for the
// commands. Problem is about a field of one of the forms.
type PatternPage struct {
	Frame
	Pattern Pattern
	All     []Pattern
	Problem Problem
	Base    string
}

// Pattern is a way of using streams, as its page shows it.
type Pattern struct {
	Name, Title string   // "count" in addresses, "Finite stream from an iterator" for people
	Group       string   // under which heading it is listed, such as "Answering a request"
	Lead        string   // a sentence: what it is for
	Watch       []string // short sentences: what to look for when it runs
	Stream      string   // the address that Start opens, with its query; "" if there is nothing to open
	Streams     int      // how many are opened at once; 0 is one
	Names       []string // of events to listen for besides message, ping, end and bye
	Forms       []PatternForm
	Commands    []string // shell lines in which {base} and {token} are filled in, or left to the reader
	Source      []PatternSource
}

// PatternForm is something to be sent: a plain form, which a script sends without leaving the page. It
// is answered 303 to the page, 204 to a script, and 422 with the field that is wrong.
type PatternForm struct {
	Title, Action, Button string
	Fields                []PatternField
}

// PatternField is a line of text, or several of them if it is Long. None is required: what may not be
// empty is for the server to say.
type PatternField struct {
	Name, Label, Value, Hint string
	Long                     bool
}

// PatternSource is a file that runs here, named from the root of the repository.
type PatternSource struct {
	Name, Text string
}

type patternGroup struct {
	Name     string
	Patterns []Pattern
}

func (v PatternsPage) groups() (groups []patternGroup) {
	for _, p := range v.Patterns {
		if n := len(groups); n == 0 || groups[n-1].Name != p.Group {
			groups = append(groups, patternGroup{Name: p.Group})
		}
		last := &groups[len(groups)-1]
		last.Patterns = append(last.Patterns, p)
	}
	return groups
}

// neighbour is the pattern so many places after this one, or the zero Pattern.
func (v PatternPage) neighbour(places int) Pattern {
	for i, p := range v.All {
		if at := i + places; p.Name == v.Pattern.Name && at >= 0 && at < len(v.All) {
			return v.All[at]
		}
	}
	return Pattern{}
}

// fields are the names of all fields of the page: a problem with any other stands above the forms.
func (v PatternPage) fields() (names []string) {
	for _, form := range v.Pattern.Forms {
		for _, f := range form.Fields {
			names = append(names, f.Name)
		}
	}
	return names
}

const tokenPlaceholder = "YOUR_TOKEN"

// command fills in what is known here. A token is known to its owner only.
func (v PatternPage) command(line string) string {
	return strings.NewReplacer("{base}", v.Base, "{token}", tokenPlaceholder).Replace(line)
}

func (v PatternPage) wantsToken() bool {
	return strings.Contains(strings.Join(v.Pattern.Commands, "\n"), "{token}")
}

func patternPath(p Pattern) string { return "/patterns/" + p.Name }

func (p Pattern) streams() string { return strconv.Itoa(max(1, p.Streams)) }

// fieldID tells fields of the same name in several forms apart.
func fieldID(form int, f PatternField) string { return "form-" + strconv.Itoa(form+1) + "-" + f.Name }

func (f PatternField) describedBy(id string) string {
	if f.Hint == "" {
		return id + "-problem"
	}
	return id + "-hint " + id + "-problem"
}

// lines are the file for display: Go in colours, anything else as it is.
func (s PatternSource) lines() [][]sourceToken {
	text := strings.TrimSuffix(s.Text, "\n")
	if strings.HasSuffix(s.Name, ".go") {
		return goLines(text)
	}
	lines := sourceLines{{}}
	lines.add("", text)
	return lines
}
