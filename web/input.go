package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
)

// input is what a request's body says, field by field: a form's or a JSON object's. All of it is valid
// UTF-8 without NUL. Several values of a field (a JSON list) stand on lines of their own.
type input map[string]string

// list is the field's values.
func (in input) list(field string) []string {
	return strings.FieldsFunc(in[field], func(r rune) bool { return r == '\n' || r == '\r' })
}

// on reads a field that is on or off; the empty text is on.
func (in input) on(field string) (bool, error) {
	switch in[field] {
	case "", "on", "true", "1":
		return true, nil
	case "off", "false", "0":
		return false, nil
	}
	return false, invalid(field, "This must be on or off.")
}

// flag is true for true, on and 1.
func (in input) flag(field string) bool {
	switch in[field] {
	case "true", "on", "1":
		return true
	}
	return false
}

// number is the field as a number.
func (in input) number(field string) (int64, error) {
	n, err := strconv.ParseInt(in[field], 10, 64)
	if err != nil {
		return 0, invalid(field, "This must be a number.")
	}
	return n, nil
}

func invalid(field, message string) error {
	return &chat.Error{Kind: chat.Invalid, Field: field, Message: message}
}

// readInput reads a body: a form of either kind, JSON, or nothing.
func readInput(c echo.Context) (input, error) {
	r := c.Request()
	var in input
	var err error
	switch {
	case hasForm(r):
		in, err = formInput(r)
	case hasJSON(r):
		in, err = jsonInput(r)
	case r.ContentLength == 0:
		return input{}, nil
	default:
		return nil, echo.ErrUnsupportedMediaType
	}
	if err != nil {
		return nil, err
	}
	for field, value := range in {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return nil, invalid(strings.ToValidUTF8(field, "�"), "This is not valid text (UTF-8 without NUL).")
		}
	}
	return in, nil
}

func mediaType(r *http.Request) string {
	t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return t
}

func hasJSON(r *http.Request) bool { return mediaType(r) == "application/json" }

func hasForm(r *http.Request) bool {
	t := mediaType(r)
	return t == "application/x-www-form-urlencoded" || t == "multipart/form-data"
}

// parseForm fills r.PostForm from a form of either kind.
func parseForm(r *http.Request) error {
	parse := r.ParseForm
	if mediaType(r) == "multipart/form-data" {
		parse = func() error { return r.ParseMultipartForm(maxBody) }
	}
	if err := parse(); err != nil {
		return badBody(err, "This form cannot be read.")
	}
	return nil
}

func formInput(r *http.Request) (input, error) {
	if err := parseForm(r); err != nil {
		return nil, err
	}
	in := input{}
	for field, values := range r.PostForm {
		in[field] = strings.Join(values, "\n")
	}
	return in, nil
}

func jsonInput(r *http.Request) (input, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, badBody(err, "")
	}
	if !utf8.Valid(text) {
		return nil, invalid("", "The JSON is not valid UTF-8.")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, invalid("", "The body must be one JSON object.")
	}
	in := input{}
	for field, value := range object {
		if in[field], err = jsonText(field, value); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// jsonText is the text of a JSON value, or of each of a list's on a line of its own.
func jsonText(field string, value json.RawMessage) (string, error) {
	switch value[0] {
	case 'n': // null
		return "", nil
	case '"':
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return "", invalid(field, "This is not valid JSON.")
		}
		return s, nil
	case '[':
		var texts []string
		if err := json.Unmarshal(value, &texts); err != nil {
			return "", invalid(field, "This must be a list of texts.")
		}
		return strings.Join(texts, "\n"), nil
	case '{':
		return "", invalid(field, "This must be a text, a number, true or false.")
	}
	return string(value), nil
}

// badBody says what went wrong while a body was read.
func badBody(err error, message string) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return echo.NewHTTPError(http.StatusRequestTimeout).SetInternal(err)
	}
	if message == "" || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "The request ended before it was complete."
	}
	return &chat.Error{Kind: chat.Invalid, Message: message, Err: err}
}
