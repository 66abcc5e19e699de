package web

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"example.com/chat/internal/chat"
	"example.com/chat/internal/sse"
	"example.com/chat/web/view"
)

// inspectorKey is what open inspectors are told the servers' reports by.
var inspectorKey = sse.Key("inspector")

// inspectorPause is how often an open inspector asks the servers.
const inspectorPause = 2 * time.Second

// inspectedStreams is how many streams the page shows of the server that answers it.
const inspectedStreams = 50

var errInspector = &chat.Error{Kind: chat.Forbidden, Message: "The inspector is for administrators."}

// GET /inspector: what the streams are doing.
func (s *Server) showInspector(c echo.Context, v visitor) error {
	if v.Role != chat.Administrator {
		return errInspector
	}
	page, err := s.Chat.Page(c.Request().Context(), v.ID, chat.PageQuery{})
	if err != nil {
		return err
	}
	return showHTML(c, http.StatusOK, view.Inspector(view.InspectorPage{
		Frame:   s.frame(page),
		Servers: []view.InspectedServer{inspected(s.Engine.Inspect(inspectedStreams))},
	}))
}

// GET /inspector/events: every server's report, as long as somebody watches.
func (s *Server) inspectorEvents(c echo.Context) error {
	v, err := s.visitor(c)
	if err != nil {
		return err
	}
	if v.Role != chat.Administrator {
		return errInspector
	}
	stream, err := s.openStream(c, func(o chat.Opening) sse.Opening { return s.detachedFor(c, o, inspectorKey, adminKey(v.ID)) })
	if err != nil {
		return err
	}
	return stream.ServeSource(responseOf(c), c.Request(), s.askServers)
}

// askServers yields nothing: what the servers answer is broadcast.
func (s *Server) askServers(ctx context.Context) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for yield(nil, nil) {
			if err := s.Engine.Ask(ctx, inspectorKey); err != nil && ctx.Err() == nil {
				s.Log.Debug("not every server was asked for its report", "err", err)
			}
			if pause(ctx, inspectorPause) != nil {
				return
			}
		}
	}
}

// Report is what a server tells open inspectors.
func Report(r sse.Report) sse.Event {
	var html bytes.Buffer
	if err := view.InspectorServer(inspected(r)).Render(context.Background(), &html); err != nil {
		return sse.Event{Name: "server"} // a buffer takes everything, so the template failed: nothing to be seen
	}
	return sse.Event{Name: "server", Data: html.Bytes()}
}

func inspected(r sse.Report) view.InspectedServer {
	return view.InspectedServer{
		Name: r.Server, At: time.Now(), Open: r.Stats.Streams,
		Figures: []view.Figure{
			{Name: "Streams", Value: uint64(r.Stats.Streams)},
			{Name: "Keys", Value: uint64(r.Stats.Keys)},
			{Name: "Queued", Value: uint64(r.Queued)},
			{Name: "Opened", Value: r.Stats.Opened},
			{Name: "Fell behind", Value: r.Stats.FellBehind},
			{Name: "Replayed", Value: r.Stats.Replayed},
			{Name: "Bytes", Value: r.Stats.Bytes},
			{Name: "Cut", Value: r.Stats.Cut},
			{Name: "Over a limit", Value: r.Stats.Limited},
		},
		Streams: each(r.Streams, inspectedStream),
		Events:  each(r.Recent, inspectedEvent),
	}
}

func inspectedStream(s sse.StreamState) view.InspectedStream {
	return view.InspectedStream{
		Who: cmp.Or(s.Label, string(s.Owner)), Keys: keyList(s.Keys, s.More), Way: s.Way, Protocol: s.Protocol,
		Opened: s.Opened, Queued: s.Queued, Last: s.Cursor.ID, Lag: s.Lag, Bytes: s.Bytes,
	}
}

func inspectedEvent(e sse.Seen) view.InspectedEvent {
	id := e.ID
	if e.Place > 0 {
		id = strconv.FormatInt(e.Place, 10)
	}
	return view.InspectedEvent{At: e.At, Name: cmp.Or(e.Name, "message"), ID: id, Keys: keyList(e.Keys, 0), Bytes: e.Bytes}
}

func keyList(keys []sse.StreamKey, more int) string {
	list := strings.Join(each(keys, func(k sse.StreamKey) string { return string(k) }), " ")
	if more > 0 {
		list += " and " + strconv.Itoa(more) + " more"
	}
	return list
}
