package patterns

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"example.com/chat/internal/sse"
)

// Follow is a program that reads a stream until that is over. When the connection is lost it comes back, and
// goes on after the last event that the loop is done with.
func Follow(ctx context.Context, url, token string, out io.Writer) error {
	client := sse.Client{URL: url, Header: http.Header{"Authorization": {"Bearer " + token}}}
	for message, err := range client.Events(ctx) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s %s: %s\n", message.LastEventID, message.Name, message.Data); err != nil {
			return err
		}
	}
	return nil
}
