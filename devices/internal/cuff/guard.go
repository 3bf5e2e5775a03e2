package cuff

import (
	"time"

	"bedside/devices"
)

// Limits for an adult.
const (
	Rest     = 60 * time.Second  // least time without air between two measurements; alarms.md section 11
	Cycle    = 180 * time.Second // longest time with air in the cuff; cuffs.md section 14.4
	AirLimit = 300               // mmHg; more than this is stopped at once; cuffs.md section 14.8, without its 15 s of patience
	AirFloor = 20                // mmHg; from here on the cuff counts as holding air. Our choice, above the 15 mmHg that may remain
)

// Guard knows when air may be moved and when it must be let out. It knows nothing of frames. Make one with [NewGuard]; it
// is not safe for concurrent use, and a now that goes back is its caller's to mend.
//
// The 60 s of rest are for the limb: veins have to empty, and early repetition both hurts and reads low. The watchdog is
// the agent's own; the device's safety processor stays the primary one.
type Guard struct {
	allowed  bool
	inflated time.Time // since when air is in the cuff; zero if it is not
	released time.Time // when it was last known to be in it; zero if never
}

// NewGuard returns the guard of a conversation with those settings: AllowStart and CuffUsed.
func NewGuard(s devices.Settings) Guard {
	return Guard{allowed: s.AllowStart, released: s.CuffUsed}
}

// Enter tells the moment at the beginning of a step. Settings from a clock that was ahead must not forbid starts for
// longer than the rest.
func (g *Guard) Enter(now time.Time) {
	if g.released.After(now) {
		g.released = now
	}
}

// Refuse returns why no measurement may begin, nil if one may: [devices.ErrStartNotAllowed], [devices.ErrNotReady],
// [devices.ErrCuffBusy] or [devices.ErrCuffTooSoon]. Ready says whether the device has answered.
func (g *Guard) Refuse(now time.Time, ready bool) error {
	switch {
	case !g.allowed:
		return devices.ErrStartNotAllowed
	case !ready:
		return devices.ErrNotReady
	case g.Airborne():
		return devices.ErrCuffBusy
	case !g.released.IsZero() && now.Sub(g.released) < Rest:
		return devices.ErrCuffTooSoon
	}
	return nil
}

// Inflate notes that air goes in now. The watchdog runs from the first call until [Guard.Release].
func (g *Guard) Inflate(now time.Time) {
	if !g.Airborne() {
		g.inflated = now
	}
}

// Release notes that the air is out.
func (g *Guard) Release(now time.Time) { g.inflated, g.released = time.Time{}, now }

// Airborne reports whether air is in the cuff as far as is known.
func (g *Guard) Airborne() bool { return !g.inflated.IsZero() }

// Deadline returns when the air must be out; zero if there is none.
func (g *Guard) Deadline() time.Time {
	if !g.Airborne() {
		return time.Time{}
	}
	return g.inflated.Add(Cycle)
}

// Overdue reports whether the watchdog has run out.
func (g *Guard) Overdue(now time.Time) bool {
	return g.Airborne() && !now.Before(g.Deadline())
}
