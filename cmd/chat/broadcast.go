package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/chat/internal/sse"
)

const broadcastHelp = `Usage:
  chat broadcast KEY [-event NAME] [-id ID] [-server URL [-token TOKEN]] < data

Sends an event to whoever has the streams of KEY open now, on every server. Nothing is stored: who is not
there never hears of it. It prints nothing; the exit status is 0 if the event was handed over, 1 if not, and
2 if the call is wrong.

  KEY           names the streams: room:ID, user:ID, or a key of your own, such as demo:stream.
                Within a part, % is written %25 and : is written %3A.
  data          text on stdin: UTF-8 without NUL, at most 1 MiB, and through -server, where it is
                sent as JSON, 128 KB. One line break at its end is dropped.
  -event NAME   the event's type; without it, message. The pages take the data of the events that they
                know for HTML, so give yours a name of its own.
  -id ID        the event's id. Streams that resume by a cursor of their own, as those of the pages,
                leave it out.
  -server URL   hands the event to the server running there, which passes it on to the others
  -token TOKEN  an administrator's token for that server. CHAT_TOKEN says the same and, other than a
                flag, does not show in the list of processes.

Without -server the event goes through Redis: CHAT_REDIS_URL and CHAT_DATABASE_URL must be those of the
servers, since what goes through Redis is signed with a key from the database.

Examples:
  echo 'Lunch is ready' | chat broadcast room:general -event notice
  CHAT_TOKEN=... chat broadcast demo:stream -server https://chat.example.com < event.json
`

// maxData is how much one event may carry.
const maxData = 1 << 20

// broadcast is an event from outside, and whom to give it.
type broadcast struct {
	key   sse.StreamKey
	event sse.Event
	via   remote
}

func parseBroadcast(args []string) (action, error) {
	var b broadcast
	flags := newFlags()
	flags.StringVar(&b.event.Name, "event", "", "")
	flags.StringVar(&b.event.ID, "id", "", "")
	b.via.declare(flags)
	found, err := operands(flags, args, 1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("there is no KEY, such as room:general")
	}
	if b.key, err = sse.ParseKey(found[0]); err != nil {
		return nil, fmt.Errorf("%q is no KEY: %s", found[0], reason(err))
	}
	if err := b.via.check(); err != nil {
		return nil, err
	}
	return b.send, b.check()
}

// check says what is wrong with the event's name or id.
func (b *broadcast) check() error {
	switch _, err := b.event.Encode(); {
	case !isText(b.event.Name):
		return errors.New("-event: " + notText)
	case !isText(b.event.ID):
		return errors.New("-id: " + notText)
	case errors.Is(err, sse.ErrID):
		return fmt.Errorf("-id: %s", reason(err))
	case errors.Is(err, sse.ErrName):
		return fmt.Errorf("-event: %s", reason(err))
	default:
		return err
	}
}

const notText = "this is not valid text (UTF-8 without NUL)"

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// reason is an engine's error without the engine's name.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "sse: ") }

func (b *broadcast) send(ctx context.Context, c call) error {
	send := b.throughServer
	switch {
	case b.via.named():
	case c.cfg.redisURL != "":
		send = b.throughRedis
	default:
		return errors.New("there is no way to the servers: set CHAT_REDIS_URL and CHAT_DATABASE_URL as they have them, or name a running one with -server URL")
	}
	data, err := readData(ctx, c.stdin)
	if err != nil {
		return err
	}
	b.event.Data = data
	return send(ctx, c)
}

func (b *broadcast) throughServer(ctx context.Context, c call) error {
	return b.via.post(ctx, c.cfg.token, "/api/broadcast", map[string]any{
		"key": b.key, "event": b.event.Name, "id": b.event.ID, "data": b.event.Data,
	})
}

func (b *broadcast) throughRedis(ctx context.Context, c call) error {
	bus, err := joinBus(ctx, c.cfg, c.log)
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }()
	if err := sse.New(sse.Config{Bus: bus}).Broadcast(ctx, b.key, b.event); err != nil {
		return fmt.Errorf("CHAT_REDIS_URL: Redis did not take the event, so nobody has it: see that it runs and can be reached from here, and try again (%w)", oneLine(err))
	}
	return nil
}

// readData reads an event's data. A person at the keyboard may give up.
func readData(ctx context.Context, stdin io.Reader) (string, error) {
	type input struct {
		data []byte
		err  error
	}
	read := make(chan input, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(stdin, maxData+3)) // one more than data and a line break have
		read <- input{data, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("it was interrupted; nothing was sent")
	case in := <-read:
		if in.err != nil {
			return "", fmt.Errorf("stdin cannot be read: %w", in.err)
		}
		return checkData(in.data)
	}
}

func checkData(data []byte) (string, error) {
	data, trimmed := bytes.CutSuffix(data, []byte("\n"))
	if trimmed {
		data = bytes.TrimSuffix(data, []byte("\r"))
	}
	switch {
	case len(data) > maxData:
		return "", errors.New("stdin has more than 1 MiB, which is the most that one event carries; nothing was sent")
	case !isText(string(data)):
		return "", errors.New("stdin: " + notText + "; encode other data, as base64, for example; nothing was sent")
	}
	return string(data), nil
}
