// Package button is a simulated cuff that only staff start, by its own button: what the monitors have in common that tell
// their results unasked and take no orders.
package button

import (
	"time"

	"bedside/simulators"
	"bedside/simulators/cuff"
)

// maxLate bounds how much time one Step makes up for when it comes late: more than a cycle takes. Our choice.
const maxLate = 3 * time.Minute

// Button is a cuff with its button. Make one with [New]; it is not safe for concurrent use.
type Button struct {
	*cuff.Cuff
	repeat time.Duration
	press  time.Time // when it is pressed by itself next; zero for never
	now    time.Time
}

// New returns an empty cuff whose button is pressed by the truth, and by itself at that interval from the first Step on; zero
// for never.
func New(seed uint64, repeat time.Duration) *Button {
	return &Button{Cuff: cuff.New(seed), repeat: repeat}
}

// Step passes the time since the last one and reports whether a cycle came to its end.
func (b *Button) Step(now time.Time, truth *simulators.Vitals) (r cuff.Result, over bool) {
	if b.now.IsZero() {
		b.now = now
		if b.repeat > 0 {
			b.press = now
		}
	}
	if now.After(b.now) {
		dt := min(now.Sub(b.now), maxLate)
		b.now = now
		r, over = b.Live(dt, truth)
	}
	due := !b.press.IsZero() && !b.now.Before(b.press)
	if due {
		b.press = b.now.Add(b.repeat)
	}
	if truth.CuffPress || due {
		b.Begin(truth.CuffFault)
	}
	return r, over
}

// Wake returns when Step has to be called next; zero while nothing moves.
func (b *Button) Wake() time.Time {
	wake := b.Cuff.Wake(b.now)
	if wake.IsZero() || !b.press.IsZero() && b.press.Before(wake) {
		return b.press
	}
	return wake
}
