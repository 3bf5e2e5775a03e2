// Package stages starts the parts of a program in order and stops them in reverse order, each in bounded time. An agent and
// a station are such programs.
package stages

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Stage is one part that runs until it is told to stop.
type Stage struct {
	Name string
	Run  func(ctx context.Context) error // returns when ctx ends, or earlier with the reason why it cannot go on
	Wait time.Duration                   // how long it may take to stop, even if those before it took all of theirs
}

type running struct {
	Stage
	who  string
	stop context.CancelFunc
	done chan error
}

// Run starts the stages in order and stops them in reverse order when ctx ends or one of them fails: what comes
// later uses what comes earlier, so a device's last reading still finds the record open. What one of them leaves of its time,
// the next ones have too: together they take the sum at most. It returns the failure that ended the run, or what went wrong
// while stopping, or nil. Who names the program in what is said.
func Run(ctx context.Context, who string, log *slog.Logger, stages []Stage) error {
	failed := make(chan error, len(stages))
	started := make([]running, 0, len(stages))
	for _, s := range stages {
		// A stage's context ends when its turn to stop comes, not when ctx does.
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		r := running{Stage: s, who: who, stop: stop, done: make(chan error, 1)}
		started = append(started, r)
		go func() {
			err := r.Run(own)
			if own.Err() == nil {
				failed <- r.ended(err)
			}
			r.done <- err
		}()
	}
	var cause error
	select {
	case <-ctx.Done():
	case cause = <-failed:
	}
	errs, late := []error{cause}, time.Now()
	for i := len(started) - 1; i >= 0; i-- {
		late = late.Add(started[i].Wait)
		errs = append(errs, started[i].end(log, late, cause != nil))
	}
	return errors.Join(errs...)
}

func (r *running) ended(err error) error {
	if err == nil {
		return fmt.Errorf("%s: %s ended by itself", r.who, r.Name)
	}
	return fmt.Errorf("%s: %w", r.who, err)
}

// end stops one stage, which has time until late. After a failure the stage's own error is already known and not repeated.
func (r *running) end(log *slog.Logger, late time.Time, known bool) error {
	r.stop()
	wait := time.Until(late)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case err := <-r.done:
		if err != nil && !known && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("%s: stop: %w", r.who, err)
		}
		return nil
	case <-timer.C:
		log.Error("part did not stop in time and is left behind", "part", r.Name, "wait", wait)
		return fmt.Errorf("%s: %s did not stop within %s", r.who, r.Name, wait.Round(time.Millisecond))
	}
}
