package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// otherOrigin is a page on another port of localhost: another origin, but of the same site, so that the
// browser sends the cookie along.
func otherOrigin(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><title>another application</title>")
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func TestABrowserOpensStreamsForThePagesOfAllowedOriginsOnly(t *testing.T) {
	allowed, foreign := otherOrigin(t), otherOrigin(t)
	p := startProcess(t, "CHAT_ALLOWED_ORIGINS="+allowed, "CHAT_HEARTBEAT=1s")
	ada := person(t, p)
	ada.signUp("Ada")
	tab := ada.another()
	visit := func(origin, script string) {
		t.Helper()
		tab.do(chromedp.Navigate(origin))
		tab.eval(`(window.heard = "", ` + strings.ReplaceAll(script, "CHAT", p.url("")) + `, "")`)
	}
	const withCookie = `window.stream = new EventSource("CHAT/events?format=json", { withCredentials: true }),
		stream.addEventListener("message", event => { heard += JSON.parse(event.data).message.body })`

	visit(allowed, withCookie)
	tab.await("the stream is open", `stream.readyState === EventSource.OPEN`)
	ada.say("across origins")
	tab.await("the message comes", `heard === "across origins"`)

	visit(foreign, withCookie)
	tab.await("the stream is refused for good", `stream.readyState === EventSource.CLOSED`)

	// A token needs a preflight, and no cookie.
	token := newToken(t, ada, p)
	withToken := `fetch("CHAT/events?format=json", { headers: { Authorization: "Bearer ` + token + `", "Last-Event-ID": "" } })
		.then(async response => {
			const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
			for (let part; !(part = await reader.read()).done;) heard += part.value
		})
		.catch(error => { heard = String(error) })`
	visit(allowed, withToken)
	tab.await("the stream is open", `heard.includes("event: ping")`)
	visit(foreign, withToken)
	tab.await("the browser keeps it from the page", `heard.startsWith("TypeError")`)
	visit(allowed, `fetch("CHAT/events", { headers: { Authorization: "Bearer nonsense" } }).then(response => { heard = response.status })`)
	tab.await("the page can read why not", `heard === 401`)
}

// newToken makes a token for the person of a tab.
func newToken(t *testing.T, b *tab, p *process) string {
	t.Helper()
	client := &http.Client{Jar: cookiesOf(b, p), Timeout: 10 * time.Second}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url("/settings/tokens"), strings.NewReader(url.Values{"label": {"test"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `"token":"`)
	token, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("no token: %s", text)
	}
	return token
}
