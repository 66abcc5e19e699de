package main

import (
	"runtime/debug"
	"strings"
)

// version names the program as exactly as the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "chat (unknown version)"
	}
	words := []string{"chat", info.Main.Version}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			words = append(words, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true":
			words = append(words, "(modified)")
		}
	}
	return strings.Join(append(words, info.GoVersion), " ")
}
