package sse

import "context"

// Bus moves bytes between the servers of one installation, on named channels. It has two
// implementations, Local here and internal/redis, which pass one conformance suite (ssetest.RunBus).
//
// A bus is fast and forgetful. What arrives is unaltered, and what one goroutine publishes arrives in
// the order it was published in; but a payload may be lost, without anybody noticing, whenever a
// server, a network or a receiver is in trouble. Who cannot miss one must be able to see that it is
// missing: the feed compares itself with the log, and streams end at a position.
//
// All methods are safe for concurrent use. A payload is shared by everybody who touches it and must
// not be altered once published, neither by the publisher nor by a receiver.
type Bus interface {
	// Publish hands a payload to every subscriber of the channel on every server, this one included. It
	// never blocks for long (about half a second), however ill the bus is. Nil means handed over,
	// which is not heard; an error means that it may or may not arrive.
	Publish(ctx context.Context, channel string, payload []byte) error

	// Subscribe has receive called for each payload of the channel until ctx ends; it returns once the
	// subscription is being kept. A bus that cannot be reached just now is not an error: it goes on
	// trying. receive is called by one goroutine at a time and delays those behind it, so it must be
	// quick. A call under way when ctx ends is not waited for.
	Subscribe(ctx context.Context, channel string, receive func(payload []byte)) error

	// Close ends every subscription and gives back what the bus holds. Afterwards Publish and Subscribe
	// answer an error.
	Close() error
}
