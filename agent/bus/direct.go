package bus

import (
	"context"

	"bedside/agent/broker"
)

// scanBatch is how many messages one question to a stream asks for. Our choice.
const scanBatch = 512

// direct asks the stream and returns the answer in the order of the stream.
func (l *lane) direct(ctx context.Context, q broker.Question) ([]broker.Stored, error) {
	found, err := broker.Look(ctx, l.b.nc.Load(), l.b.o.api(), l.stream, q)
	if err != nil {
		return nil, l.wrap(err)
	}
	return found, nil
}
