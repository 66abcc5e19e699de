package view

import (
	"html"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestColouredSourceIsStillTheSource(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	sources := []string{"", "\n", "a\n\nb", "x := `raw\r\n` // \r", "not \" Go '", "/* open", "'\x00"}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") {
			text, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, string(text))
		}
	}
	for _, source := range sources {
		if got := joined(goLines(source)); got != source {
			t.Errorf("%.60q became %.60q", source, got)
		}
	}
}

func joined(lines [][]sourceToken) string {
	var text strings.Builder
	for _, token := range slices.Concat(lines...) {
		text.WriteString(token.Text)
	}
	return text.String()
}

// The component must not add or lose white space either.
func TestSourceIsShownAsItIs(t *testing.T) {
	const source = "package a\n\nfunc f() {\n\treturn \"<b>\" + `x\n  y` // & so on\n}"
	got := html.UnescapeString(regexp.MustCompile("<[^>]*>").ReplaceAllString(render(t, code(PatternSource{"a.go", source + "\n"})), ""))
	if got != source+"\n" {
		t.Errorf("got %q", got)
	}
}

func TestSourceIsTakenApartByKindsLineByLine(t *testing.T) {
	lines := goLines("func f() int { // two\n\treturn `a\nb` + 12\n}")
	want := [][]sourceToken{
		{{"keyword", "func"}, {"", " f() int { "}, {"comment", "// two"}, {"", "\n"}},
		{{"", "\t"}, {"keyword", "return"}, {"", " "}, {"string", "`a\n"}},
		{{"string", "b`"}, {"", " + "}, {"number", "12"}, {"", "\n"}},
		{{"", "}"}},
	}
	if !slices.EqualFunc(lines, want, slices.Equal[[]sourceToken]) {
		t.Errorf("got %q, want %q", lines, want)
	}
}
