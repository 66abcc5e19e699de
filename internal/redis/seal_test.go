package redis

import (
	"bytes"
	"testing"
)

func TestASealedPayloadOpensOnlyAsItWas(t *testing.T) {
	s := sealer{[]byte("0123456789abcdef")}
	sealed := s.close("p.log", []byte("payload"))
	if got, err := s.open("p.log", sealed); err != nil || string(got) != "payload" {
		t.Fatalf("opened as %q, %v", got, err)
	}
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := s.open("p.log", altered); err == nil {
			t.Errorf("byte %d was altered, and it opened", i)
		}
	}
	for n := range sealed {
		if _, err := s.open("p.log", sealed[:n]); err == nil {
			t.Errorf("cut to %d bytes it opened", n)
		}
	}
	if _, err := s.open("p.live", sealed); err == nil {
		t.Error("it opened on another channel")
	}
	if _, err := (sealer{[]byte("fedcba9876543210")}).open("p.log", sealed); err == nil {
		t.Error("it opened with another key")
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer{[]byte("0123456789abcdef")}
	f.Add("log", []byte{})
	f.Add("log", s.close("log", nil))
	f.Add("log", s.close("live", []byte("moved")))
	f.Add("log", append([]byte{2}, make([]byte, 64)...))
	f.Fuzz(func(t *testing.T, channel string, sealed []byte) {
		payload, err := s.open(channel, sealed)
		if err == nil && !bytes.Equal(s.close(channel, payload), sealed) {
			t.Errorf("what nobody sealed was opened: %q", sealed)
		}
	})
}
