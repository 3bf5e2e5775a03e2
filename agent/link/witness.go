package link

import (
	"time"

	"bedside/devices"
)

// Witness is a [Port] that wants to know what the bytes alone do not tell, such as one that keeps them for a replay. Its
// methods are called from the goroutine of Run and must return at once.
type Witness interface {
	// Begun tells that a new session begins, and its settings.
	Begun(now time.Time, s devices.Settings)
	// Woken tells that the session is called without bytes, because it asked to be.
	Woken(now time.Time)
	// Ordered tells that the session took an order, before the bytes that it writes because of it.
	Ordered(now time.Time, c devices.Command)
}

// witnessWake is apart, so that a read of bytes does not ask.
func (c *conversation) witnessWake(now time.Time) {
	if w, ok := c.port.(Witness); ok {
		w.Woken(now)
	}
}
