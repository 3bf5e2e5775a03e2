package alerts

import (
	"time"

	"bedside/devices"
)

// A value that the device marks as moved may show the movement and not the patient. Such values suspend judgement: they begin
// nothing and end nothing, and the hold of what has begun stands still meanwhile, for maxGap at most. The technical timer
// runs: the signal is poor. If nothing better has come until that is urgent, the marked values count for want of others.

// maxDoubt is how long values that are marked as moved do not count: until the poor signal that they are is of Medium
// priority, alarms.md section 9. That they then count is our choice: a device that marks everything must not silence itself.
const maxDoubt = 120 * time.Second

// moved reports whether the values of a streamed reading are marked as disturbed by movement.
func moved(r *devices.Reading) bool {
	return !r.Spot && r.Status&(devices.Motion|devices.OutOfTrack) != 0
}

// suspended reports whether judgement waits for a better reading of d than r.
func (e *Engine) suspended(d *device, r *devices.Reading) bool {
	marked := moved(r)
	if r.Spot || !marked && d.doubt.IsZero() {
		return false
	}
	if _, _, valued := worstReason(r); !valued {
		return false // no value is no better one, either
	}
	if !marked {
		e.trust(d)
		return false
	}
	if d.doubt.IsZero() {
		d.doubt = e.now
	}
	if e.now.Sub(d.doubt) >= maxDoubt {
		return false
	}
	for _, t := range e.vitals {
		if t.sources[d.index].out != 0 {
			t.sure = false // time alone completes nothing meanwhile
		}
	}
	return true
}

// trust ends the suspension of a device: holds go on from where they stood.
func (e *Engine) trust(d *device) {
	if d.doubt.IsZero() {
		return
	}
	length := e.now.Sub(d.doubt)
	still := min(length, maxGap-d.doubted)
	for _, t := range e.vitals {
		if t.stage == pending && t.sources[d.index].out != 0 && !t.seen.After(d.doubt) {
			t.since, t.seen = t.since.Add(still), t.seen.Add(length)
		}
	}
	d.doubt, d.doubted = time.Time{}, d.doubted+still
}

// forgive lets holds stand still for the whole time again, once what it says has begun nothing that could be put off for ever.
func (e *Engine) forgive(d *device) {
	if d.doubted == 0 {
		return
	}
	for _, t := range e.vitals {
		if t.stage == pending && t.sources[d.index].out != 0 {
			return
		}
	}
	d.doubted = 0
}
