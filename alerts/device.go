package alerts

import (
	"time"

	"bedside/devices"
)

const (
	// A cuff on the arm of the sensor takes its pulse away: what the sensor then misses waits for the end of the cycle and
	// this long for the pulse to return. alarms.md section 11.
	armRest = 15 * time.Second
	// A cuff that does not say when it has finished excuses the sensor for no longer than a cycle may last. alarms.md
	// section 11: total cycle below 180 s.
	maxCycle = 180 * time.Second
	// Consecutive cuff cycles without a result that make CuffFailed true. alarms.md section 9.
	cuffTries = 2
	// Share of damaged frames, in per cent, above which FrameErrors is true. alarms.md section 9.
	maxBadShare = 10
	// Perfusion index, in hundredths of a per cent, below which the signal is poor. alarms.md section 9.
	minPerfusion = 40
)

// device is what the engine knows of one device.
type device struct {
	name, title, sameArm string
	index                int
	tracks               []*track // its technical conditions

	lost      Trigger // PortLost, DeviceSilent, or 0 while it is heard
	lostSince time.Time
	reason    string

	applied bool                         // its sensor has delivered a value once; before, a sensor off is no news
	streams [devices.Pleth + 1]time.Time // last streamed value, by vital
	said    [devices.Pleth]said          // last value that counts, by vital

	doubt   time.Time     // since when its values are marked as moved, while judgement waits for better ones
	doubted time.Duration // for how long holds have stood still because of it, of the time that they may

	last                   [2]int // SpO2 and pulse rate of the last streamed reading, -1 for none
	sameValues, stillPleth bool
	windowFrom             time.Time
	windowGood, windowBad  int
	busy                   bool // as a cuff: a cycle is running
	cycleFrom, cycleTo     time.Time
	failures               int // as a cuff: cycles without a result in a row
}

// describe takes over what the configuration knows.
func (d *device) describe(in Device) {
	d.sameArm = in.SameArm
	if in.Title != "" {
		d.title = in.Title
	}
}

// track returns the device's track for a trigger; nil if no condition is declared for it.
func (d *device) track(trigger Trigger) *track {
	for _, t := range d.tracks {
		if t.cond.Trigger == trigger {
			return t
		}
	}
	return nil
}

// set makes the device's condition with that trigger true or false, for a reason of the trigger's vocabulary.
func (e *Engine) set(d *device, trigger Trigger, violated bool, code uint8) {
	t := d.track(trigger)
	switch {
	case t == nil:
	case !violated:
		e.settle(t, false)
	default:
		changed := t.code != code
		if t.stage == normal || t.stage == pending || trigger == CuffFailed {
			t.code = code
		}
		e.violate(t, false)
		if trigger == CuffFailed && changed && t.stage == active { // what to do about it is another thing now
			t.alert.Text = t.raisedText()
			e.emit(Updated, t)
		}
	}
}

// restartHold makes a pending condition wait its whole hold again.
func (e *Engine) restartHold(d *device, trigger Trigger) {
	if t := d.track(trigger); t != nil && t.stage == pending {
		t.since = e.now
	}
}

// released returns until when a cuff on the same arm excuses the sensor of d; zero if it does not.
func (e *Engine) released(d *device) time.Time {
	for _, c := range e.devices {
		if c.name != d.sameArm || c.cycleFrom.IsZero() {
			continue
		}
		if c.busy {
			return c.cycleFrom.Add(maxCycle + armRest)
		}
		return c.cycleTo.Add(armRest)
	}
	return time.Time{}
}

func (e *Engine) squeezed(d *device) bool {
	return d.sameArm != "" && e.now.Before(e.released(d))
}

// perReading is how long a streamed value stands for: devices send one a second.
const perReading = time.Second

// bridge lets the hold of t go on across a cycle of the cuff on the arm of d, which takes the values away for longer than a
// hold goes on without: it has stood still meanwhile.
func (e *Engine) bridge(t *track, d *device) {
	gap := e.now.Sub(t.seen)
	if t.stage != pending || gap <= maxGap || d.sameArm == "" || t.sources[d.index].out == 0 {
		return
	}
	for _, c := range e.devices {
		if c.name != d.sameArm || c.cycleFrom.IsZero() {
			continue
		}
		before, after := c.cycleFrom.Sub(t.seen), e.now.Sub(e.released(d))
		if max(before, 0)+max(after, 0) <= maxGap {
			t.since, t.seen = t.since.Add(gap-perReading), e.now
		}
	}
}
