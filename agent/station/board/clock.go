package board

import "time"

// drift is how much a room's clock may run slower than ours; our choice: adjusted clocks stay within half of it.
const drift = 1000e-6

// clock places a room's monotonic milliseconds on our own clock. The message that came fastest of all says how they stand
// to each other: whatever came later than that was on the way for longer, and what it says is older by that much. So a
// value that a frozen link delivers with a minute's delay is known to be a minute old, although no two clocks are set.
type clock struct {
	zero time.Time // of the room's process, on our clock
	at   time.Time // when zero was judged last
}

// hear takes a message with its offset.
func (c *clock) hear(now time.Time, offsetMS int64) {
	zero := now.Add(-time.Duration(offsetMS) * time.Millisecond)
	if !c.zero.IsZero() {
		held := c.zero.Add(time.Duration(float64(now.Sub(c.at)) * drift))
		if held.Before(zero) {
			zero = held
		}
	}
	c.zero, c.at = zero, now
}

// age returns how old what happened at an offset is.
func (c *clock) age(now time.Time, offsetMS int64) time.Duration {
	return max(0, now.Sub(c.zero.Add(time.Duration(offsetMS)*time.Millisecond)))
}
