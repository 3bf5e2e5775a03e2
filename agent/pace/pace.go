// Package pace is the agent's clock. It runs at the speed of real time, or faster in a demo, so that twenty minutes of
// a simulated session pass in one; everything that waits or measures time in the agent asks it.
package pace

import (
	"context"
	"time"
)

// Clock tells the time. The zero value runs at real speed. It is an immutable value, safe for concurrent use.
type Clock struct {
	start   time.Time
	speed   float64
	virtual *Virtual
}

// Virtual is time that somebody makes: it stands still while anything is computed, and passes when everybody waits. A
// rehearsal runs an hour in less than a second with it.
type Virtual struct {
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) bool // as [Clock.Sleep]
}

// Clock returns the clock that shows this time. It is as safe for concurrent use as the functions of v are.
func (v *Virtual) Clock() Clock { return Clock{virtual: v} }

// New returns a clock that starts now and runs speed times as fast as real time. A speed of 1 or less is real time.
func New(speed float64) Clock {
	if speed <= 1 {
		return Clock{}
	}
	return Clock{start: time.Now(), speed: speed}
}

// Now returns the moment, with a monotonic reading, so that differences ignore steps of the wall clock.
func (c Clock) Now() time.Time {
	if c.virtual != nil {
		return c.virtual.Now()
	}
	now := time.Now()
	if c.speed == 0 {
		return now
	}
	return c.start.Add(time.Duration(float64(now.Sub(c.start)) * c.speed))
}

// Speed returns how many times faster than real time the clock runs; 1 is real time.
func (c Clock) Speed() float64 {
	if c.speed == 0 {
		return 1
	}
	return c.speed
}

// Real returns how long d lasts outside, for timers and deadlines.
func (c Clock) Real(d time.Duration) time.Duration {
	if c.speed == 0 {
		return d
	}
	return time.Duration(float64(d) / c.speed)
}

// Outside returns the moment outside, for deadlines: real time, whatever the speed, or virtual time.
func (c Clock) Outside() time.Time {
	if c.virtual != nil {
		return c.virtual.Now()
	}
	return time.Now()
}

// Sleep waits for d outside and reports whether ctx is still going.
func (c Clock) Sleep(ctx context.Context, d time.Duration) bool {
	if c.virtual != nil {
		return c.virtual.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
