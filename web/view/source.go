package view

import (
	"go/scanner"
	"go/token"
	"strings"
)

// sourceToken is a piece of a line of source, its line break included. Its kind is comment, keyword, string, number, or "".
type sourceToken struct {
	Kind, Text string
}

// goLines takes Go source apart for colouring. Its text put together again is the source.
func goLines(source string) [][]sourceToken {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, []byte(source), nil, scanner.ScanComments)
	lines := sourceLines{{}}
	for end := 0; ; {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			lines.add("", source[end:])
			return lines
		}
		kind := tokenKind(tok)
		if kind == "" {
			continue // it comes with what is before the next one
		}
		if literal == "" {
			literal = tok.String()
		}
		start := file.Offset(pos)
		lines.add("", source[end:start])
		end = min(start+len(literal), len(source))
		lines.add(kind, source[start:end])
	}
}

func tokenKind(tok token.Token) string {
	switch {
	case tok == token.COMMENT:
		return "comment"
	case tok == token.STRING, tok == token.CHAR:
		return "string"
	case tok.IsKeyword():
		return "keyword"
	case tok.IsLiteral() && tok != token.IDENT:
		return "number"
	}
	return ""
}

type sourceLines [][]sourceToken

// add begins a new line after every line break, which belongs to the line that it ends.
func (l *sourceLines) add(kind, text string) {
	for part := range strings.Lines(text) {
		last := &(*l)[len(*l)-1]
		*last = append(*last, sourceToken{kind, part})
		if strings.HasSuffix(part, "\n") {
			*l = append(*l, nil)
		}
	}
}
