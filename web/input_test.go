package web

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// Whatever is sent: never a 5xx, and afterwards everything still works.
func TestBadInputIsRefused(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	const formType, jsonType = "application/x-www-form-urlencoded", "application/json"
	for name, test := range map[string]struct {
		method, path, contentType, body string
		status                          int
	}{
		"NUL in a body":             {"POST", "/rooms/general/messages", formType, "body=a%00b", 422},
		"NUL in JSON":               {"POST", "/rooms/general/messages", jsonType, `{"body":"a\u0000b"}`, 422},
		"invalid UTF-8":             {"POST", "/rooms/general/messages", formType, "body=%ff%fe", 422},
		"invalid UTF-8 in JSON":     {"POST", "/rooms/general/messages", jsonType, "{\"body\":\"\xff\"}", 422},
		"half a surrogate":          {"POST", "/rooms/general/messages", jsonType, `{"body":"\ud800"}`, 201},
		"broken escapes":            {"POST", "/rooms/general/messages", formType, "body=%zz", 422},
		"broken JSON":               {"POST", "/rooms/general/messages", jsonType, `{"body":`, 422},
		"JSON of another kind":      {"POST", "/rooms/general/messages", jsonType, `["body"]`, 422},
		"null":                      {"POST", "/rooms/general/messages", jsonType, `null`, 422},
		"two objects":               {"POST", "/rooms/general/messages", jsonType, `{"body":"a"}{"body":"b"}`, 422},
		"an object as a body":       {"POST", "/rooms/general/messages", jsonType, `{"body":{"a":1}}`, 422},
		"deep JSON":                 {"POST", "/rooms/general/messages", jsonType, `{"body":` + strings.Repeat("[", 20000), 422},
		"nothing":                   {"POST", "/rooms/general/messages", "", "", 422},
		"plain text":                {"POST", "/rooms/general/messages", "text/plain", "hello", 415},
		"multipart without an end":  {"POST", "/rooms/general/messages", "multipart/form-data; boundary=x", "--x\r\n", 422},
		"multipart without a bound": {"POST", "/rooms/general/messages", "multipart/form-data", "--x\r\n", 422},
		"10,000 parts":              {"POST", "/rooms/general/messages", "multipart/form-data; boundary=x", parts(10000), 413},
		"2,000 parts":               {"POST", "/rooms/general/messages", "multipart/form-data; boundary=x", parts(2000), 422},
		"too much":                  {"POST", "/rooms/general/messages", formType, "body=" + strings.Repeat("x", maxBody), 413},
		"NUL in a room":             {"GET", "/rooms/gen%00eral", "", "", 404},
		"invalid UTF-8 in a room":   {"GET", "/rooms/%ff", "", "", 404},
		"a long room":               {"GET", "/rooms/" + strings.Repeat("x", 5000), "", "", 404},
		"a path in a room":          {"GET", "/rooms/..%2f..%2fetc", "", "", 404},
		"an empty room":             {"GET", "/rooms/", "", "", 404},
		"NUL in a message":          {"GET", "/messages/%00", "", "", 404},
		"invalid UTF-8 in before":   {"GET", "/rooms/general?before=%ff", "", "", 404},
		"a negative before":         {"GET", "/rooms/general?before=-1", "", "", 404},
		"a huge before":             {"GET", "/rooms/general?before=99999999999999999999", "", "", 404},
		"a high before":             {"GET", "/rooms/general?before=9223372036854775807", "", "", 200},
		"semicolons":                {"GET", "/rooms/general?a;b", "", "", 200},
		"NUL in a name":             {"POST", "/rooms", formType, "name=a%00b", 422},
		"NUL in a member":           {"POST", "/rooms/general/members", formType, "user=a%00b", 422},
		"NUL in a login":            {"POST", "/login", formType, "name=a%00b&password=x", 422},
		"invalid UTF-8 in a login":  {"POST", "/login", formType, "name=%ff&password=x", 422},
		"a huge password":           {"POST", "/login", formType, "name=Ada&password=" + strings.Repeat("x", 100000), 401},
		"NUL in a session":          {"POST", "/settings/sessions/%00/revoke", "", "", 404},
		"NUL in a user":             {"DELETE", "/rooms/general/members/%00", "", "", 404},
		"a huge seq":                {"POST", "/rooms/general/read", jsonType, `{"seq":1e400}`, 422},
		"a path in static":          {"GET", "/static/" + staticHash + "/..%2f..%2fserver.go", "", "", 404},
		"a folder in static":        {"GET", "/static/" + staticHash + "/", "", "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			ada.do(test.method, test.path, test.body, "Content-Type", test.contentType, "Accept", "application/json").want(t, test.status)
			person := ada.do(test.method, test.path, test.body, "Content-Type", test.contentType, "Accept", "text/html")
			if person.status >= 500 {
				t.Errorf("as a page: status %d", person.status)
			}
		})
	}
	ada.call("GET", "/rooms/general", "").want(t, 200)
}

func parts(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n")
	}
	return b.String() + "--x--\r\n"
}

func TestAHugeBodyIsRefusedUnread(t *testing.T) {
	s := newSite(t)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestAnEndlessBodyIsCutOff(t *testing.T) {
	s := newSite(t)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		_, _ = fmt.Fprintf(conn, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
		for { // until the server hangs up
			if _, err := fmt.Fprintf(conn, "400\r\n%s\r\n", strings.Repeat("x", 1024)); err != nil {
				return
			}
		}
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestOneBadMessageDoesNotHarmItsNeighbours(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	answers := make(chan int, 20)
	for i := range cap(answers) {
		go func() {
			body := form("body", "hello")
			if i%2 == 1 {
				body = "body=%00"
			}
			r, _ := http.NewRequest("POST", s.URL+"/rooms/general/messages", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer "+ada.token)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				answers <- 0
				return
			}
			res.Body.Close()
			answers <- res.StatusCode
		}()
	}
	count := map[int]int{}
	for range cap(answers) {
		count[<-answers]++
	}
	if count[201] != 10 || count[422] != 10 {
		t.Errorf("statuses: %v", count)
	}
	page, err := s.chat.Page(t.Context(), ada.id, chat.PageQuery{Room: chat.General})
	if err != nil || len(page.Messages) != 10 {
		t.Errorf("%d messages, %v", len(page.Messages), err)
	}
}
