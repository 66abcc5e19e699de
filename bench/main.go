// Command bench measures the chat and prints figures with the machine, the commit and the ratios that matter. It is
// a module of its own so that the chat does not depend on it. Run it with "make bench".
//
//	bench [-quick] [write] [room] [crowd] [fanout] [idle] [ban]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	quick := flag.Bool("quick", false, "a tenth of everything, to see that it works")
	flag.Parse()
	b := &bench{seconds: 5, streams: 1000, idle: 10_000, messages: 500, history: 100_000, crowds: []int{500, 5000, 20_000}, bannings: 50}
	if *quick {
		b.seconds, b.streams, b.idle, b.messages = 1, 100, 1000, 50
		b.history, b.crowds, b.bannings = 10_000, []int{500}, 5
	}
	parts := flag.Args()
	if len(parts) == 0 {
		parts = []string{"write", "room", "crowd", "fanout", "idle", "ban"}
	}
	describe()
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"write", b.write}, {"room", b.room}, {"crowd", b.crowd}, {"fanout", b.fanOut}, {"idle", b.idleStreams}, {"ban", b.ban}} {
		if !slices.Contains(parts, part.name) {
			continue
		}
		if err := part.run(context.Background()); err != nil {
			fmt.Fprintf(os.Stderr, "bench: %s: %v\n", part.name, err)
			os.Exit(1)
		}
	}
}

// bench holds the sizes of what is measured.
type bench struct {
	seconds  int   // of each measurement of writing
	streams  int   // that a message goes to
	messages int   // that are sent to them
	idle     int   // streams that only wait
	history  int   // messages in a large room
	crowds   []int // members of large rooms
	bannings int   // people who are banned
}

// describe says what the figures are of.
func describe() {
	fmt.Printf("machine  %s, %d CPUs, %s\n", cpu(), runtime.NumCPU(), runtime.GOOS+"/"+runtime.GOARCH)
	fmt.Printf("commit   %s\n", output("git", "describe", "--always", "--dirty"))
	fmt.Printf("command  bench %s\n", strings.Join(os.Args[1:], " "))
	fmt.Printf("go       %s\n", runtime.Version())
	fmt.Printf("when     %s\n\n", time.Now().UTC().Format(time.DateTime))
}

func cpu() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, " \t:"))
		}
	}
	return "unknown CPU"
}

func output(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
