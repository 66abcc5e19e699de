package sse

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAByeSaysWhetherToComeBack(t *testing.T) {
	for reason, back := range map[string]bool{ByeDrain: true, ByeAge: true, "": true, ByeLimit: false, ByeSignedOut: false} {
		synctest.Test(t, func(t *testing.T) {
			s, c := perform(t, holds("id: 1\ndata: x\n\nevent: bye\nretry: 5000\ndata: "+reason+"\n\n"))
			_, err := follow(t, c)
			var bye *ByeError
			if errors.As(err, &bye) == back || !back && bye.Reason != reason {
				t.Errorf("bye %q: %v", reason, err)
			}
			if want := map[bool]int{true: 2, false: 1}[back]; len(s.requests) != want {
				t.Errorf("bye %q: %d requests, want %d", reason, len(s.requests), want)
			}
			if p := s.pauses(); back && (p[0] < 5*time.Second || p[0] > 10*time.Second) {
				t.Errorf("bye %q: the client came back after %v, asked for 5 s or a little more", reason, p[0])
			}
		})
	}
}

func TestAnAnswerThatIsNoStreamEndsTheSequence(t *testing.T) {
	for _, c := range []struct {
		answer http.HandlerFunc
		status int
	}{
		{status(401), 401},
		{status(404, "Content-Type", "text/event-stream"), 404},
		{status(205), 205},
		{status(200, "Content-Type", "text/html"), 200},
		{status(200, "Content-Type", "text/event-streams"), 200},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, client := perform(t, c.answer)
			_, err := follow(t, client)
			var answer *AnswerError
			if !errors.As(err, &answer) || answer.Status != c.status || len(s.requests) != 1 {
				t.Errorf("%v after %d requests, want status %d at once", err, len(s.requests), c.status)
			}
		})
	}
}

func TestPassingTroubleIsWaitedOutEverLongerAndAtRandom(t *testing.T) {
	for name, trouble := range map[string]http.HandlerFunc{
		"503": status(503), "a cut": cuts("retry: 1000\n\n"), "an end": says("retry: 1000\n\n"), "bye": says("event: bye\ndata: drain\n\n"),
	} {
		synctest.Test(t, func(t *testing.T) {
			s, c := perform(t, append(slices.Repeat([]http.HandlerFunc{trouble}, 100), says("data: x\n\n"), trouble)...)
			c.Retry = time.Second
			got, err := follow(t, c)
			expect(t, got, "x")
			if err != nil {
				t.Errorf("%s: the end is %v", name, err)
			}
			most := append([]time.Duration{2, 4, 8, 16}, slices.Repeat([]time.Duration{30}, 96)...)
			most = append(most, 2, 4) // after the event
			sum := time.Duration(0)
			for i, p := range s.pauses() {
				if sum += p; p < time.Second || p > most[i]*time.Second {
					t.Errorf("%s: pause %d is %v, want 1 s to %d s", name, i, p, most[i])
				}
			}
			if sum < 1000*time.Second {
				t.Errorf("%s: all pauses are %v together, far less than 15 s each", name, sum)
			}
		})
	}
}

func TestTheServerSaysWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := time.Now().Add(20 * time.Minute).UTC().Format(http.TimeFormat)
		s, c := perform(t, status(503, "Retry-After", date), says("retry: 200\n\ndata: x\n\n"), says("retry: 0\n\ndata: x\n\n"), says("retry: 600000\n\ndata: x\n\n"),
			says("retry: 99999999999999\n\ndata: x\n\n"), says("retry: 1000\n\ndata: x\n\n"), status(429, "Retry-After", "120"), status(500, "Retry-After", "soon"))
		_, _ = follow(t, c)
		for i, want := range []struct{ least, most time.Duration }{
			{20 * time.Minute, 20*time.Minute + 6*time.Second},
			{200 * time.Millisecond, 400 * time.Millisecond},
			{minRetry, 2 * minRetry}, // never at once, for ever
			{10 * time.Minute, 10 * time.Minute},
			{maxRetry, maxRetry},
			{time.Second, 2 * time.Second},
			{2 * time.Minute, 2*time.Minute + 4*time.Second},
			{time.Second, 8 * time.Second}, // nobody knows when that is
		} {
			if p := s.pauses()[i]; p < want.least || p > want.most {
				t.Errorf("pause %d is %v, want %v to %v", i, p, want.least, want.most)
			}
		}
	})
}

func TestASilentConnectionIsGivenUpButASlowLoopIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, holds("id: 1\ndata: a\n\nid: 2\ndata: b\n\n: half a line"), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		var got []string
		for m, err := range c.Events(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, m.Data)
			elapse(10 * time.Minute)
		}
		expect(t, got, "a", "b")
		expect(t, s.resumed(), "-", "2", "2")
		if p := s.pauses(); p[0] < 20*time.Minute+48*time.Second || p[0] > 21*time.Minute || p[1] < 48*time.Second || p[1] > time.Minute {
			t.Errorf("the pauses are %v, want the loop's 20 minutes, each time 45 s of silence, and retry", p)
		}
	})
}

func TestAPeerThatBeatsIsNotSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := perform(t, func(w http.ResponseWriter, r *http.Request) {
			for range 10 {
				says(":\n")(w, r)
				elapse(40 * time.Second)
			}
			says("event: end\ndata\n\n")(w, r)
		})
		if _, err := follow(t, c); err != nil || len(s.requests) != 1 {
			t.Errorf("%v, %d requests", err, len(s.requests))
		}
	})
}

func TestAClientReadsOverHTTP2(t *testing.T) {
	left := make(chan string, 2)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Last-Event-ID") == "" {
			cuts("retry: 1\nid: 1\ndata: a\n\n")(w, r)
		}
		holds("id: 2\ndata: b\n\n")(w, r)
		left <- r.Proto
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := &Client{URL: server.URL, HTTP: server.Client(), Log: slog.New(slog.DiscardHandler)}
	var got []string
	for m, err := range c.Events(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, m.Data); m.Data == "b" {
			break
		}
	}
	expect(t, got, "a", "b")
	if proto := <-left; proto != "HTTP/2.0" {
		t.Errorf("that was %s", proto)
	}
}

func TestARequestThatCannotBeMadeEndsTheSequence(t *testing.T) {
	for _, c := range []*Client{
		{URL: "localhost:8080/events"},
		{URL: "http://%/"},
		{URL: "http://chat.example", Header: http.Header{"Authorization": {"Bearer x\n"}}},
		{URL: "http://chat.example", LastEventID: "\x01"},
	} {
		if _, err := follow(t, c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

func TestADateInThePastIsNoReasonToHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		past := time.Now().Add(-1000 * time.Hour).UTC().Format(http.TimeFormat)
		var answers []http.HandlerFunc
		for range 10 {
			answers = append(answers, status(http.StatusServiceUnavailable, "Retry-After", past))
		}
		s, c := perform(t, answers...)
		_, _ = follow(t, c)
		for _, pause := range s.pauses() {
			if pause < time.Second {
				t.Errorf("it came back after %s", pause)
			}
		}
	})
}
