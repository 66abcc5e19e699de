// Command chat is the whole application in one binary: see "chat help".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // quiet hours have zones, and an image or a small machine may have none
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(dispatch(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// dispatch runs the command that args name and gives the exit status: 1 if it failed, 2 if the call is wrong.
func dispatch(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "help", "-h", "-help", "--help":
		say(stdout, "%s", usage())
		return 0
	case "version", "-version", "--version":
		say(stdout, "%s\n", version())
		return 0
	}
	command, known := findCommand(name)
	if !known {
		say(stderr, "chat: %q is not understood\n\n%s", name, usage())
		return 2
	}
	do, err := command.parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		say(stdout, "%s", command.help())
		return 0
	case err != nil:
		say(stderr, "chat %s: %s; \"chat %s -h\" explains the call\n", name, err, name)
		return 2
	}
	cfg, err := readConfig(environ)
	if err == nil {
		err = do(ctx, call{cfg, newLogger(cfg, stderr), stdin, stdout})
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			say(stderr, "chat: %s\n", strings.TrimSpace(line))
		}
		return 1
	}
	return 0
}

// say writes to whoever started the program. If nobody reads it, nothing can be done about that.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// newLogger writes text for people at a terminal and JSON for everything else.
func newLogger(cfg config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: cfg.logLevel}
	if cfg.logFormat == "text" || (cfg.logFormat == "auto" && isTerminal(w)) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
