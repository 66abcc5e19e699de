package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/chat/internal/sse"
	"example.com/chat/web/patterns"
)

// demo reads the stream of a pattern.
type demo struct {
	t      *testing.T
	events *sse.Decoder
	close  func()
}

// watch opens a pattern's stream, such as count/events?n=5; headers are name, value, name, value, …
func (p *person) watch(path string, headers ...string) *demo {
	p.t.Helper()
	return p.watchAt("/patterns/"+path, headers...)
}

func (p *person) watchAt(path string, headers ...string) *demo {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	p.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		p.t.Fatalf("the stream answers %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	return &demo{p.t, sse.NewDecoder(res.Body), cancel}
}

// expect reads one event for each text, as its name and data; EOF is the end of the answer.
func (d *demo) expect(texts ...string) {
	d.t.Helper()
	for _, want := range texts {
		m, err := d.events.Next()
		got := m.Name + " " + m.Data
		if err != nil {
			got = err.Error()
		}
		if got != want {
			d.t.Fatalf("came %q, want %q", got, want)
		}
	}
}

func TestTheGalleryIsForThoseWhoAreSignedIn(t *testing.T) {
	s := newSite(t)
	stranger := s.stranger()
	for _, path := range []string{"/patterns", "/patterns/count"} {
		if a := stranger.get(path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login") {
			t.Errorf("%s answers %d to a stranger", path, a.status)
		}
	}
	stranger.do("GET", "/patterns/count/events", "").want(t, http.StatusNoContent)
	stranger.do("GET", "/patterns/count/events", "", "Authorization", "Bearer nonsense").want(t, http.StatusUnauthorized)
	stranger.call("POST", "/patterns/stream", `{"data":"x"}`).fails(t, http.StatusUnauthorized, "unauthenticated", "")
}

func TestEveryPatternHasAPageWithItsSource(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	list := ada.get("/patterns").want(t, http.StatusOK)
	if len(catalogue) < 17 {
		t.Fatalf("%d patterns", len(catalogue))
	}
	for _, p := range catalogue {
		if !strings.Contains(list.body, `href="/patterns/`+p.Name+`"`) {
			t.Errorf("the list does not lead to %s", p.Name)
		}
		page := ada.get("/patterns/"+p.Name).want(t, http.StatusOK, p.Lead[:10])
		for _, file := range sources[p.Name] {
			if !strings.Contains(page.body, "/"+file) {
				t.Errorf("the page of %s does not show %s", p.Name, file)
			}
		}
	}
	ada.get("/patterns/nonsense").want(t, http.StatusNotFound)
	ada.do("GET", "/patterns/nonsense/events", "").want(t, http.StatusNotFound)
	ada.call("POST", "/patterns/nonsense", `{}`).fails(t, http.StatusNotFound, "not_found", "")
	ada.call("POST", "/patterns/stream/nonsense", `{}`).fails(t, http.StatusNotFound, "not_found", "")
}

func TestCountGivesObjectsAndAnEndAndResumes(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	ada.watch("count/events?n=3&every=1").expect(`message {"n":1}`, `message {"n":2}`, `message {"n":3}`, "end ", "EOF")
	ada.watch("count/events?n=3&every=1", "Last-Event-ID", "2").expect(`message {"n":3}`, "end ", "EOF")
	ada.watch("count/events?n=3&every=1&lastEventId=1", "Last-Event-ID", "2").expect(`message {"n":3}`, "end ", "EOF")
	ada.watch("count/events?n=3&every=1", "Last-Event-ID", "3").expect("end ", "EOF")
	for _, query := range []string{"n=x", "n=-1", "every=x", "n=1000000"} {
		field, _, _ := strings.Cut(query, "=")
		ada.do("GET", "/patterns/count/events?"+query, "").fails(t, http.StatusUnprocessableEntity, "invalid", field)
	}
}

func TestCountSendsEachValueWhenItIsMade(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	d := ada.watch("count/events?n=2&every=20000") // its second value is made after this test
	d.expect(`message {"n":1}`)
}

func TestQueueGivesWhatIsPutInUntilClose(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	d := ada.watch("queue/events")
	ada.call("POST", "/patterns/queue", `{"value":"one"}`).want(t, http.StatusNoContent)
	d.expect("message one")
	ada.submit("/patterns/queue", "value", "two\nlines").leadsTo(t, "/patterns/queue")
	d.expect("message two\nlines")
	ada.call("POST", "/patterns/queue", `{"value":"close"}`).want(t, http.StatusNoContent)
	d.expect("end ", "EOF")
	ada.call("POST", "/patterns/queue", `{"value":""}`).fails(t, http.StatusUnprocessableEntity, "invalid", "value")
	ada.submit("/patterns/queue", "value", "").want(t, http.StatusUnprocessableEntity, "Please write something.")
	ada.submit("/patterns/stream", "data", "a text that took long", "retry", "soon").want(t, http.StatusUnprocessableEntity, "a text that took long", `value="soon"`)
}

func TestLinesHaveEveryFieldAndResume(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	raw := ada.do("GET", "/patterns/lines/events", "").want(t, http.StatusOK).body
	text, err := patterns.Source("lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		frame := "id: " + strconv.Itoa(number) + "\nevent: line\nretry: 100\ndata: " + strings.TrimSuffix(line, "\n") + "\n\n"
		if !strings.Contains(raw, frame) {
			t.Errorf("line %d did not come as %q", number, frame)
		}
	}
	d := ada.watch("lines/events", "Last-Event-ID", strconv.Itoa(number-1))
	d.expect("line "+strings.TrimSuffix(text[strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')+1:], "\n"), "end ", "EOF")
}

func TestOnceGivesOneObjectAndIsOverForWhoHasIt(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	d := ada.watch("once/events")
	m, err := d.events.Next()
	var object map[string]any
	if err != nil || json.Unmarshal([]byte(m.Data), &object) != nil || len(object) == 0 {
		t.Errorf("came %+v, %v, want an object", m, err)
	}
	d.expect("EOF")
	ada.do("GET", "/patterns/once/events", "", "Last-Event-ID", m.LastEventID).want(t, http.StatusNoContent)
}

func TestStreamTellsEverybodyWhatIsBroadcastWithEveryField(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	first, second := ada.watch("stream/events"), grace.watch("stream/events")
	grace.call("POST", "/patterns/stream", `{"data":"hello\nevent: bye","event":"note","id":"7","retry":250}`).want(t, http.StatusNoContent)
	for _, d := range []*demo{first, second} {
		d.expect("note hello\nevent: bye")
		if retry, ok := d.events.Retry(); d.events.LastEventID() != "7" || !ok || retry != 250*time.Millisecond {
			t.Errorf("the id is %q, retry %v", d.events.LastEventID(), retry)
		}
	}
	ada.submit("/patterns/stream", "data", "plain").leadsTo(t, "/patterns/stream")
	ada.submit("/patterns/stream/close").leadsTo(t, "/patterns/stream")
	for _, d := range []*demo{first, second} {
		d.expect("message plain", "end ", "EOF")
	}
	for body, field := range map[string]string{`{"data":"","id":"a\nb"}`: "id", `{"data":"","event":"a\rb"}`: "event", `{"data":"","event":"end"}`: "event", `{"data":"","retry":"soon"}`: "retry", `{"data":"","retry":0}`: "retry", `{}`: "data"} {
		ada.call("POST", "/patterns/stream", body).fails(t, http.StatusUnprocessableEntity, "invalid", field)
	}
}

func TestCompositeListensToSeveralKeysWhichComeAndGo(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	d := ada.watch("composite/events?keys=a,b")
	say := func(p *person, key, data string) {
		t.Helper()
		p.call("POST", "/patterns/composite", `{"key":"`+key+`","data":"`+data+`"}`).want(t, http.StatusNoContent)
	}
	say(grace, "a", "somebody else's a")
	say(ada, "a", "to a")
	say(ada, "c", "to c, which is not held")
	say(ada, "b", "to b")
	d.expect("message to a", "message to b")
	ada.call("POST", "/patterns/composite/keys", `{"add":"c"}`).want(t, http.StatusNoContent)
	say(ada, "c", "to c")
	d.expect("message to c")
	ada.submit("/patterns/composite/keys", "remove", "a").leadsTo(t, "/patterns/composite")
	say(ada, "a", "to a, which is gone")
	say(ada, "b", "the last")
	d.expect("message the last")
	ada.call("POST", "/patterns/composite/keys", `{}`).fails(t, http.StatusUnprocessableEntity, "invalid", "add")
	ada.call("POST", "/patterns/composite", `{"data":"x"}`).fails(t, http.StatusUnprocessableEntity, "invalid", "key")
}

func TestBufferedRawTypesAndShutdownSayWhatTheyAreThereFor(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	ada.watch("buffered/events").expect("message step 1 of 3", "message step 2 of 3", "message step 3 of 3", "end ", "EOF")
	raw := ada.do("GET", "/patterns/raw/events", "").want(t, http.StatusOK)
	if !strings.HasPrefix(raw.body, "data: Hello, world!\n\n") {
		t.Errorf("raw says %q", raw.body)
	}
	d := ada.watch("types/events")
	for _, name := range []string{"user_joined", "message", "end"} {
		if m, err := d.events.Next(); err != nil || m.Name != name {
			t.Errorf("came %+v, %v, want %s", m, err, name)
		}
	}
	d = ada.watch("shutdown/events")
	ada.call("POST", "/patterns/shutdown", "").want(t, http.StatusNoContent)
	d.expect("bye drain", "EOF")
}

func TestAPatternsStreamEndsWithTheSession(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	d := ada.watch("queue/events")
	ada.submit("/logout").leadsTo(t, "/login")
	d.expect("bye signed_out", "EOF")
}

func TestTheOldestOfTooManyStreamsOfASessionEnds(t *testing.T) {
	s := newSite(t, func(c *Config) { c.RateLimit = true })
	ada := s.signUp("Ada")
	first := ada.watch("heartbeat/events")
	for range streamsPerSession {
		ada.watch("heartbeat/events")
	}
	first.expect("bye limit", "EOF")
}

func TestAProgramFollowsAStream(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	var out bytes.Buffer
	if err := patterns.Follow(t.Context(), s.URL+"/patterns/count/events?n=3&every=1", ada.token, &out); err != nil {
		t.Fatal(err)
	}
	if want := "1 message: {\"n\":1}\n2 message: {\"n\":2}\n3 message: {\"n\":3}\n"; out.String() != want {
		t.Errorf("it wrote %q, want %q", out.String(), want)
	}
	if err := patterns.Follow(t.Context(), s.URL+"/patterns/count/events", "nonsense", io.Discard); err == nil {
		t.Error("a wrong token is no error")
	}
}

func TestNothingIsHeldBackOnTheWire(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/patterns/count/events?n=2&every=20000", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip, br")
	res, err := ada.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if e := res.Header.Get("Content-Encoding"); e != "" {
		t.Errorf("the stream is encoded as %s", e)
	}
	if m, err := sse.NewDecoder(res.Body).Next(); err != nil || m.Data != `{"n":1}` {
		t.Errorf("the first value did not come, but %+v, %v", m, err)
	}
}

func TestACountThatIsAlreadyOverDoesNotBeginAgain(t *testing.T) {
	ada := newSite(t).signUp("Ada")
	for _, last := range []string{"9223372036854775807", "99999999999999999999", "6"} {
		d := ada.watch("count/events?n=5&every=0", "Last-Event-ID", last)
		if last == "99999999999999999999" { // no number, so it is as if there were none
			d.expect(`message {"n":1}`)
			continue
		}
		d.expect("end ", "EOF")
	}
}

func TestWatchingPatternsDoesNotEndTheChat(t *testing.T) {
	s := newSite(t, func(c *Config) { c.RateLimit = true })
	ada := s.signUp("Ada")
	chatting := ada.listen(stream)
	chatting.expect("ping")
	for range streamsPerSession + 1 {
		ada.watch("heartbeat/events")
	}
	ada.says("general", "still here")
	chatting.expect("message")
}
