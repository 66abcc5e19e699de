package main

import (
	"context"
	"time"

	"example.com/chat/web"
)

// feedLate is the age of the feed's last look at the log at which this server counts as blind.
const feedLate = 5 * time.Second

// health is what /readyz tells.
func (n *node) health(ctx context.Context) web.Health {
	h := web.Health{Store: web.OK, Bus: web.OK, Feed: web.OK, Draining: n.draining.Load()}
	if _, err := n.store.Head(ctx); err != nil {
		h.Store = "unreachable"
	}
	if bus, ok := n.bus.(interface{ Ping(context.Context) error }); ok && bus.Ping(ctx) != nil {
		h.Bus = "unreachable"
	}
	if time.Since(n.feed.Polled()) > feedLate {
		h.Feed = "behind"
	}
	return h
}

// gauges are the figures of /metrics that come from feed and engine.
func (n *node) gauges() []web.Gauge {
	count := func(name, help string, value func() uint64) web.Gauge {
		return web.Gauge{Name: name, Help: help, Counter: true, Value: func() float64 { return float64(value()) }}
	}
	return []web.Gauge{
		{Name: "chat_streams_open", Help: "Streams open now.", Value: func() float64 { return float64(n.engine.Stats().Streams) }},
		{Name: "chat_stream_queued", Help: "Events waiting for streams' writers now.", Value: func() float64 { return float64(n.engine.Queued()) }},
		{Name: "chat_stream_keys", Help: "Keys with subscribers now.", Value: func() float64 { return float64(n.engine.Stats().Keys) }},
		{Name: "chat_feed_poll_age_seconds", Help: "Time since the feed last looked at the log.",
			Value: func() float64 { return time.Since(n.feed.Polled()).Seconds() }},
		count("chat_streams_opened_total", "Streams opened.", func() uint64 { return n.engine.Stats().Opened }),
		count("chat_stream_events_total", "Durable events written to streams.", func() uint64 { return n.engine.Stats().Delivered }),
		count("chat_stream_bytes_total", "Bytes written to streams.", func() uint64 { return n.engine.Stats().Bytes }),
		count("chat_stream_behind_total", "Times that a stream's queue overflowed.", func() uint64 { return n.engine.Stats().FellBehind }),
		count("chat_stream_replays_total", "Reads of the store for streams.", func() uint64 { return n.engine.Stats().Replays }),
		count("chat_stream_replayed_total", "Events read again for streams, from memory or the store.", func() uint64 { return n.engine.Stats().Replayed }),
		count("chat_streams_limited_total", "Streams ended because there were too many.", func() uint64 { return n.engine.Stats().Limited }),
		count("chat_stream_cut_total", "Streams ended because their reader made no progress.", func() uint64 { return n.engine.Stats().Cut }),
		count("chat_feed_offered_total", "Events offered to the feed.", func() uint64 { return n.feed.Stats().Offered }),
		count("chat_feed_from_log_total", "Events that the feed had to read from the log.", func() uint64 { return n.feed.Stats().FromLog }),
		count("chat_feed_dropped_total", "Events offered to the feed that were old, foreign or too many.", func() uint64 { return n.feed.Stats().Dropped }),
		count("chat_bus_rejected_total", "Payloads on the bus that were not ours or could not be read.", n.rejected),
		count("chat_feed_polls_total", "Looks of the feed at the log.", func() uint64 { return n.feed.Stats().Polls }),
		count("chat_push_postponed_total", "People whose notifications were pushed or withdrawn later, because too many waited.", n.push.Postponed),
		count("chat_feed_resets_total", "Times that the feed's sequence began anew.", func() uint64 { return n.feed.Stats().Resets }),
	}
}

// rejected counts what was skipped: payloads without our signature, and signed ones that make no sense.
func (n *node) rejected() uint64 {
	rejected := n.unreadable.Load()
	if bus, ok := n.bus.(interface{ Rejected() uint64 }); ok {
		rejected += bus.Rejected()
	}
	return rejected
}

// blindFor is how long a server may be cut off from the log before it tells nothing ephemeral any more.
const blindFor = 30 * time.Second

// fresh says whether this server knows who may be told what.
func (n *node) fresh() bool { return time.Since(n.feed.Polled()) < blindFor }
