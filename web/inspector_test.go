package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
)

func TestTheInspectorIsForAdministrators(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace") // the first is the administrator
	for _, path := range []string{"/inspector", "/inspector/events"} {
		grace.get(path).want(t, http.StatusForbidden)
		if a := s.stranger().get(path); a.status != http.StatusSeeOther && a.status != http.StatusNoContent {
			t.Errorf("%s answers %d to a stranger", path, a.status)
		}
	}
	ada.get("/inspector").want(t, http.StatusOK, "Last events")
	if page := grace.get("/settings"); strings.Contains(page.body, `href="/inspector"`) {
		t.Error("somebody who may not open the inspector is led there")
	}
	ada.get("/settings").want(t, http.StatusOK, `href="/inspector"`)
}

func TestTheInspectorShowsEveryStreamAndTheLastEvents(t *testing.T) {
	var engine *sse.Engine
	s := newSite(t, func(c *Config) { engine = c.Engine })
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _ = engine.Run(ctx) }()
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	grace.listen(stream).expect("ping")
	ada.says(chat.General, "nobody reads this in the inspector")
	d := ada.watchAt("/inspector/events")
	m, err := d.events.Next()
	if err != nil || m.Name != "server" {
		t.Fatalf("came %+v, %v", m, err)
	}
	for _, want := range []string{"<bdi>Grace</bdi>", "room:general", "HTTP/1.1", "<bdi>Ada</bdi>", ">message<"} {
		if !strings.Contains(m.Data, want) {
			t.Errorf("the report does not contain %q:\n%s", want, m.Data)
		}
	}
	if strings.Contains(m.Data, "nobody reads this") {
		t.Error("the report contains what somebody wrote")
	}
}
