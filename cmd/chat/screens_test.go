package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// screen is what a page is looked at on: a desk, or a phone that is touched.
type screen struct {
	width, height int64
	touch         bool
}

var screens = []screen{{1280, 844, false}, {390, 844, true}}

// Every page is looked at as an administrator, as a member and without a session, on a desk and on a phone, in
// light and dark, with everything open that can be: nothing may stick out sideways, keep somebody out (see axe),
// or be too small to touch. With CHAT_TEST_PICTURES naming a folder, pictures of it are kept there
// (docs/screenshots.md).
func TestPagesFitTheirScreensAndTheirReaders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, who := range map[string]struct {
		tab     *tab
		scenes  []scene
		examine func(*tab, scene)
	}{
		"visitor":       {o.nobody, o.visitors(), (*tab).survey},
		"administrator": {o.ada, append(o.members(), o.administrators()...), (*tab).survey},
		"member":        {o.grace, o.members(), (*tab).glance},
	} {
		who.tab.examines()
		who.tab.do(focused)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range who.scenes {
				t.Run(s.name, func(t *testing.T) {
					b := *who.tab
					b.t = t
					who.examine(&b, s)
				})
			}
		})
	}
}

func TestWhatKeepsSomebodyOutOfAPageIsFound(t *testing.T) {
	t.Parallel()
	b := person(t, startProcess(t))
	b.examines()
	b.visit(scene{path: "/login"})
	if all := b.findings(everyRule); len(all) > 0 {
		t.Errorf("found on a page that is in order: %s", all)
	}
	b.eval(`(document.querySelectorAll("label").forEach(label => label.remove()), document.querySelector("h1").style.color = "silver")`)
	var rules []string
	for _, f := range b.findings(everyRule) {
		rules = append(rules, f.ID)
	}
	if slices.Sort(rules); !slices.Equal(rules, []string{"color-contrast", "label"}) {
		t.Errorf("found %q", rules)
	}
}

// survey examines a scene on all screens, in light and dark, and keeps pictures. In other colours only contrast can
// be another.
func (b *tab) survey(s scene) {
	b.t.Helper()
	for _, on := range screens {
		b.on(on, "light")
		b.visit(s)
		b.keepPicture(fmt.Sprintf("%s-%d-light.webp", s.name, on.width))
		b.examine(s, on, "light", everyRule)
		b.on(on, "dark")
		b.keepPicture(fmt.Sprintf("%s-%d-dark.webp", s.name, on.width))
		b.examine(s, on, "dark", contrast)
	}
}

// glance examines a scene that others have looked at: each screen and each scheme once.
func (b *tab) glance(s scene) {
	b.t.Helper()
	for i, scheme := range []string{"light", "dark"} {
		b.on(screens[i], scheme)
		b.visit(s)
		b.examine(s, screens[i], scheme, everyRule)
	}
}

func (b *tab) examine(s scene, on screen, scheme string, r rules) {
	b.t.Helper()
	where := fmt.Sprintf("%s at %d px, %s", s.path, on.width, scheme)
	if wide := b.eval(wider); wide != "0" {
		b.t.Errorf("%s sticks out by %s px", where, wide)
	}
	if small := b.eval(tooSmall); on.touch && small != "" {
		b.t.Errorf("%s has targets too small to touch:\n%s", where, small)
	}
	for _, finding := range b.findings(r) {
		b.t.Errorf("%s: %s", where, finding)
	}
}

// visit opens a page, and on it what the scene wants open.
func (b *tab) visit(s scene) {
	b.t.Helper()
	b.eval(`location.protocol === "http:" && localStorage.clear()`) // what another scene was writing
	b.open(s.path)
	b.await("the page is there", `document.readyState === "complete" && document.documentElement.dataset.js !== undefined`)
	if b.eval(`document.querySelector("meta[name=cursor]") !== null`) == "true" {
		b.live()
		b.await("the status is out of the way", `document.querySelector("#status").dataset.quiet !== undefined`)
		b.await("what is seen is read", `!document.querySelector("#sidebar [aria-current] [data-badge]:not([hidden])")`)
	}
	if s.open != "" {
		b.eval("(" + s.open + ")")
	}
	if s.until != "" {
		b.await("it is open", s.until)
	}
}

// on puts the page on a screen.
func (b *tab) on(s screen, scheme string) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if s.touch {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do(chromedp.EmulateViewport(s.width, s.height, options...))
	devtools(b, chromedp.Call, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // colours are what they will be, at once
		},
	})
}

// wider is by how much the page, or what scrolls in it, is wider than its place.
const wider = `Math.max(...[document.documentElement, ...document.querySelectorAll("main")].map(e => e.scrollWidth - e.clientWidth))`

// tooSmall lists what can be pressed and is less than 44 px high or wide, with what is around it that belongs to
// it. Links within a text are as high as its lines.
const tooSmall = `[...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden], [aria-hidden])")].filter(e => {
	const { width, height } = (e.closest("label") ?? e).getBoundingClientRect(), around = getComputedStyle(e, "::after")
	const more = around.position === "absolute" ? [around.top, around.bottom, around.left, around.right].map(parseFloat) : [0, 0, 0, 0]
	const least = Math.min(height - more[0] - more[1], width - more[2] - more[3])
	return e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.disabled && least > 1 && least < 43.5
		&& !e.closest("p, [data-body], .message-time, .skip")
}).map(e => [e.offsetWidth, e.offsetHeight].join("×") + " " + e.outerHTML.slice(0, 160)).join("\n")`

// kept are the pictures that are to be made: those that the folder has already, in an empty one all.
var kept = sync.OnceValues(func() (dir string, names []string) {
	dir = os.Getenv("CHAT_TEST_PICTURES")
	all, _ := filepath.Glob(filepath.Join(dir, "*.webp")) // the pattern is in order
	for _, path := range all {
		names = append(names, filepath.Base(path))
	}
	return dir, names
})

func (b *tab) keepPicture(name string) {
	b.t.Helper()
	dir, names := kept()
	if dir == "" || len(names) > 0 && !slices.Contains(names, name) {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	quality := int64(82)
	picture, err := chromedp.Run(ctx, func(ctx context.Context, _ *chromedp.Target) (page.CaptureScreenshotResult, error) {
		return chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), picture.Data, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
