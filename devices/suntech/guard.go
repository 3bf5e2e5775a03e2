package suntech

import (
	"time"

	"bedside/devices"
)

// Limits of the guard for an adult.
const (
	restTime  = 60 * time.Second  // least time without air between two measurements; alarms.md section 11
	cycleTime = 180 * time.Second // longest time with air in the cuff; cuffs.md section 14.4
	airLimit  = 300               // mmHg; more than this is stopped at once; cuffs.md section 14.8, without its 15 s of patience
	airFloor  = 20                // mmHg; from here on the cuff counts as holding air. Our choice, above the 15 mmHg that may remain
)

// guard knows when air may be moved and when it must be let out. It knows nothing of frames: any cuff that the agent can
// start needs the same rules.
//
// The 60 s of rest are for the limb: veins have to empty, and early repetition both hurts and reads low. The watchdog is
// the agent's own; the safety processor of the module stays the primary one.
type guard struct {
	allowed  bool
	inflated time.Time // since when air is in the cuff; zero if it is not
	released time.Time // when it was last known to be in it; zero if never
}

// refuse returns why no measurement may begin, nil if one may. Ready says whether the device has answered.
func (g *guard) refuse(now time.Time, ready bool) error {
	switch {
	case !g.allowed:
		return devices.ErrStartNotAllowed
	case !ready:
		return devices.ErrNotReady
	case g.airborne():
		return devices.ErrCuffBusy
	case !g.released.IsZero() && now.Sub(g.released) < restTime:
		return devices.ErrCuffTooSoon
	}
	return nil
}

// inflate notes that air goes in now. The watchdog runs from the first call until release.
func (g *guard) inflate(now time.Time) {
	if !g.airborne() {
		g.inflated = now
	}
}

// release notes that the air is out.
func (g *guard) release(now time.Time) { g.inflated, g.released = time.Time{}, now }

// airborne reports whether air is in the cuff as far as is known.
func (g *guard) airborne() bool { return !g.inflated.IsZero() }

// deadline returns when the air must be out; zero if there is none.
func (g *guard) deadline() time.Time {
	if !g.airborne() {
		return time.Time{}
	}
	return g.inflated.Add(cycleTime)
}

// overdue reports whether the watchdog has run out.
func (g *guard) overdue(now time.Time) bool {
	return g.airborne() && !now.Before(g.deadline())
}
