package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func TestTwoPeopleTalkWithoutReloading(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUpByForm("Ada")
	grace.signUpByForm("Grace")
	ada.eval(`window.stillTheSamePage = true`)
	grace.eval(`window.stillTheSamePage = true`)

	ada.say("Hello, Grace!")
	grace.sees("Hello, Grace!")
	ada.sees("Hello, Grace!")
	grace.say("Good morning, Ada.")
	ada.sees("Good morning, Ada.")
	grace.sees("Good morning, Ada.")

	if got := ada.eval(`document.querySelector("#composer textarea").value`); got != "" {
		t.Errorf("the composer still holds %q", got)
	}
	for name, b := range map[string]*tab{"Ada": ada, "Grace": grace} {
		if b.eval(`window.stillTheSamePage`) != "true" {
			t.Errorf("%s's page was loaded again", name)
		}
	}
	ada.await("Grace is among the members", `document.querySelector("#members").textContent.includes("Grace")`)
}

func TestAFormPostsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada := person(t, p)
	ada.do(withoutScripts)
	ada.open("/signup")
	ada.do(
		chromedp.SendKeys(chromedp.CSS(`input[name=name]`), "Ada"),
		chromedp.SendKeys(chromedp.CSS(`input[name=password]`), "correct horse battery"),
		chromedp.Click(chromedp.CSS(`form[action^="/signup"] button`)),
		chromedp.WaitVisible(textarea),
		chromedp.SendKeys(textarea, "Without a script"),
		chromedp.Click(chromedp.CSS(`#composer button`)),
		chromedp.WaitVisible(chromedp.CSS(`#messages article`)),
	)
	text, err := chromedp.Run(ada.ctx, chromedp.Text(chromedp.CSS(`#messages`)))
	if err != nil || !strings.Contains(text, "Without a script") {
		t.Errorf("the room shows %q, %v", text, err)
	}
}

func TestAServerKilledWhileBothWriteLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	ada.signUp("Ada")
	grace.signUp("Grace")
	ada.say("before")
	grace.sees("before")

	var want []string
	for i := range 3 {
		a, g := fmt.Sprintf("Ada writes %d", i), fmt.Sprintf("Grace writes %d", i)
		want = append(want, a, g)
		ada.say(a)
		grace.say(g)
		p.kill() // with what was just sent under way, or stored and not yet told
		down := fmt.Sprintf("Ada writes %d while it is down", i)
		want = append(want, down)
		ada.say(down)
		p.start()
	}
	for _, b := range []*tab{ada, grace} {
		for _, text := range want {
			b.sees(text)
		}
	}
	if a, g := ada.messages(), grace.messages(); !slices.Equal(a, g) {
		t.Errorf("the pages differ:\nAda   %q\nGrace %q", a, g)
	}
	live := grace.messages()
	grace.open("/rooms/general")
	grace.sees("before")
	if fresh := grace.messages(); !slices.Equal(live, fresh) {
		t.Errorf("a fresh page differs:\nlive  %q\nfresh %q", live, fresh)
	}
}

func TestAPrivateRoomStaysPrivate(t *testing.T) {
	t.Parallel()
	here, there := twoServers(t)
	ada, grace := person(t, here), person(t, there)
	ada.signUp("Ada")
	grace.signUp("Grace")

	ada.reveal(`form[action="/rooms"]`)
	ada.do(
		chromedp.SendKeys(chromedp.CSS(`form[action="/rooms"] input[name=name]`), "secret plans"),
		chromedp.Click(chromedp.CSS(`form[action="/rooms"] input[name=private]`)),
		chromedp.Submit(chromedp.CSS(`form[action="/rooms"]`)),
	)
	ada.await("the room is open", `document.querySelector("#room[data-room]:not([data-room=general])")`)
	room := ada.eval(`document.querySelector("#room").dataset.room`)
	ada.say("nobody else may read this")
	ada.sees("nobody else may read this")

	if text := grace.eval(`document.documentElement.outerHTML`); strings.Contains(text, "secret plans") || strings.Contains(text, room) {
		t.Error("Grace's page knows of the room")
	}
	grace.open("/rooms/" + room)
	private := grace.eval(`document.body.innerText`)
	grace.open("/rooms/there-is-none")
	missing := grace.eval(`document.body.innerText`)
	if strings.Contains(private, "secret") || trimRequestID(private) != trimRequestID(missing) {
		t.Errorf("a private room answers %q, a missing one %q", private, missing)
	}

	grace.open("/rooms/general")
	ada.reveal(`form[action$="/members"]`)
	ada.do(
		chromedp.SendKeys(chromedp.CSS(`form[action$="/members"] input[name=user]`), "Grace"),
		chromedp.Submit(chromedp.CSS(`form[action$="/members"]`)),
	)
	grace.await("the room appears in the sidebar", `document.body.innerText.includes("secret plans")`)
	grace.open("/rooms/" + room)
	grace.sees("nobody else may read this")
}

func trimRequestID(text string) string {
	before, _, _ := strings.Cut(text, "Request")
	return before
}

func TestTextStaysTextWhereverItIsShown(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	ada, grace := person(t, p), person(t, p)
	const name = `<img src=x onerror=alert(1)>`
	ada.signUp(name)
	grace.signUp("Grace")
	for _, b := range []*tab{ada, grace} {
		b.eval(`(window.violations = [], window.alert = () => violations.push("alert"),
			document.addEventListener("securitypolicyviolation", e => violations.push(e.blockedURI)))`)
	}
	attacks := []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `javascript:alert(1)`,
		`<a href="javascript:alert(1)">click</a>`, `</template><script>alert(1)</script>`, `<turbo-stream action="remove" target="messages"></turbo-stream>`,
		`]]>&lt;script&gt;alert(1)`, `data: x event: reset`,
	}
	for _, text := range attacks {
		ada.say(text)
		grace.sees(text)
		ada.sees(text)
	}
	grace.await("the name is text", fmt.Sprintf(`[...document.querySelectorAll("#messages bdi")].some(b => b.textContent === %q)`, name))
	for who, b := range map[string]*tab{"Ada": ada, "Grace": grace} {
		if v := b.eval(`violations.join()`); v != "" {
			t.Errorf("%s's page tried %s", who, v)
		}
		if n := b.eval(`document.querySelectorAll("#room img, #room script, #room svg[onload], #room [href^=javascript]").length`); n != "0" {
			t.Errorf("%s's page has %s elements made of text", who, n)
		}
	}
}

func TestSevenTabsAreAllLive(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"localhost", mappedHost} {
		t.Run(host, func(t *testing.T) {
			p := startProcess(t)
			first := person(t, p)
			first.base = strings.Replace(first.base, "localhost", host, 1)
			if secure := first.secureContext(); secure != (host == "localhost") {
				t.Fatalf("under %s a page is a secure context: %v", host, secure)
			}
			first.signUp("Ada")
			tabs := []*tab{first}
			for range 6 {
				b := first.another()
				b.open("/rooms/general")
				b.await("the page is there", `document.querySelector("#composer")`)
				tabs = append(tabs, b)
			}
			for i, b := range tabs {
				text := fmt.Sprintf("from tab %d", i)
				b.say(text)
				for _, other := range tabs {
					other.sees(text)
				}
			}
			streams := openStreams(t, p)
			if streams > 2 {
				t.Errorf("the browser holds %v streams for its seven tabs", streams)
			}
		})
	}
}

func (b *tab) secureContext() bool {
	b.open("/login")
	return b.eval(`window.isSecureContext`) == "true"
}

// openStreams asks the server how many streams are open.
func openStreams(t *testing.T, p *process) (n int) {
	resp, err := http.Get(p.url("/metrics"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	figures, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(figures)) {
		if value, ok := strings.CutPrefix(line, "chat_streams_open "); ok {
			n, _ = strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return n
}

func withoutScripts(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return none, err
}
