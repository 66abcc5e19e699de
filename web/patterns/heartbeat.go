package patterns

import "example.com/chat/internal/sse"

// heartbeat answers with a stream on which nothing happens. The engine sends a ping now and then, so that
// proxies keep the connection and both sides notice when it is dead. A reader that stops reading without
// a word is cut off when a write has made no progress for 15 s; one that leaves properly is noticed at
// once, without a write.
func (g *Gallery) heartbeat(v Visit) error {
	stream, err := v.Open(sse.Key("demo", v.User, "quiet", "heartbeat"))
	if err != nil {
		return err
	}
	return stream.Serve(v.Writer, v.Request)
}
