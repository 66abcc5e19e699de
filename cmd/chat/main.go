// Command chat is the whole application in one binary: see "chat help".
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(dispatch(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// dispatch runs the subcommand that args name and gives the exit status.
func dispatch(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	command := "serve"
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "help", "-h", "-help", "--help":
		say(stdout, "%s", usage())
		return 0
	case "version", "-version", "--version":
		say(stdout, "%s\n", version())
		return 0
	}
	run, known := map[string]func(context.Context, config, *slog.Logger, io.Writer) error{
		"serve":   serve,
		"migrate": migrate,
	}[command]
	if !known || len(args) > 1 {
		say(stderr, "chat: this is not understood: %q\n\n%s", strings.Join(args, " "), usage())
		return 2
	}
	cfg, err := readConfig(environ)
	if err == nil {
		err = run(ctx, cfg, newLogger(cfg, stderr), stdout)
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
