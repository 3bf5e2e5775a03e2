package suntech

import "bedside/devices"

// Reading the direction off the pressure.
const (
	turnBy   = 10  // mmHg; our choice: a turn is believed after this much, more than a pulse or a movement makes
	showable = 400 // mmHg; our choice: more than any cuff holds is not shown, though it is acted on
)

// swing follows the pressure of one measurement up and down. The module tells the pressure, but not which way it goes.
type swing struct {
	seen    bool
	falling bool
	extreme int // mmHg; highest since the last turn while rising, lowest while falling
	top     int // mmHg; highest of all
}

// add takes the next pressure and returns the phase that it belongs to.
func (w *swing) add(mmHg int) devices.CuffPhase {
	w.top = max(w.top, mmHg)
	switch {
	case !w.seen:
		w.seen, w.extreme = true, mmHg
	case w.falling:
		w.extreme = min(w.extreme, mmHg)
		if mmHg >= w.extreme+turnBy {
			w.falling, w.extreme = false, mmHg
		}
	default:
		w.extreme = max(w.extreme, mmHg)
		if mmHg <= w.extreme-turnBy {
			w.falling, w.extreme = true, mmHg
		}
	}
	if w.falling {
		return devices.CuffDeflating
	}
	return devices.CuffInflating
}

// show reports a momentary pressure.
func (s *session) show(mmHg int) {
	if mmHg > showable {
		return
	}
	s.cuff(devices.CuffState{Phase: s.swing.add(mmHg), Pressure: mmHg, HasPressure: true})
}
