package cuff

import "bedside/devices"

// turnBy is how far the pressure must go back for a turn to be believed, in mmHg; our choice: more than a pulse or a
// movement makes.
const turnBy = 10

// Showable is the highest momentary pressure in mmHg that is shown; our choice: no cuff holds more. It may be acted on
// all the same.
const Showable = 400

// Swing follows the pressure of one measurement up and down, for a device that tells the pressure, but not which way it
// goes. The zero value has seen nothing. It is not safe for concurrent use.
type Swing struct {
	Seen bool // whether any pressure was added
	Held int  // mmHg; highest that two in a row reached: a single one may be a damaged digit

	falling bool
	last    int // mmHg
	extreme int // mmHg; highest since the last turn while rising, lowest while falling
}

// Add takes the next pressure in mmHg and returns the phase that it belongs to: [devices.CuffInflating] or
// [devices.CuffDeflating].
func (w *Swing) Add(mmHg int) devices.CuffPhase {
	w.Held, w.last = max(w.Held, min(w.last, mmHg)), mmHg
	switch {
	case !w.Seen:
		w.Seen, w.extreme = true, mmHg
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
