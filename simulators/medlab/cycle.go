package medlab

import (
	"fmt"
	"time"

	"bedside/simulators"
	"bedside/simulators/cuff"
)

// A cycle: our choices where cuffs.md section 8 names nothing but its 25 seconds.
const (
	firstTarget    = 160.0 // mmHg before the host sets another
	pumpMin        = 13.0  // mmHg/s
	pumpSpread     = 4.0
	letDown        = 9.0 // mmHg/s
	deflateTo      = 40.0
	below          = 8.0   // mmHg below the diastolic pressure that the valve goes on to
	ventRate       = 200.0 // mmHg/s with the valve open
	headroom       = 25.0  // mmHg above the systolic pressure that the module pumps on to
	highest        = 280.0 // mmHg that it pumps to by itself
	looseHolds     = 18.0  // mmHg that a loose cuff holds
	inflationLimit = 15 * time.Second
	emptyBelow     = 5.0 // mmHg that count as no air
	motionSpoils   = 0.4 // motion from here on spoils the oscillations
	motionLimit    = 3 * time.Second
	safetyPressure = 300.0             // mmHg; the general standard, cuffs.md section 14
	safetyTime     = 180 * time.Second // likewise
	livePeriod     = 200 * time.Millisecond
)

type phase uint8

const (
	idle phase = iota
	inflating
	deflating
	venting // the outcome is known, the last air goes
)

// cycle is one measurement from start to end marker.
type cycle struct {
	phase    phase
	pressure float64 // mmHg
	pump     float64 // mmHg/s
	running  time.Duration
	sinceTx  time.Duration // since the last live packet
	moved    time.Duration // with motion, during deflation
	code     int           // injected message
	count    int

	cuff.Passed
	rate float64
}

// begin starts a cycle, unless one is running.
func (d *Device) begin() {
	if d.cycle.phase != idle {
		d.counts.Ignored++
		return
	}
	d.cycle = cycle{
		phase: inflating, pressure: d.cycle.pressure, count: d.cycle.count + 1,
		pump: pumpMin + pumpSpread*d.rng.Float64(), code: codeOf(d.fault),
	}
	if len(d.inject) > 0 {
		d.cycle.code = d.inject[0]
		d.inject = d.inject[1:]
	}
}

// abort releases the air; a module at rest has none.
func (d *Device) abort() {
	if d.cycle.phase == inflating || d.cycle.phase == deflating {
		d.finish(result{code: stopped, seconds: int(d.cycle.running.Seconds())})
	}
}

func (d *Device) finish(r result) {
	d.result = r
	d.cycle.phase = venting
}

// breathe moves pressure and state on by dt, at most one tick.
func (d *Device) breathe(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	if c.phase == idle {
		c.pressure = max(c.pressure-ventRate*dt.Seconds(), 0)
		return
	}
	c.running += dt
	switch {
	case c.phase == venting:
		if c.pressure = max(c.pressure-ventRate*dt.Seconds(), 0); c.pressure == 0 {
			c.phase = idle
			d.answer("999")
			return
		}
	case c.pressure >= safetyPressure:
		d.finish(result{code: overpressure, seconds: int(c.running.Seconds())})
	case c.running >= safetyTime:
		d.finish(result{code: timeout, seconds: int(c.running.Seconds())})
	case c.phase == inflating:
		d.inflate(dt, truth)
	default:
		d.deflate(dt, truth)
	}
	if c.sinceTx += dt; c.sinceTx >= livePeriod {
		c.sinceTx = 0
		d.answer(fmt.Sprintf("%03dC%dS3", int(c.pressure+0.5), d.options.Mismatch))
	}
}

func (d *Device) inflate(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	hollow := truth.CuffLoose || c.code == loose || c.code == leak
	switch {
	case c.code == selfTest || c.code == pneumatic:
		d.finish(result{code: c.code}) // found before anything moves
		return
	case c.running > inflationLimit && hollow:
		d.finish(result{code: max(c.code, loose), seconds: int(c.running.Seconds())})
		return
	}
	c.pressure += c.pump * dt.Seconds()
	if hollow {
		c.pressure = min(c.pressure, looseHolds)
	}
	// The module sees during inflation that its target is too low and pumps on, as far as it may.
	if c.pressure >= max(float64(d.target), min(truth.Systolic+headroom, highest)) && c.code != overpressure {
		c.phase = deflating
	}
}

func (d *Device) deflate(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	if c.code == timeout {
		return // the valve sticks: only the module's own limit helps
	}
	if truth.CuffLoose {
		d.finish(result{code: loose, seconds: int(c.running.Seconds())})
		return
	}
	if truth.Motion >= motionSpoils {
		if c.moved += dt; c.moved >= motionLimit {
			d.finish(result{code: motion, seconds: int(c.running.Seconds())})
		}
		return // the module waits for a quiet moment
	}
	c.pressure -= letDown * dt.Seconds()
	c.Down(c.pressure, truth)
	c.rate = truth.PulseRate
	if c.pressure <= min(deflateTo, truth.Diastolic-below) || c.pressure <= pressureMin {
		d.finish(d.outcome(truth))
	}
}
