package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/web/view"
)

func TestHealth(t *testing.T) {
	health := Health{Store: OK, Bus: OK, Feed: OK}
	s := newSite(t, func(c *Config) { c.Health = func(context.Context) Health { return health } })
	s.stranger().do("GET", "/livez", "").want(t, 200, "ok")
	for _, test := range []struct {
		health Health
		status int
		word   string
	}{
		{Health{Store: OK, Bus: OK, Feed: OK}, 200, "ok"},
		{Health{Store: OK, Bus: "unreachable", Feed: OK}, 200, "degraded"},
		{Health{Store: "unreachable", Bus: OK, Feed: OK}, 503, "unavailable"},
		{Health{Store: OK, Bus: OK, Feed: "behind"}, 503, "unavailable"},
		{Health{Store: OK, Bus: OK, Feed: OK, Draining: true}, 503, "draining"},
	} {
		health = test.health
		a := s.stranger().do("GET", "/readyz", "").want(t, test.status)
		var got map[string]string
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatal(err)
		}
		if got["status"] != test.word || got["store"] != health.Store || got["bus"] != health.Bus || got["feed"] != health.Feed || len(got) != 4 {
			t.Errorf("%+v: %v", health, got)
		}
	}
}

func TestTheClientsLeavingIsNobodysTrouble(t *testing.T) {
	s := newSite(t)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, "GET", "/nowhere", nil)
	r.Header.Set("Accept", "text/html")
	s.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
	if log := s.log.String(); !strings.Contains(log, "path=/nowhere") || strings.Contains(log, "level=ERROR") {
		t.Errorf("the log is\n%s", log)
	}
}

func TestMetrics(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.Gauges = []Gauge{{Name: "chat_test", Help: "A test.", Value: func() float64 { return 7 }}}
	})
	s.stranger().get("/rooms/made-up")
	s.stranger().get("/nowhere/made-up")
	s.stranger().do("BREW", "/login", "")
	s.stranger().do("GET", "/metrics", "").want(t, 200, "chat_test 7", "go_goroutines",
		`chat_http_requests_total{method="GET",route="/rooms/:id",status="303"} 1`,
		`chat_http_requests_total{method="any",route="none",status="404"} 1`,
		`chat_http_requests_total{method="any",route="none",status="405"} 1`).
		lacks(t, "made-up", "BREW")
}

func TestTheLogNamesRequestsAndKeepsSecrets(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	a := ada.submit("/rooms/general/messages", "body", "canary body").want(t, 303)
	ada.get("/rooms/general?around=1&cursor=canary-cursor")
	s.stranger().submit("/login", "name", "Ada", "password", "canary password")
	s.stranger().get("/join/canary-invitation")
	log := s.log.String()
	if !strings.Contains(log, a.header.Get("X-Request-Id")) || !strings.Contains(log, "path=/rooms/general/messages status=303") {
		t.Errorf("the request is not in the log:\n%s", log)
	}
	if strings.Contains(log, "canary") || strings.Contains(log, ada.token) {
		t.Errorf("the log tells too much:\n%s", log)
	}
}

// What a fault of the program does: an answer that tells nothing but the request's number, a log that
// tells everything, and if the answer had begun, a connection cut so that it does not seem whole.
func TestAPanicIsAnAnswerAndALogLine(t *testing.T) {
	logged := &syncBuffer{}
	server := New(Config{Log: slog.New(slog.NewTextHandler(logged, nil))})
	server.echo.GET("/panic", func(echo.Context) error { panic("secret state") })
	server.echo.GET("/late", func(c echo.Context) error {
		_ = c.String(200, "half an answer")
		panic("secret state")
	})
	listening := httptest.NewServer(server.Handler())
	defer listening.Close()
	somebody := (&site{Server: listening, t: t}).stranger()

	a := somebody.get("/panic").want(t, 500, "It is not your fault").lacks(t, "secret")
	number := a.header.Get("X-Request-Id")
	if log := logged.String(); !strings.Contains(a.body, number) || !strings.Contains(log, number) ||
		!strings.Contains(log, "secret state") || !strings.Contains(log, "observe_test.go") {
		t.Errorf("the log:\n%s", log)
	}
	if res, err := listening.Client().Get(listening.URL + "/late"); err == nil {
		defer res.Body.Close()
		if text, err := io.ReadAll(res.Body); err == nil {
			t.Errorf("the answer seems whole: %s", text)
		}
	}
}

func TestEveryKindOfErrorHasAStatus(t *testing.T) {
	for kind, want := range map[chat.ErrorKind]int{
		chat.Invalid: 422, chat.Unauthenticated: 401, chat.Forbidden: 403, chat.NotFound: 404, chat.Conflict: 409,
		chat.TooMany: 429, chat.TooLarge: 413, chat.Unavailable: 503, chat.Unknown: 503, "new kind": 500,
	} {
		f := describe(&chat.Error{Kind: kind, Message: "A sentence.", Err: errors.New("secret cause")})
		if f.status != want || strings.Contains(f.message, "secret") {
			t.Errorf("%s: %+v", kind, f)
		}
	}
	if f := describe(errors.New("secret cause")); f.status != 500 || strings.Contains(f.message, "secret") {
		t.Errorf("no kind: %+v", f)
	}
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	s := newSite(t)
	count := 0
	err := fs.WalkDir(static, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		contentType, known := contentTypes[path.Ext(name)]
		if !known {
			if path.Ext(name) != "" && path.Ext(name) != ".md" {
				t.Errorf("%s is of no known type", name)
			}
			return nil
		}
		count++
		a := s.stranger().do("GET", view.Asset(name), "").want(t, 200)
		if a.header.Get("Content-Type") != contentType || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %v", name, a.header)
		}
		other := s.stranger().do("GET", "/static/0123456789abcdef/"+name, "").want(t, 200)
		if other.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s of another version: %v", name, other.header)
		}
		return nil
	})
	if err != nil || count < 2 {
		t.Errorf("%d files, %v", count, err)
	}
}

func TestTheSecretOfAnInvitationIsNeverLogged(t *testing.T) {
	s := newSite(t, limited)
	stranger := s.stranger()
	stranger.get("/join/made-up").want(t, 403)
	stranger.get("/join/made-up/")
	stranger.do("BREW", "/join/made-up", "")
	stranger.do("POST", "/join/made-up", "", "Sec-Fetch-Site", "cross-site").want(t, 403)
	asked := 4
	for last := 0; last != 429; asked++ {
		if asked > 20_000 {
			t.Fatal("20,000 requests at once are fine")
		}
		last = stranger.get("/join/made-up").status
	}
	text := s.log.String()
	if strings.Contains(text, "made-up") || strings.Count(text, "path=/join/:token") != asked || !strings.Contains(text, "status=429") {
		t.Errorf("%d requests, of which the log says %.2000s", asked, text)
	}
}
