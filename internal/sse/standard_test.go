package sse

import (
	"bytes"
	"math/big"
	"strings"
)

// eventStream is what the HTML standard makes of a stream.
type eventStream struct {
	messages    []Message
	lastEventID string
	retry       *big.Int // milliseconds
}

// interpretStandard is 9.2.5 and 9.2.6 of the HTML standard word by word, slow, and for a stream that is there as a
// whole. The Decoder is held to it.
func interpretStandard(stream []byte) (s eventStream) {
	var data, eventType, lastEventID string
	for _, line := range linesStandard(decodeStandard(stream)) {
		// If the line is empty (a blank line): dispatch the event.
		if line == "" {
			s.lastEventID = lastEventID
			if data == "" {
				eventType = ""
				continue
			}
			data = strings.TrimSuffix(data, "\n")
			m := Message{LastEventID: s.lastEventID, Name: "message", Data: data}
			if eventType != "" {
				m.Name = eventType
			}
			s.messages = append(s.messages, m)
			data, eventType = "", ""
			continue
		}
		var field, value string
		switch colon := strings.Index(line, ":"); {
		case colon == 0: // If the line starts with a colon: ignore the line.
			continue
		case colon > 0: // If the line contains a colon.
			field, value = line[:colon], strings.TrimPrefix(line[colon+1:], " ")
		default: // Otherwise: the whole line is the field name, and the empty string the value.
			field, value = line, ""
		}
		switch {
		case field == "event":
			eventType = value
		case field == "data":
			data += value
			data += "\n"
		case field == "id" && !strings.Contains(value, "\x00"):
			lastEventID = value
		case field == "retry" && value != "" && strings.Trim(value, "0123456789") == "":
			s.retry, _ = new(big.Int).SetString(value, 10)
		}
	}
	return s
}

// linesStandard splits at CRLF pairs, single LFs and single CRs. What follows the last of them is an incomplete
// line, and discarded.
func linesStandard(text string) (lines []string) {
	line := ""
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
			fallthrough
		case text[i] == '\r', text[i] == '\n':
			lines, line = append(lines, line), ""
		default:
			line += text[i : i+1]
		}
	}
	return lines
}

// decodeStandard is UTF-8 decode of the Encoding standard: it drops one byte order mark, then runs the UTF-8
// decoder with replacement.
func decodeStandard(in []byte) string {
	var out []rune
	var point rune
	var seen, needed int
	lower, upper := byte(0x80), byte(0xBF)
	in = bytes.TrimPrefix(in, []byte{0xEF, 0xBB, 0xBF})
	for i := 0; i < len(in); i++ {
		b := in[i]
		if needed == 0 {
			switch {
			case b <= 0x7F:
				out = append(out, rune(b))
			case 0xC2 <= b && b <= 0xDF:
				needed, point = 1, rune(b&0x1F)
			case 0xE0 <= b && b <= 0xEF:
				switch b {
				case 0xE0:
					lower = 0xA0
				case 0xED:
					upper = 0x9F
				}
				needed, point = 2, rune(b&0xF)
			case 0xF0 <= b && b <= 0xF4:
				switch b {
				case 0xF0:
					lower = 0x90
				case 0xF4:
					upper = 0x8F
				}
				needed, point = 3, rune(b&0x7)
			default:
				out = append(out, '\uFFFD')
			}
			continue
		}
		if b < lower || upper < b {
			point, needed, seen, lower, upper = 0, 0, 0, 0x80, 0xBF
			i-- // restore the byte
			out = append(out, '\uFFFD')
			continue
		}
		lower, upper = 0x80, 0xBF
		point = point<<6 | rune(b&0x3F)
		if seen++; seen == needed {
			out = append(out, point)
			point, needed, seen = 0, 0, 0
		}
	}
	if needed > 0 {
		out = append(out, '\uFFFD')
	}
	return string(out)
}
