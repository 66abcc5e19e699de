package web

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/presence"
	"example.com/chat/internal/sqlite"
	"example.com/chat/internal/sse"
)

// site is the whole application behind its real middleware, on SQLite in memory.
type site struct {
	*httptest.Server
	t     *testing.T
	chat  *chat.Chat
	store chat.Store
	feed  *chat.Feed
	log   *syncBuffer
}

// newSite starts a site, its limits lifted unless change puts them back.
func newSite(t *testing.T, change ...func(*Config)) *site {
	t.Helper()
	return newSiteWith(t, chat.Config{}, change...)
}

// newSiteWith starts a site of an installation that has decided something.
func newSiteWith(t *testing.T, decided chat.Config, change ...func(*Config)) *site {
	t.Helper()
	store, err := sqlite.Open(t.Context(), ":memory:")
	return newSiteOn(t, closing(t, store, err), nil, decided, change...)
}

// newSiteOn starts a site on a store. The engines beside its own are told of everything, too.
func newSiteOn(t *testing.T, store chat.Store, beside []*sse.Engine, decided chat.Config, change ...func(*Config)) *site {
	t.Helper()
	logged := &syncBuffer{}
	log := slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cursors := testCursors()
	broadcast := NewBroadcast(store, cursors, decided.Receipts)
	engine := sse.New(sse.Config{Replay: broadcast.Replay, Cursor: broadcast.Cursor, Control: broadcast.Control, Whole: Whole, Report: Report, Log: log})
	people := NewPresence(engine, presence.Config{Bus: sse.NewLocal(), Server: "test"})
	engines := append(beside, engine)
	feed := chat.NewFeed(store, func(e chat.Event) {
		for _, engine := range engines {
			engine.Append(broadcast.Entry(e))
		}
		if e.Kind == chat.UserJoined || e.Kind == chat.UserLeft {
			people.Moved(string(e.UserID))
		}
	}, func(p chat.Position) {
		for _, engine := range engines {
			engine.Reset(sse.Position(p))
		}
	}, log)
	writer := chat.NewWriter(store, feed.Committed, log)
	cfg := Config{Chat: chat.New(store, writer, decided), Cursors: cursors, Engine: engine, Presence: people, Log: log}
	for _, f := range change {
		f(&cfg)
	}

	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { writer.Run(ctx) })
	running.Go(func() { feed.Run(ctx) })
	running.Go(func() { _ = people.Run(ctx) })
	server := httptest.NewServer(New(cfg).Handler())
	t.Cleanup(func() {
		server.Close()
		stop()
		running.Wait()
	})
	return &site{server, t, cfg.Chat, store, feed, logged}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// testCursors are the same on every site.
func testCursors() *chat.Cursors { return chat.NewCursors(make([]byte, 16)) }

// syncBuffer is a log that a test may read while it is written.
type syncBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// person is somebody with a browser that keeps cookies and does not follow redirects by itself, and with
// a token for their programs.
type person struct {
	*site
	id     chat.UserID
	name   string
	token  string
	client *http.Client
}

const password = "correct horse battery"

// signUp makes an account through the domain, and gives its browser the cookie.
func (s *site) signUp(name string) *person {
	s.t.Helper()
	return s.signUpWith(name, "")
}

// signUpWith does it with the secret of an invitation.
func (s *site) signUpWith(name, invitation string) *person {
	s.t.Helper()
	entry, err := s.chat.SignUp(s.t.Context(), name, password, "test", invitation)
	if err != nil {
		s.t.Fatal(err)
	}
	p := s.stranger()
	p.id, p.name, p.token = entry.User.ID, name, entry.Secret
	base, _ := url.Parse(s.URL)
	p.client.Jar.SetCookies(base, []*http.Cookie{{Name: "chat_session", Value: entry.Secret}})
	return p
}

// stranger is a browser without a session.
func (s *site) stranger() *person {
	jar, _ := cookiejar.New(nil)
	client := &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &person{site: s, client: client}
}

// room makes a room with the domain.
func (p *person) room(name string, private bool) chat.RoomID {
	p.t.Helper()
	room, err := p.chat.CreateRoom(p.t.Context(), p.id, name, private)
	if err != nil {
		p.t.Fatal(err)
	}
	return room.ID
}

// says posts with the domain.
func (p *person) says(room chat.RoomID, body string) chat.Message {
	p.t.Helper()
	m, _, err := p.chat.Post(p.t.Context(), p.id, room, chat.Draft{Body: body})
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// get asks for a page as a browser does.
func (p *person) get(path string) answer {
	p.t.Helper()
	return p.do("GET", path, "", "Accept", "text/html")
}

// submit sends a form as a browser does; fields are name, value, name, value, …
func (p *person) submit(path string, fields ...string) answer {
	p.t.Helper()
	return p.do("POST", path, form(fields...), "Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded")
}

func form(fields ...string) string {
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Add(fields[i], fields[i+1])
	}
	return values.Encode()
}

// call asks as a program does: JSON, a bearer token, no cookies.
func (p *person) call(method, path, body string) answer {
	p.t.Helper()
	program := *p
	program.client = &http.Client{CheckRedirect: p.client.CheckRedirect}
	headers := []string{"Accept", "application/json"}
	if p.token != "" {
		headers = append(headers, "Authorization", "Bearer "+p.token)
	}
	if body != "" {
		headers = append(headers, "Content-Type", "application/json")
	}
	return program.do(method, path, body, headers...)
}

// do sends any request; headers are name, value, name, value, …
func (p *person) do(method, path, body string, headers ...string) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.URL+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

// want checks the status, and what the body contains.
func (a answer) want(t *testing.T, status int, contains ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d\n%v\n%s", a.status, status, a.header, a.body)
	}
	for _, text := range contains {
		if !strings.Contains(a.body, text) {
			t.Errorf("the answer does not contain %q:\n%s", text, a.body)
		}
	}
	return a
}

// lacks checks what the body must not contain.
func (a answer) lacks(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the answer contains %q:\n%s", text, a.body)
		}
	}
	return a
}

// leadsTo checks that a form succeeded and where it leads.
func (a answer) leadsTo(t *testing.T, location string) answer {
	t.Helper()
	a.want(t, http.StatusSeeOther)
	if got := a.header.Get("Location"); got != location {
		t.Errorf("leads to %q, want %q", got, location)
	}
	return a
}

// json reads the body into v.
func (a answer) json(t *testing.T, v any) {
	t.Helper()
	if !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		t.Fatalf("Content-Type %q", a.header.Get("Content-Type"))
	}
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("%v\n%s", err, a.body)
	}
}

// fails checks a program's error.
func (a answer) fails(t *testing.T, status int, kind chat.ErrorKind, field string) {
	t.Helper()
	a.want(t, status)
	var e jsonError
	a.json(t, &e)
	if e.Error.Kind != kind || e.Error.Field != field || e.Error.Message == "" {
		t.Errorf("got %+v, want kind %q and field %q", e.Error, kind, field)
	}
}

func withPublicURL(t *testing.T, text string) func(*Config) {
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *Config) { c.PublicURL = u }
}
