package webtest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Password is everybody's.
const Password = "correct horse battery"

// Person is somebody with a session, which their browser and their programs share.
type Person struct {
	ID    string
	Name  string // now
	Token string // of the session: a cookie's value, or a bearer token; "" of somebody at the door
}

// request is what is sent to a route.
type request struct {
	ids    []string // that fill the parameters of its path, in order
	fields url.Values
	file   []byte // a picture, sent as a browser's form does
	by     *Person
	plain  bool         // a form's answer would not say whether it was done: it is sent as a program does
	then   func(answer) // after it was done
}

// with is a request with fields: name, value, name, value, …
func with(fields ...string) request {
	r := request{fields: url.Values{}}
	for i := 0; i < len(fields); i += 2 {
		r.fields.Add(fields[i], fields[i+1])
	}
	return r
}

// to has the request sent to something, by its ids.
func (r request) to(ids ...string) request {
	r.ids = ids
	return r
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// done says whether what was asked for has been done: being led to the login page is no success.
func (a answer) done() bool {
	return a.status < http.StatusBadRequest && !strings.HasPrefix(a.header.Get("Location"), "/login")
}

// json reads what a program was answered.
func (a answer) json(l *Life, into any) {
	l.t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		l.t.Fatalf("%v in the answer %s", err, a.body)
	}
}

// room is the id of the room that the answer tells of or leads to.
func (a answer) room() string {
	if to := a.header.Get("Location"); to != "" {
		return path.Base(to)
	}
	var room struct{ ID string }
	_ = json.Unmarshal(a.body, &room) // else there is none
	return room.ID
}

// ask sends a request, as a program or as a page without scripts.
func (l *Life) ask(who *Person, route string, r request) answer {
	l.t.Helper()
	method, path, _ := strings.Cut(route, " ")
	path = fill(path, r.ids)
	switch {
	case r.file != nil:
		body, kind := picture(r.file)
		return l.send(who, method, path, kind, body)
	case r.plain || l.rng.IntN(2) == 0:
		return l.send(who, method, path, "application/json", asJSON(r.fields))
	case method != http.MethodPost:
		r.fields.Set("_method", method)
	}
	return l.send(who, http.MethodPost, path, "application/x-www-form-urlencoded", r.fields.Encode())
}

// fill puts ids in place of the parameters of a path.
func fill(path string, ids []string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") && len(ids) > 0 {
			parts[i], ids = ids[0], ids[1:]
		}
	}
	return strings.Join(parts, "/")
}

// asJSON writes fields of one value as texts, and others as lists.
func asJSON(fields url.Values) string {
	object := map[string]any{}
	for field, values := range fields {
		if object[field] = values; len(values) == 1 {
			object[field] = values[0]
		}
	}
	text, _ := json.Marshal(object) // texts
	return string(text)
}

func picture(file []byte) (body, kind string) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("picture", "me.png") // a buffer takes everything
	_, _ = part.Write(file)
	_ = form.Close()
	return b.String(), form.FormDataContentType()
}

// send sends JSON with a token, and forms with a cookie.
func (l *Life) send(who *Person, method, path, kind, body string) answer {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	program := kind == "application/json"
	if program {
		r.Header.Set("Accept", kind)
	} else {
		r.Header.Set("Accept", "text/html")
	}
	switch {
	case who.Token == "":
	case program:
		r.Header.Set("Authorization", "Bearer "+who.Token)
	default:
		r.AddCookie(&http.Cookie{Name: "chat_session", Value: who.Token})
	}
	res, err := l.client.Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, text}
}

// read asks for JSON, and says whether it was given.
func (l *Life) read(who *Person, path string, into any) bool {
	l.t.Helper()
	a := l.send(who, http.MethodGet, path, "application/json", "")
	return a.status == http.StatusOK && json.Unmarshal(a.body, into) == nil
}

// signUp makes an account.
func (l *Life) signUp(name string) *Person {
	l.t.Helper()
	a := l.ask(&Person{}, "POST /signup", with("name", name, "password", Password))
	if !a.done() {
		l.t.Fatalf("POST /signup answers %d: %s", a.status, a.body)
	}
	return l.entered(name, a)
}

// entered is who was let in.
func (l *Life) entered(name string, a answer) *Person {
	l.t.Helper()
	p := &Person{Name: name}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.Name == "chat_session" {
			p.Token = cookie.Value
		}
	}
	if !l.read(p, "/me", p) || p.ID == "" {
		l.t.Fatalf("%s is not known after signing up", name)
	}
	return p
}
