package monitor

import (
	"context"
	"time"
)

// QueueSize is how many deliveries may wait.
const QueueSize = queueSize

// SetWallClock lets the room believe that somebody moved the wall clock of the computer by step: virtual time cannot.
func (m *Monitor) SetWallClock(ctx context.Context, step time.Duration) error {
	return m.ask(ctx, func(time.Time) { m.clock.wall = m.clock.wall.Add(-step) })
}
