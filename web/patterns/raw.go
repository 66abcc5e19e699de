package patterns

import (
	"io"

	"example.com/chat/internal/sse"
)

// raw writes its own bytes. What they mean is its own business, too: here an event, and then end, so
// that the page does not come back for more.
func (g *Gallery) raw(v Visit) error {
	stream, err := v.Open()
	if err != nil {
		return err
	}
	return stream.ServeConn(v.Writer, v.Request, func(c *sse.Conn) error {
		if _, err := io.WriteString(c, "data: Hello, world!\n\n"); err != nil {
			return err
		}
		if err := c.Flush(); err != nil {
			return err
		}
		_, err := io.WriteString(c, "event: end\ndata:\n\n")
		return err
	})
}
