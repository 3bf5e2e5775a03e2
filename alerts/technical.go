package alerts

import (
	"strings"
	"time"

	"bedside/devices"
)

// lose notes that a device cannot be heard. The hold of the cause counts from the first loss: a port that comes back
// mute does not start the waiting anew.
func (e *Engine) lose(d *device, cause Trigger, reason string) {
	if cause != PortLost && cause != DeviceSilent {
		return
	}
	if d.lost == 0 {
		d.lostSince = e.now
		// What the signal was about to tell is not known any more, and nothing begins before the device is back; an
		// occurrence that is active stays.
		for _, t := range d.tracks {
			if t.stage == pending && !t.stated() {
				e.settle(t, false)
			}
		}
	}
	if d.lost != cause || d.reason != reason {
		d.reason = strings.Clone(reason)
	}
	d.lost = cause
	d.windowFrom, d.windowGood, d.windowBad = time.Time{}, 0, 0
	for _, t := range d.tracks {
		switch t.cond.Trigger {
		case cause:
			fresh := t.stage == normal
			e.tell(t, d.reason)
			if fresh {
				t.since = d.lostSince
			}
		case PortLost, DeviceSilent:
			e.settle(t, true)
		}
	}
}

// tell makes a stated condition true and publishes a reason that has changed.
func (e *Engine) tell(t *track, note string) {
	changed := t.note != note
	if changed {
		t.note = strings.Clone(note)
	}
	e.violate(t, false)
	if changed && t.stage == active {
		t.alert.Text = t.raisedText()
		e.emit(Updated, t)
	}
}

// regain notes that a device is heard.
func (e *Engine) regain(d *device) {
	if d.lost == 0 {
		return
	}
	d.lost, d.reason = 0, ""
	for _, t := range d.tracks {
		if t.cond.Trigger == PortLost || t.cond.Trigger == DeviceSilent {
			e.settle(t, t.cond.ClearHold == 0)
		}
	}
}

// fault raises or ends conditions of the surroundings.
func (e *Engine) fault(in Fault) {
	for _, t := range e.faults {
		if t.cond.ID != in.Condition {
			continue
		}
		if in.Active {
			e.tell(t, in.Text)
		} else if t.stage != clearing {
			e.settle(t, false)
		}
	}
}

// signal judges what a streamed reading says about sensor and signal.
func (e *Engine) signal(d *device, r *devices.Reading) {
	if r.Spot {
		if _, ok := r.Value(devices.Systolic); ok {
			d.failures = 0
			e.set(d, CuffFailed, false, 0)
		}
		return
	}
	for _, m := range r.Measurements {
		if m.Vital >= 1 && int(m.Vital) < len(d.streams) {
			d.streams[m.Vital] = e.now
		}
	}
	reason, covered, valued := worstReason(r)
	if !covered {
		return
	}
	e.compareWithLast(d, r, valued)
	d.applied = d.applied || valued
	off := reason == devices.SensorOff || reason == devices.FingerOut || reason == devices.SensorFault
	if !d.applied && reason != devices.SensorFault {
		return // alarms.md section 4: nothing to miss before the sensor was first applied
	}
	switch {
	case reason == 0 && moved(r):
		reason = devices.Artifact
	case reason == 0 && weak(r):
		reason = devices.LowPerfusion
	}
	e.set(d, SensorOff, off, uint8(reason))
	// A sensor that is off has no signal either: alternating between the two must not reset both holds.
	e.set(d, SignalPoor, reason != 0, uint8(reason))
}

// worstReason returns why SpO2 or pulse rate is absent, the first in the order of the contract; whether the reading is
// about them at all; and whether it has a value of one of them.
func worstReason(r *devices.Reading) (reason devices.Reason, covered, valued bool) {
	for _, v := range [...]devices.Vital{devices.SpO2, devices.PulseRate} {
		if _, ok := r.Value(v); ok {
			covered, valued = true, true
			continue
		}
		if why, ok := r.Absent(v); ok {
			covered = true
			if reason == 0 || why < reason {
				reason = why
			}
		}
	}
	return reason, covered, valued
}

// weak reports whether the device measures, but says that it has little or nothing to measure.
func weak(r *devices.Reading) bool {
	if pi, ok := r.Value(devices.PerfusionIndex); ok && pi < minPerfusion {
		return true
	}
	const flags = devices.PerfusionLow | devices.SearchingPulse | devices.SearchTimeout
	return r.Status&flags != 0
}

// compareWithLast finds values that stand still.
func (e *Engine) compareWithLast(d *device, r *devices.Reading, valued bool) {
	var now [2]int
	for i, v := range [...]devices.Vital{devices.SpO2, devices.PulseRate} {
		now[i] = -1
		if x, ok := r.Value(v); ok {
			now[i] = x
		}
	}
	d.sameValues = valued && now == d.last
	d.last = now
	if !valued {
		if t := d.track(DataFrozen); t != nil && t.stage == pending {
			e.settle(t, false)
		}
		return // no value is neither a frozen nor a living one
	}
	e.set(d, DataFrozen, d.sameValues && d.stillPleth, 0)
}

// line judges the quality of a device's line. A line that is lost has none.
func (e *Engine) line(d *device, in LineQuality) {
	if d.lost != 0 {
		return
	}
	d.stillPleth = !in.PlethMoving
	if in.PlethMoving || d.sameValues {
		e.set(d, DataFrozen, !in.PlethMoving, 0)
	}
	if d.windowFrom.IsZero() {
		d.windowFrom = e.now
	}
	d.windowGood += max(in.Good, 0)
	d.windowBad += max(in.Bad, 0)
	total := d.windowGood + d.windowBad
	t := d.track(FrameErrors)
	if t == nil || total == 0 || e.now.Sub(d.windowFrom) < t.cond.Hold {
		return
	}
	bad := 100*d.windowBad > maxBadShare*total
	d.windowFrom, d.windowGood, d.windowBad = e.now, 0, 0
	e.set(d, FrameErrors, bad, 0)
	if bad && t.stage == pending {
		t.waived = true // the window was its hold
	}
}

// cuff follows the cycles of a cuff.
func (e *Engine) cuff(d *device, s devices.CuffState) {
	if s.Phase.Busy() {
		if !d.busy {
			d.busy, d.cycleFrom = true, e.now
		}
		return
	}
	if d.busy {
		d.busy, d.cycleTo = false, e.now
	}
	switch s.Phase {
	case devices.CuffDone:
		d.failures = 0
		e.set(d, CuffFailed, false, 0)
	case devices.CuffFailed:
		if s.Class == devices.CuffAborted {
			return // somebody stopped it: no attempt to count
		}
		d.failures++
		if d.failures >= cuffTries {
			e.set(d, CuffFailed, true, uint8(s.Class))
		}
	}
}
