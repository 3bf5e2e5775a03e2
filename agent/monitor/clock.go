package monitor

import (
	"fmt"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// clockStep is how far the wall clock may move against the monotonic one before it is an event (DESIGN section 5).
const clockStep = 2 * time.Second

// wallClock compares the wall clock with the monotonic one. Holds and ages never look at the wall clock; this only
// tells people that the times they read have moved.
type wallClock struct {
	mono time.Time     // a moment with its monotonic reading
	wall time.Time     // the same moment as the wall clock told it
	told time.Duration // offset at the last step that was reported
}

func (c *wallClock) start(now time.Time) { c.mono, c.wall = now, now.Round(0) }

// offset returns how far the wall clock has been moved since the start.
func (c *wallClock) offset(now time.Time) time.Duration {
	return now.Round(0).Sub(c.wall) - now.Sub(c.mono)
}

// moved returns how far the wall clock has been moved since the last call that returned a step, or 0.
func (c *wallClock) moved(now time.Time) time.Duration {
	total := c.offset(now)
	step := total - c.told
	if step.Abs() <= clockStep {
		return 0
	}
	c.told = total
	return step
}

func (m *Monitor) watchClock(now time.Time) {
	step := m.clock.moved(now)
	if step == 0 {
		return
	}
	text := fmt.Sprintf("Clock of this computer was set by %s", step.Round(time.Millisecond))
	m.o.Log.Warn("monitor: wall clock stepped", "step", step)
	m.publishSession(now, wire.Session{Event: wire.EventClockStep, Text: text})
	m.step(now, alerts.Fault{Condition: "clock_step", Active: true, Text: text + ". Check that it is right now."})
	m.step(now, alerts.Fault{Condition: "clock_step", Active: false})
}
