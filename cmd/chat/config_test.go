package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
	"time"
)

func TestWithoutSettingsTheDefaultsHold(t *testing.T) {
	cfg, err := readConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.addr != ":8080" || cfg.database != "sqlite:chat.db" || cfg.heartbeat != 15*time.Second ||
		cfg.retention != 168*time.Hour || !cfg.rateLimit || cfg.signup != chat.SignupOpen || cfg.receipts || cfg.publicURL != nil {
		t.Errorf("the defaults are %+v", cfg)
	}
}

func TestAnEmptySettingIsNone(t *testing.T) {
	cfg, err := readConfig([]string{"CHAT_ADDR=", "CHAT_REDIS_URL="})
	if err != nil || cfg.addr != ":8080" {
		t.Errorf("got %q, %v", cfg.addr, err)
	}
}

func TestSettingsAreRead(t *testing.T) {
	cfg, err := readConfig([]string{
		"CHAT_ADDR=127.0.0.1:0", "CHAT_DATABASE_URL=postgres://chat:secret@db/chat", "CHAT_REDIS_URL=redis://cache:6379/0",
		"CHAT_PUBLIC_URL=https://chat.example.com/", "CHAT_SIGNUP=closed", "CHAT_TRUSTED_PROXIES=10.0.0.0/8, ::1",
		"CHAT_ALLOWED_ORIGINS=https://App.example.com, https://b.example:443,http://c.example:443", "CHAT_HEARTBEAT=1s", "CHAT_LOG_RETENTION=24h",
		"CHAT_RATE_LIMIT=off", "CHAT_READ_RECEIPTS=on", "CHAT_LOG_LEVEL=warn", "CHAT_LOG_FORMAT=json", "CHAT_TEST_POSTGRES_URL=x", "PATH=/bin",
	})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.publicURL.Host != "chat.example.com" || cfg.signup != chat.SignupClosed || len(cfg.proxies) != 2 || cfg.rateLimit || !cfg.receipts ||
		!slices.Equal(cfg.origins, []string{"https://app.example.com", "https://b.example", "http://c.example:443"}) || cfg.heartbeat != time.Second {
		t.Errorf("got %+v", cfg)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for setting, want := range map[string]string{
		"CHAT_ADDR=8080":                                                     `CHAT_ADDR: "8080" is not host:port`,
		"CHAT_ADDR=:http":                                                    "CHAT_ADDR: the port",
		"CHAT_ADDR=:70000":                                                   "CHAT_ADDR: the port",
		"CHAT_DATABASE_URL=chat.db":                                          `CHAT_DATABASE_URL: "chat.db" is no database`,
		"CHAT_DATABASE_URL=mysql://root:hunter2@db/x":                        `CHAT_DATABASE_URL: "mysql" is no database`,
		"CHAT_DATABASE_URL=sqlite:":                                          "CHAT_DATABASE_URL: after sqlite:",
		"CHAT_DATABASE_URL=postgres://u:hunter2%@db/x":                       "CHAT_DATABASE_URL: this is not a URL",
		"CHAT_REDIS_URL=cache:6379":                                          "CHAT_REDIS_URL: this is not a URL",
		"CHAT_PUBLIC_URL=chat.example.com":                                   "CHAT_PUBLIC_URL: this must be",
		"CHAT_PUBLIC_URL=https://chat.example.com/chat":                      "CHAT_PUBLIC_URL: this must be",
		"CHAT_REDIS_URL=redis://":                                            "CHAT_REDIS_URL: ",
		"CHAT_SIGNUP=maybe":                                                  `CHAT_SIGNUP: "maybe" is not one of: open, invite, closed`,
		"CHAT_READ_RECEIPTS=yes":                                             `CHAT_READ_RECEIPTS: "yes" is not one of: on, off`,
		"CHAT_TLS_CERT=cert.pem":                                             "CHAT_TLS_KEY: CHAT_TLS_CERT is set",
		"CHAT_TLS_KEY=key.pem":                                               "CHAT_TLS_CERT: CHAT_TLS_KEY is set",
		"CHAT_TRUSTED_PROXIES=10.0.0.0/8,proxy":                              `CHAT_TRUSTED_PROXIES: "proxy" is neither`,
		"CHAT_ALLOWED_ORIGINS=https://a.example/x":                           `CHAT_ALLOWED_ORIGINS: "https://a.example/x" is no origin`,
		"CHAT_ALLOWED_ORIGINS=*":                                             `CHAT_ALLOWED_ORIGINS: "*" is no origin`,
		"CHAT_ALLOWED_ORIGINS=null":                                          `CHAT_ALLOWED_ORIGINS: "null" is no origin`,
		"CHAT_ALLOWED_ORIGINS=https://a.example,b.example,https://c.example": `CHAT_ALLOWED_ORIGINS: "b.example" is no origin`,
		"CHAT_ALLOWED_ORIGINS=https://u:hunter2@a.example":                   "CHAT_ALLOWED_ORIGINS: one of these is no origin",
		"CHAT_HEARTBEAT=15":                                                  `CHAT_HEARTBEAT: "15" is not a duration`,
		"CHAT_HEARTBEAT=-1s":                                                 "CHAT_HEARTBEAT: -1s is too short",
		"CHAT_LOG_RETENTION=week":                                            "CHAT_LOG_RETENTION: ",
		"CHAT_RATE_LIMIT=yes":                                                `CHAT_RATE_LIMIT: "yes" is not one of: on, off`,
		"CHAT_LOG_LEVEL=loud":                                                "CHAT_LOG_LEVEL: ",
		"CHAT_LOG_FORMAT=xml":                                                "CHAT_LOG_FORMAT: ",
		"CHAT_ADRR=:80":                                                      "CHAT_ADRR: there is no such setting; did you mean CHAT_ADDR?",
		"CHAT_DATABASE=x":                                                    "CHAT_DATABASE: there is no such setting; did you mean CHAT_DATABASE_URL?",
		"CHAT_WALLPAPER=blue":                                                `CHAT_WALLPAPER: there is no such setting; "chat help" lists them all`,
	} {
		_, err := readConfig([]string{setting})
		if err == nil {
			t.Errorf("%s is accepted", setting)
			continue
		}
		if text := err.Error(); !strings.HasPrefix(text, want) || strings.Contains(text, "\n") || strings.Contains(text, "hunter2") {
			t.Errorf("%s:\n got %s\nwant %s…", setting, text, want)
		}
	}
}

func TestAllMistakesAreReportedTogether(t *testing.T) {
	var stdout, stderr bytes.Buffer
	status := dispatch(context.Background(), nil, []string{"CHAT_ADDR=x", "CHAT_HEARTBEAT=y", "CHAT_FOO=z"}, nil, &stdout, &stderr)
	if status != 1 {
		t.Errorf("exit status %d", status)
	}
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "chat: CHAT_ADDR: ") ||
		!strings.HasPrefix(lines[1], "chat: CHAT_HEARTBEAT: ") || !strings.HasPrefix(lines[2], "chat: CHAT_FOO: ") {
		t.Errorf("stderr:\n%s", stderr.String())
	}
	if stdout.Len() > 0 {
		t.Errorf("stdout: %s", stdout.String())
	}
}

func TestHelpListsEverySetting(t *testing.T) {
	for _, flag := range []string{"help", "-help", "--help", "-h"} {
		var stdout, stderr bytes.Buffer
		if status := dispatch(context.Background(), []string{flag}, nil, nil, &stdout, &stderr); status != 0 {
			t.Errorf("%s: exit status %d", flag, status)
		}
		for _, s := range settings {
			if !strings.Contains(stdout.String(), "\n  "+s.name+"="+s.fallback+"\n") {
				t.Errorf("%s does not list %s", flag, s.name)
			}
		}
	}
}

func TestAnUnknownCommandExplainsTheKnownOnes(t *testing.T) {
	for _, args := range [][]string{{"start"}, {"start", "now"}, {"-v"}} {
		var stdout, stderr bytes.Buffer
		if status := dispatch(context.Background(), args, nil, nil, &stdout, &stderr); status != 2 {
			t.Errorf("%q: exit status %d", args, status)
		}
		if !strings.Contains(stderr.String(), "chat migrate") || stdout.Len() > 0 {
			t.Errorf("%q:\n%s", args, stderr.String())
		}
	}
}

func TestVersionIsOneLine(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := dispatch(context.Background(), []string{"version"}, nil, nil, &stdout, &stderr); status != 0 {
		t.Fatalf("exit status %d", status)
	}
	if text := stdout.String(); !strings.HasPrefix(text, "chat ") || strings.Count(text, "\n") != 1 {
		t.Errorf("got %q", text)
	}
}

// The example file is read by people, so it says what the program says.
func TestTheExampleFileAgrees(t *testing.T) {
	text, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	example := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^#? ?(CHAT_\w+)=(.*)$`).FindAllStringSubmatch(string(text), -1) {
		example[m[1]] = m[2]
	}
	for _, s := range settings {
		fallback, ok := example[s.name]
		if !ok || fallback != s.fallback {
			t.Errorf(".env.example has %s=%q (there: %v), the program %q", s.name, fallback, ok, s.fallback)
		}
		delete(example, s.name)
	}
	for name := range example {
		t.Errorf(".env.example has %s, which does not exist", name)
	}
}
