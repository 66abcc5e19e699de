package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// command is something the program can be told to do.
type command struct {
	name    string
	usage   string // how it is called, in "chat help"
	meaning string // and what it does, in a few words
	details string // what "chat NAME -h" tells; "" is what "chat help" does

	// parse takes what follows the name and gives what to do. Its errors are mistakes in the call.
	parse func(args []string) (action, error)
}

// action is a command with its arguments.
type action func(context.Context, call) error

// call is what an action has to do with.
type call struct {
	cfg    config
	log    *slog.Logger
	stdin  io.Reader
	stdout io.Writer
}

var commands = []command{
	{"serve", "chat [serve]", "run the server", "", bare(serve)},
	{"migrate", "chat migrate", "bring the database up to date and stop", "", bare(migrate)},
	{"broadcast", "chat broadcast KEY", "send what is on stdin to the open streams of KEY; -h tells more", broadcastHelp, parseBroadcast},
	{"notify", "chat notify USER TEXT", "notify a person of something; -h tells more", notifyHelp, parseNotify},
}

func findCommand(name string) (command, bool) {
	i := slices.IndexFunc(commands, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return commands[i], true
}

// help is what the command tells of itself.
func (c command) help() string {
	if c.details == "" {
		return usage()
	}
	return c.details
}

// bare is a command without arguments.
func bare(do action) func([]string) (action, error) {
	return func(args []string) (action, error) {
		_, err := operands(newFlags(), args, 0)
		return do, err
	}
}

// newFlags are the flags of a command. They say nothing themselves: dispatch does.
func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// operands parses flags, which may stand before, between and after the other arguments, and gives those: at
// most so many. What follows -- is no flag.
func operands(flags *flag.FlagSet, args []string, most int) (found []string, err error) {
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if parsed := len(args) - len(rest); parsed > 0 && args[parsed-1] == "--" {
			found, rest = append(found, rest...), nil
		}
		if len(rest) > 0 {
			found, rest = append(found, rest[0]), rest[1:]
		}
		args = rest
	}
	if len(found) > most {
		return nil, fmt.Errorf("%q is not understood", found[most])
	}
	return found, nil
}
