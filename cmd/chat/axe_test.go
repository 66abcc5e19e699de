package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axe is axe-core as npm has it (testdata/axe), which finds what keeps people out of a page.
var axe = sync.OnceValues(func() ([]byte, error) { return os.ReadFile("testdata/axe/axe.min.js") })

// examines makes every page of the tab one that can be examined. What the browser itself runs is not held to the
// page's Content-Security-Policy.
func (b *tab) examines() {
	b.t.Helper()
	source, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(func(ctx context.Context, _ *chromedp.Target) (none chromedp.Void, err error) {
		_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(source)})
		return none, err
	})
}

// finding is a rule of axe-core, and where the page breaks it.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML, FailureSummary string
	}
}

func (f finding) String() string {
	text := fmt.Sprintf("%s (%s): %s", f.ID, f.Impact, f.Help)
	for _, node := range f.Nodes {
		text += "\n" + node.HTML + "\n  " + strings.ReplaceAll(node.FailureSummary, "\n", "\n  ")
	}
	return text
}

// rules are those of axe-core that are asked for.
type rules string

const (
	everyRule rules = ``
	contrast  rules = `runOnly: ["color-contrast"]`
)

// findings are those that are serious.
func (b *tab) findings(r rules) []finding {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	all, err := chromedp.Run(ctx, chromedp.Evaluate[[]finding](
		`axe.run(document, { resultTypes: ["violations"], preload: false, iframes: false, `+string(r)+` }).then(({ violations }) => violations)`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(f finding) bool { return f.Impact != "serious" && f.Impact != "critical" })
}
