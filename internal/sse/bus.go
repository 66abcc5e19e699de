package sse

import "context"

type Bus interface {
	Publish(ctx context.Context, channel string, payload []byte) error
	Subscribe(ctx context.Context, channel string, receive func(payload []byte)) error
	Close() error
}
