package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// remoteTimeout bounds a request to a running server.
const remoteTimeout = 20 * time.Second

// remote is a running server that a command has do its work, if the call names one.
type remote struct {
	server *url.URL
	token  string
}

// declare adds the flags that name the server.
func (r *remote) declare(flags *flag.FlagSet) {
	flags.Func("server", "", func(v string) (err error) {
		if r.server, err = parsePublicURL(v); err == nil && r.server == nil {
			err = errors.New("it is empty")
		}
		return err
	})
	flags.StringVar(&r.token, "token", "", "")
}

// check finds a token that nobody is there to be shown.
func (r *remote) check() error {
	if r.token != "" && r.server == nil {
		return errors.New("-token is for a server that -server URL names")
	}
	return nil
}

func (r *remote) named() bool { return r.server != nil }

// post has the server do something. It answers 204, or the error says in one line what is wrong and what to do.
func (r *remote) post(ctx context.Context, token, path string, body any) error {
	token = cmp.Or(r.token, token)
	if token == "" {
		return fmt.Errorf("-server: %s asks for a token: make one there, on the settings page, as an administrator, and set CHAT_TOKEN to it", r.server)
	}
	if err := checkToken(token); err != nil {
		return fmt.Errorf("-token: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	request, err := newPost(ctx, r.server.JoinPath(path).String(), token, body)
	if err != nil {
		return err
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		return r.unanswered(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return r.judge(answer)
}

func newPost(ctx context.Context, address, token string, body any) (*http.Request, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // the server bounds the body's size
	if err := encoder.Encode(body); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &text)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	return request, nil
}

// unanswered is about a request that no answer came to.
func (r *remote) unanswered(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("-server: nobody listens at %s: start the server there, or correct the address", r.server)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return fmt.Errorf("-server: %s hung up without an answer: see that it is a chat server, and try again", r.server)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("-server: %s did not answer within %s: see that it is well, and try again", r.server, remoteTimeout)
	}
	return fmt.Errorf("-server: %s cannot be reached: correct the address, or see to the network (%w)", r.server, oneLine(err))
}

// judge turns an answer other than 204 into an error.
func (r *remote) judge(answer *http.Response) error {
	switch status := answer.StatusCode; {
	case status == http.StatusNoContent:
		return nil
	case status == http.StatusUnauthorized:
		return fmt.Errorf("CHAT_TOKEN, -token: %s does not know this token, or not any more: make another one there, on the settings page", r.server)
	case status >= 300 && status < 400:
		return fmt.Errorf("-server: %s leads elsewhere: use the address of %q", r.server, answer.Header.Get("Location"))
	}
	if message := messageOf(answer.Body); message != "" {
		return fmt.Errorf("-server: %s answers: %s", r.server, message)
	}
	return fmt.Errorf("-server: %s answers %s: see that it is a chat server, and not older than this program", r.server, answer.Status)
}

// messageOf is what a chat server says in an error, "" if it is none.
func messageOf(body io.Reader) string {
	var told struct {
		Error struct{ Message string }
	}
	if json.NewDecoder(io.LimitReader(body, 1<<16)).Decode(&told) != nil {
		return ""
	}
	return strings.Join(strings.Fields(told.Error.Message), " ")
}
