package main

import (
	"fmt"
	"strings"
)

// usage tells every command and every setting.
func usage() string {
	var b strings.Builder
	b.WriteString(`chat: rooms to talk in, where nothing is lost.

Usage:
`)
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-18s   %s\n", c.usage, c.meaning)
	}
	b.WriteString(`  chat version         tell the version
  chat help            this

Settings, all of them environment variables, with their defaults:
`)
	for _, s := range settings {
		fmt.Fprintf(&b, "\n  %s=%s\n", s.name, s.fallback)
		for line := range strings.Lines(s.meaning) {
			b.WriteString("      " + line)
		}
		b.WriteString("\n")
	}
	return b.String()
}
