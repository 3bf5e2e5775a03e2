package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// stage is one part of the agent that runs until it is told to stop.
type stage struct {
	name string
	run  func(ctx context.Context) error // returns when ctx ends, or earlier with the reason why it cannot go on
	wait time.Duration                   // how long it may take to stop
}

type running struct {
	stage
	stop context.CancelFunc
	done chan error
}

// runStages starts the stages in order and stops them in reverse order when ctx ends or one of them fails: what comes
// later uses what comes earlier, so a device's last reading still finds the record open. It returns the failure that
// ended the run, or what went wrong while stopping, or nil.
func runStages(ctx context.Context, log *slog.Logger, stages []stage) error {
	failed := make(chan error, len(stages))
	started := make([]running, 0, len(stages))
	for _, s := range stages {
		// A stage's context ends when its turn to stop comes, not when ctx does.
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		r := running{stage: s, stop: stop, done: make(chan error, 1)}
		started = append(started, r)
		go func() {
			err := r.run(own)
			if own.Err() == nil {
				failed <- ended(r.name, err)
			}
			r.done <- err
		}()
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	errs := []error{cause}
	for i := len(started) - 1; i >= 0; i-- {
		errs = append(errs, started[i].end(log, cause != nil))
	}
	return errors.Join(errs...)
}

func ended(name string, err error) error {
	if err == nil {
		return fmt.Errorf("agent: %s ended by itself", name)
	}
	return fmt.Errorf("agent: %w", err)
}

// end stops one stage. After a failure the stage's own error is already known and not repeated.
func (r *running) end(log *slog.Logger, known bool) error {
	r.stop()
	timer := time.NewTimer(r.wait)
	defer timer.Stop()
	select {
	case err := <-r.done:
		if err != nil && !known && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("agent: stop: %w", err)
		}
		return nil
	case <-timer.C:
		log.Error("agent: part did not stop in time and is left behind", "part", r.name, "wait", r.wait)
		return fmt.Errorf("agent: %s did not stop within %s", r.name, r.wait)
	}
}
