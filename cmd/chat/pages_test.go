package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"testing"
)

// scene is a page as somebody sees it, perhaps with something open on it.
type scene struct {
	route string // as web/routes.go has it
	path  string
	name  string // of its picture
	open  string // JavaScript that opens something
	until string // a JavaScript expression: it is open
}

// noPages are the routes that show nothing to a person.
var noPages = []string{
	"/", // leads to a room
	"/session", "/me", "/push/key", "presencePath", "/avatars/:id",
	"streamPath", `"/patterns/:name" + streamPath`, `"/inspector" + streamPath`,
	`staticPath + ":hash/*"`, "workerPath", "manifestPath", "/livez", "/readyz", "/metrics",
}

// visitors sees what is shown without a session.
func (o *office) visitors() []scene {
	return []scene{
		{route: "/signup", path: "/signup", name: "signup"},
		{route: "/signup", path: "/signup", name: "signup-refused", open: `document.querySelector("form").noValidate = true, document.querySelector("form").requestSubmit()`,
			until: `document.querySelector(".problem")`},
		{route: "/login", path: "/login", name: "login"},
		{route: "invitationPath", path: o.invitation, name: "invited"},
		{route: "invitationPath", path: "/join/nonsense", name: "invitation-void"},
	}
}

// members sees what everybody who is signed in sees.
func (o *office) members() []scene {
	engines := "/rooms/" + o.rooms["Engine room"]
	return []scene{
		{route: "/rooms", path: "/rooms", name: "rooms"},
		{route: "/rooms/:id", path: engines, name: "room"},
		{route: "/rooms/:id", path: engines, name: "room-menu", open: `document.querySelector("#levels").closest("details").open = true`},
		{route: "/rooms/:id", path: engines, name: "members", open: `document.querySelector("#members").closest("details").open = true`},
		{route: "/rooms/:id", path: engines, name: "message-menu", open: `[...document.querySelectorAll("#messages [data-tool=menu]")].at(-3).click()`,
			until: `document.querySelector("#message-menu:popover-open")`},
		{route: "/rooms/:id", path: engines, name: "picker", open: `[...document.querySelectorAll("#messages [data-tool=react]")].at(-2).click()`,
			until: `document.querySelector("#picker:popover-open")`},
		{route: "/rooms/:id", path: engines, name: "replying", open: `[...document.querySelectorAll("#messages [data-tool=reply]")].at(-1).click(), ` + typed("@"),
			until: `document.querySelector("#reply:not([hidden])") && document.querySelector("#suggestions:popover-open")`},
		{route: "/rooms/:id", path: engines, name: "editing", open: `[...document.querySelectorAll("#messages [data-mine] [data-tool=menu]")].at(-1).click(), document.querySelector("#message-menu [data-do=edit]").click()`,
			until: `document.querySelector("#messages .edit")`},
		{route: "/rooms/:id", path: engines, name: "switcher", open: `document.querySelector("[data-switcher]").click()`,
			until: `document.querySelector(".switcher[open]")`},
		{route: "/rooms/:id", path: engines, name: "shortcuts", open: `document.querySelector("[data-shortcuts]").click()`,
			until: `document.querySelector("#shortcuts[open]")`},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["Grace"], name: "direct"},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["عربي"], name: "right-to-left"},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["Chess"], name: "not-in"},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["Old announcements"], name: "archived"},
		{route: "/rooms/:id", path: "/rooms/none", name: "missing"},
		{route: "/messages/:id", path: "/messages/" + o.message, name: "message"},
		{route: "/notifications", path: "/notifications", name: "notifications"},
		{route: "/notifications", path: "/notifications?filter=mentions", name: "mentions"},
		{route: "/people", path: "/people", name: "people"},
		{route: "/people", path: "/people", name: "chosen", open: `[...document.querySelectorAll(".person input[type=checkbox]")].slice(0, 2).forEach(box => box.click())`,
			until: `document.querySelectorAll("[data-part=chosen] li").length === 2`},
		{route: "/settings", path: "/settings", name: "settings"},
		{route: "/patterns", path: "/patterns", name: "patterns"},
		{route: "/patterns/:name", path: "/patterns/stream", name: "pattern", open: `document.querySelector("[data-part=start]").click()`},
	}
}

// administrators sees what they alone see.
func (o *office) administrators() []scene {
	return []scene{
		{route: "/people", path: "/people", name: "person-menu", open: `document.querySelector(".person details.menu").open = true`},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["Launch plans"], name: "private-members", open: `document.querySelector("#members").closest("details").open = true`},
		{route: "/rooms/:id", path: "/rooms/" + o.rooms["Engine room"], name: "asking",
			open:  `[...document.querySelectorAll("#messages [data-tool=menu]")].at(-1).click(), document.querySelector("#message-menu [data-do=delete]").click()`,
			until: `document.querySelector("dialog.ask[open]")`},
		{route: "/rooms", path: "/rooms", name: "new-room", open: `document.querySelector(".new-room").open = true`},
		{route: "/inspector", path: "/inspector", name: "inspector", until: `document.querySelector(".server table")`},
	}
}

// typed is JavaScript that puts a text into the composer, as if it was typed.
func typed(text string) string {
	return fmt.Sprintf(`(body => { body.focus(); body.value = %q; body.dispatchEvent(new InputEvent("input", { bubbles: true })) })(document.querySelector("#body"))`, text)
}

// A new page must be among those that are looked at.
func TestEveryPageIsAmongTheScenes(t *testing.T) {
	o, shown := new(office), []string{}
	for _, s := range slices.Concat(o.visitors(), o.members(), o.administrators()) {
		shown = append(shown, s.route)
	}
	routes := pageRoutes(t)
	if len(routes) < 20 {
		t.Fatalf("only %d routes were found: this proves nothing", len(routes))
	}
	for _, route := range routes {
		if !slices.Contains(shown, route) && !slices.Contains(noPages, route) {
			t.Errorf("GET %s is in no scene; add it, or to noPages", route)
		}
	}
	for _, route := range append(shown, noPages...) {
		if !slices.Contains(routes, route) {
			t.Errorf("there is no GET %s", route)
		}
	}
}

// pageRoutes are the paths of all GET routes, as web/routes.go has them: a text's value, any other expression as it
// is written.
func pageRoutes(t *testing.T) (paths []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../web/routes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		row, ok := n.(*ast.CompositeLit)
		if !ok || len(row.Elts) != 3 || types.ExprString(row.Elts[0]) != `"GET"` {
			return true
		}
		path := types.ExprString(row.Elts[1])
		if text, err := strconv.Unquote(path); err == nil {
			path = text
		}
		paths = append(paths, path)
		return false
	})
	return paths
}
