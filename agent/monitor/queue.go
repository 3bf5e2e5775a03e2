package monitor

import (
	"context"
	"errors"
	"time"
)

// errEnded is why nothing can be asked any more.
var errEnded = errors.New("monitor: has ended")

// send queues work for the goroutine of Run. It waits while the queue is full and gives up only when ctx or Run ends.
func (m *Monitor) send(ctx context.Context, work func(now time.Time)) error {
	select {
	case <-m.ended:
		return errEnded
	default:
	}
	select {
	case m.inbox <- work:
		return nil
	case <-m.ended:
		return errEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ask runs work in the goroutine of Run and waits until it is done.
func (m *Monitor) ask(ctx context.Context, work func(now time.Time)) error {
	done := make(chan struct{})
	if err := m.send(ctx, func(now time.Time) { defer close(done); work(now) }); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-m.ended: // perhaps just after the work was done
		select {
		case <-done:
			return nil
		default:
			return errEnded
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
