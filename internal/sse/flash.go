package sse

import "time"

// flash is an ephemeral event: encoded once, then shared by every stream that is told.
type flash struct {
	key    StreamKey
	frames []flashFrame
}

// flashFrame is the event in one format.
type flashFrame struct {
	format string
	name   string
	id     string
	whole  []byte // for streams that leave event ids to their users
	bare   []byte // without an id, for those whose ids are positions
}

func newFlash(key StreamKey, formats Formats) (*flash, error) {
	f := &flash{key: key, frames: make([]flashFrame, 0, len(formats))}
	for format, event := range formats {
		frame := flashFrame{format: format, name: event.Name, id: event.ID}
		var err error
		if frame.whole, err = event.Encode(); err != nil {
			return nil, err
		}
		frame.bare = frame.whole
		if event.ID != "" {
			event.ID = ""
			if frame.bare, err = event.Encode(); err != nil {
				return nil, err
			}
		}
		f.frames = append(f.frames, frame)
	}
	return f, nil
}

// appendTo appends the bytes for the stream's format, or else those for any format.
func (f *flash) appendTo(out [][]byte, s *Stream) [][]byte {
	found := -1
	for i := range f.frames {
		if f.frames[i].format == s.format || f.frames[i].format == "" && found < 0 {
			found = i
		}
	}
	switch {
	case found < 0:
		return out
	case s.detached:
		return append(out, f.frames[found].whole)
	}
	return append(out, f.frames[found].bare)
}

// seen is the flash as Inspect tells it.
func (f *flash) seen() Seen {
	seen := Seen{At: time.Now(), Keys: []StreamKey{f.key}}
	for _, frame := range f.frames {
		seen.Name, seen.ID = frame.name, frame.id
		seen.Bytes = max(seen.Bytes, len(frame.whole))
	}
	return seen
}
