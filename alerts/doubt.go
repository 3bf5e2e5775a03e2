package alerts

import (
	"time"

	"bedside/devices"
)

// A value that the device marks as moved may show the movement and not the patient. Such values suspend judgement: they begin
// nothing, end nothing, and the hold of what has begun stands still meanwhile. They do so for maxGap at most; from then on
// they count, because nothing better is known, and the signal is reported as poor.

// moved reports whether the values of a streamed reading are marked as disturbed by movement.
func moved(r *devices.Reading) bool {
	return !r.Spot && r.Status&(devices.Motion|devices.OutOfTrack) != 0
}

// suspended reports whether judgement waits for a better reading of d than r.
func (e *Engine) suspended(d *device, r *devices.Reading) bool {
	if _, _, valued := worstReason(r); r.Spot || !valued {
		return false // no value is no better one, either
	}
	if !moved(r) {
		e.trust(d)
		return false
	}
	if d.doubt.IsZero() {
		d.doubt = e.now
	}
	if e.now.Sub(d.doubt)+d.doubted >= maxGap {
		e.trust(d)
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
	length := min(e.now.Sub(d.doubt), maxGap-d.doubted)
	for _, t := range e.vitals {
		if t.stage == pending && t.sources[d.index].out != 0 && !t.seen.After(d.doubt) {
			t.since, t.seen = later(t.since, length, e.now), later(t.seen, length, e.now)
		}
	}
	d.doubt, d.doubted = time.Time{}, d.doubted+length
}

// forgive lets d be doubted for the whole time again, once what it says has begun nothing that could be put off for ever.
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

func later(t time.Time, by time.Duration, latest time.Time) time.Time {
	if t = t.Add(by); t.After(latest) {
		return latest
	}
	return t
}
