package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// One Chromium serves all tests. A person is a browser context of it, with cookies of their own.
var browser struct {
	sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
}

// mappedHost is a name that is not localhost and leads here: pages under it are no secure context.
const mappedHost = "chat.example"

func openBrowser(t *testing.T) context.Context {
	t.Helper()
	browser.Lock()
	defer browser.Unlock()
	if browser.ctx != nil {
		return browser.ctx
	}
	path := os.Getenv("CHAT_TEST_CHROMIUM")
	if path == "" {
		t.Fatal("CHAT_TEST_CHROMIUM does not name a Chromium; run: make test")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // tests run as root in containers
		chromedp.Flag("host-resolver-rules", "MAP "+mappedHost+" 127.0.0.1"),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	browser.ctx = ctx
	browser.cancel = func() { cancel(); cancelAllocator() }
	return ctx
}

func stopBrowser() {
	browser.Lock()
	defer browser.Unlock()
	if browser.cancel != nil {
		browser.cancel()
	}
}

// tab is a page in somebody's browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string // http://host:port
}

// patience is how long a tab waits for what it expects. Nothing asserts that it is quicker.
const patience = 45 * time.Second

// person opens a first tab in a browser of their own.
func person(t *testing.T, p *process) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(openBrowser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &tab{t, ctx, p.url("")}
}

// another opens one more tab of the same person's.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		b.t.Fatal(err)
	}
	return &tab{b.t, ctx, b.base}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.state())
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// reveal opens what is folded away around an element.
func (b *tab) reveal(selector string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`document.querySelector(%q).closest("details").open = true`, selector))
}

// eval gives the text of a JavaScript expression.
func (b *tab) eval(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// await waits until a JavaScript expression holds, over reloads too.
func (b *tab) await(what, expression string) {
	b.t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(50 * time.Millisecond); ; {
		ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`Boolean(`+expression+`)`))
		cancel()
		if err == nil && holds {
			return
		}
		select {
		case <-tick:
		case <-deadline:
			b.t.Fatalf("in %s it did not happen that %s (last error: %v)\n%s", patience, what, err, b.state())
		}
	}
}

// state says what the page shows, for a failure's message.
func (b *tab) state() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 2000)`))
	if err != nil {
		return "the page cannot be read: " + err.Error()
	}
	return text
}

// signUp makes an account and ends in the first room. The form is filled in where it is what is tested: this
// takes a third of the time.
func (b *tab) signUp(name string) {
	b.t.Helper()
	form := url.Values{"name": {name}, "password": {"correct horse battery"}}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(strings.Replace(b.base, mappedHost, "localhost", 1)+"/signup", form)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("signing up answers %s", resp.Status)
	}
	for _, c := range resp.Cookies() {
		devtools(b, chromedp.Call, network.SetCookie,
			network.SetCookieParams{Name: c.Name, Value: c.Value, URL: b.base, HTTPOnly: &c.HttpOnly, SameSite: network.CookieSameSiteLax})
	}
	b.open("/rooms/general")
	b.isIn(name)
}

// signUpByForm is signUp as people do it.
func (b *tab) signUpByForm(name string) {
	b.t.Helper()
	b.open("/signup")
	b.do(
		chromedp.SendKeys(chromedp.CSS(`input[name=name]`), name),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "correct horse battery"),
		chromedp.Submit(chromedp.CSS(`form[action^="/signup"]`)),
	)
	b.isIn(name)
}

func (b *tab) isIn(name string) {
	b.t.Helper()
	b.await(name+" is in a room", `document.querySelector("#room[data-room]")`)
}

const textarea = chromedp.CSS(`#composer textarea[name=body]`)

// say types a message and sends it with Enter.
func (b *tab) say(text string) {
	b.t.Helper()
	b.await("there is a composer", `document.querySelector("#composer textarea[name=body]")`)
	b.do(chromedp.SendKeys(textarea, text), pressEnter)
}

// pressEnter presses the key as a keyboard does: it makes a line break only if the page lets it.
func pressEnter(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
	key := input.DispatchKeyEventParams{Type: kb.KeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	for _, key.Type = range []input.DispatchKeyEventType{kb.KeyDown, kb.KeyUp} {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, key); err != nil {
			return none, err
		}
		key.Text = ""
	}
	return none, nil
}

// sees waits until a message stands exactly once, and is no longer pending.
func (b *tab) sees(text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("%q is shown once", text), fmt.Sprintf(`%s.filter(m => m === %q).length === 1`, shown, text))
}

// shown is a JavaScript expression for the texts of the messages that have been stored.
const shown = `[...document.querySelectorAll("#messages article:not([data-pending]) [data-body]")].map(b => b.innerText.trim())`

// messages are the texts of the messages shown, in order.
func (b *tab) messages() []string {
	b.t.Helper()
	return strings.Split(b.eval(shown+`.join("\u0000")`), "\x00")
}

// cookiesOf are the cookies of somebody's browser, for requests beside it.
func cookiesOf(b *tab, p *process) http.CookieJar {
	b.t.Helper()
	result, err := chromedp.Run(b.ctx, func(ctx context.Context, _ *chromedp.Target) (network.GetCookiesResult, error) {
		return chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{p.url("/")}}) // else none while a page loads
	})
	if err != nil || len(result.Cookies) == 0 {
		b.t.Fatalf("nobody is signed in: %v", err)
	}
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	base, _ := url.Parse(p.url("/"))
	for _, c := range result.Cookies {
		jar.SetCookies(base, []*http.Cookie{{Name: c.Name, Value: c.Value}})
	}
	return jar
}
