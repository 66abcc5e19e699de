package web

import (
	_ "embed" // for cors.go
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
	"example.com/chat/web/patterns"
	"example.com/chat/web/view"
)

// GET /patterns: the gallery of the stream engine's patterns.
func (s *Server) listPatterns(c echo.Context, v visitor) error {
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
	if err != nil {
		return err
	}
	return showHTML(c, http.StatusOK, view.Patterns(view.PatternsPage{
		Frame: s.frame(page), Patterns: catalogue,
	}))
}

// GET /patterns/:name: a pattern, live.
func (s *Server) showPattern(c echo.Context, v visitor) error {
	pattern, err := findPattern(c.Param("name"))
	if err != nil {
		return err
	}
	return s.patternPage(c, v, pattern, nil)
}

func (s *Server) patternPage(c echo.Context, v visitor, pattern view.Pattern, problem error) error {
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
	if err != nil {
		return err
	}
	return showHTML(c, formStatus(c, problem), view.ShowPattern(view.PatternPage{
		Frame:   s.frame(page),
		Pattern: pattern, All: catalogue, Problem: view.ProblemOf(problem), Base: s.base(c.Request()),
	}))
}

// findPattern is the pattern of a page, with the source that runs.
func findPattern(name string) (view.Pattern, error) {
	for _, p := range catalogue {
		if p.Name != name {
			continue
		}
		for _, file := range sources[name] {
			source, err := readSource(file)
			if err != nil {
				return p, err
			}
			p.Source = append(p.Source, source)
		}
		return p, nil
	}
	return view.Pattern{}, chat.ErrNotFound
}

//go:embed cors.go
var corsSource string

// readSource reads a file as it was compiled in.
func readSource(file string) (view.PatternSource, error) {
	switch {
	case file == "cors.go":
		return view.PatternSource{Name: "web/cors.go", Text: corsSource}, nil
	case strings.HasPrefix(file, "js/"):
		text, err := embedded.ReadFile("static/" + file)
		return view.PatternSource{Name: "web/static/" + file, Text: string(text)}, err
	}
	text, err := patterns.Source(file)
	return view.PatternSource{Name: "web/patterns/" + file, Text: text}, err
}

// typed puts into the form of an action what somebody has typed, so that it is not lost.
func typed(p view.Pattern, action string, in input) view.Pattern {
	p.Forms = slices.Clone(p.Forms)
	for i, form := range p.Forms {
		if form.Action != "/patterns/"+action {
			continue
		}
		fields := slices.Clone(form.Fields)
		for j, field := range fields {
			if text, ok := in[field.Name]; ok {
				fields[j].Value = text
			}
		}
		p.Forms[i].Fields = fields
	}
	return p
}

// base is how this installation is reached, as far as the request tells.
func (s *Server) base(r *http.Request) string {
	switch {
	case s.PublicURL != nil:
		return s.PublicURL.String()
	case s.isTLS(r):
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// GET /patterns/:name/events: the pattern's stream.
func (s *Server) patternEvents(c echo.Context) error {
	v, err := s.visitor(c)
	if err != nil {
		return err
	}
	return s.gallery.Serve(c.Param("name"), patterns.Visit{
		Writer: responseOf(c), Request: c.Request(), User: v.ID,
		Open: func(keys ...sse.StreamKey) (*sse.Stream, error) {
			return s.openStream(c, func(o chat.Opening) sse.Opening {
				return s.detachedFor(c, o, keys...)
			})
		},
	})
}

// POST /patterns/:name, /patterns/:name/:action: what a pattern's forms send.
func (s *Server) sendPattern(c echo.Context, v visitor) error {
	name := c.Param("name")
	action := name
	if a := c.Param("action"); a != "" {
		action += "/" + a
	}
	in, err := readInput(c)
	if err != nil {
		return err
	}
	if err := s.limits.posts.take(string(v.ID)); err != nil {
		return err
	}
	err = s.gallery.Send(c.Request().Context(), action, patterns.Input{User: v.ID, Fields: in})
	switch {
	case err == nil:
		return done(c, "/patterns/"+name)
	case chat.KindOf(err) == chat.Invalid && !wantsJSON(c):
		pattern, missing := findPattern(name)
		if missing != nil {
			return missing
		}
		return s.patternPage(c, v, typed(pattern, action, in), err)
	case chat.KindOf(err) == "":
		return halfHeard(err)
	}
	return err
}
