package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bedside/agent/broker"
)

// ensureStream returns what the broker says about the stream of the lane, and makes it if it is missing.
func (l *lane) ensureStream(ctx context.Context, nc *nats.Conn) (broker.Made, error) {
	size := broker.Site
	if l.b.o.embedded() {
		size = broker.Room
	}
	made, err := broker.EnsureStream(ctx, nc, l.b.o.api(), broker.Stream(l.class, size))
	if err == nil && made.Differs != "" {
		l.b.o.Log.Warn("stream is not as Bedside would make it, and stays as it is", "stream", l.stream, "differs", made.Differs)
	}
	return made, err
}

// streamReason puts what a stream failed with into words that stay the same while the cause does.
func streamReason(err error) string {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, broker.ErrNotYet):
		return err.Error()
	case noStream(err):
		return errNoStream.Error()
	case errors.As(err, &api):
		return api.Description
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return "the broker does not answer in time"
	default:
		return err.Error()
	}
}
