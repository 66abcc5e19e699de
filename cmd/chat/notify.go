package main

import (
	"context"
	"errors"
	"sync"

	"example.com/chat/internal/chat"
)

const notifyHelp = `Usage:
  chat notify USER TEXT [-server URL [-token TOKEN]]

Notifies a person of something: it shows on the bell of all of their devices, at once where they have a page
open, and it stays until they have read it. It prints nothing; the exit status is 0 if it was stored, 1 if not,
and 2 if the call is wrong.

  USER          a name, or the id of an account
  TEXT          at most 500 characters
  -server URL   has the server running there do it
  -token TOKEN  a token for that server: an administrator's for anybody, one's own for oneself.
                CHAT_TOKEN says the same and, other than a flag, does not show in the list of processes.

Without -server it is written into the database: CHAT_DATABASE_URL must be that of the servers, who find it
there within a second.

Examples:
  chat notify Ada "The backup is done."
  CHAT_TOKEN=... chat notify Ada "The backup failed!" -server https://chat.example.com
`

// notice is what a person is told, and by whom.
type notice struct {
	user, text string
	via        remote
}

func parseNotify(args []string) (action, error) {
	var n notice
	flags := newFlags()
	n.via.declare(flags)
	found, err := operands(flags, args, 2)
	if err != nil {
		return nil, err
	}
	if len(found) < 2 {
		return nil, errors.New("there must be a USER and a TEXT, such as: chat notify Ada \"The backup is done.\"")
	}
	n.user, n.text = found[0], found[1]
	return n.send, nil
}

func (n *notice) send(ctx context.Context, c call) error {
	if n.via.named() {
		return n.via.post(ctx, c.cfg.token, "/api/notify", map[string]any{"user": n.user, "text": n.text})
	}
	if err := databaseExists(c.cfg); err != nil {
		return err
	}
	store, err := openStore(ctx, c.cfg, c.log)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	writer := chat.NewWriter(store, func(chat.Batch) {}, c.log) // the servers find it in the log
	running, stop := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() { writer.Run(running) })
	defer writing.Wait()
	defer stop()
	err = chat.New(store, writer, chat.Config{}).NotifyFromHere(ctx, n.user, n.text)
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return errors.New(e.Message)
	}
	return err
}
