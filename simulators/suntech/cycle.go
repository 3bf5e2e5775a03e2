package suntech

import (
	"time"

	"bedside/simulators"
	"bedside/simulators/cuff"
)

// Figures of cuffs.md section 1, and our choices where it names none.
const (
	initialInflation = 160.0 // mmHg before the host sets another (our choice)
	neonateInflation = 110.0 // mmHg (our choice)
	pumpMin          = 13.0  // mmHg/s; the documents say 10..20
	pumpSpread       = 4.0
	stepMin          = 5.0 // mmHg; the documents say 5..10
	stepSpread       = 5.0
	stepEvery        = 800 * time.Millisecond // our choice: about one beat
	deflateTo        = 40.0
	ventRate         = 200.0 // mmHg/s with the dump valve open (our choice)
	headroom         = 25.0  // mmHg above the systolic pressure that the module pumps on to (our choice)
	looseHolds       = 18.0  // mmHg that a loose cuff holds (our choice)
	inflationLimit   = 15 * time.Second
	emptyBelow       = 5.0 // mmHg that count as no air
	motionSpoils     = 0.4 // motion from here on spoils the oscillations (our choice)
	motionLimit      = 3 * time.Second
	safetyPressure   = 300.0 // mmHg, adult
	safetyTime       = 130 * time.Second
	neonatePressure  = 150.0
	neonateTime      = 75 * time.Second
)

// phase is where in a cycle the module is.
type phase uint8

const (
	idle phase = iota
	inflating
	deflating
	venting // the outcome is known, the last air goes
)

// patient is the mode of a start command.
type patient uint8

const (
	adult patient = iota
	paediatric
	neonate
)

// cycle is one measurement from start to K.
type cycle struct {
	phase    phase
	patient  patient
	pressure float64 // mmHg
	pump     float64 // mmHg/s
	target   float64
	running  time.Duration // since the start
	air      time.Duration // since there is air in the cuff
	sinceStp time.Duration // since the last step down
	moved    time.Duration // with motion, during deflation
	code     byte          // injected outcome
	count    int

	cuff.Passed
	rate float64
}

// begin starts a cycle.
func (d *Device) begin(mode patient) {
	target := float64(d.target)
	if mode == neonate {
		target = neonateInflation
	}
	d.cycle = cycle{
		phase: inflating, patient: mode, pressure: d.cycle.pressure, count: d.cycle.count + 1,
		pump: pumpMin + pumpSpread*d.rng.Float64(), target: target,
	}
	d.cycle.code = codeOf(d.fault)
	if len(d.inject) > 0 {
		d.cycle.code = d.inject[0]
		d.inject = d.inject[1:]
	}
	d.answer(ackReceived)
}

// finish opens the dump valve and ends the measurement with an outcome; K follows when the air is gone.
func (d *Device) finish(r result) {
	d.result = r
	d.cycle.phase = venting
}

// breathe moves pressure and state on by dt, at most one tick.
func (d *Device) breathe(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	if c.phase == idle || c.phase == venting {
		c.pressure = max(c.pressure-ventRate*dt.Seconds(), 0)
		if c.phase == venting && c.pressure == 0 {
			c.phase = idle
			d.answer(ackDone)
		}
		return
	}
	c.running += dt
	if c.pressure > emptyBelow {
		c.air += dt
	}
	if d.guard() {
		return
	}
	if c.phase == inflating {
		d.inflate(dt, truth)
	} else {
		d.deflate(dt, truth)
	}
}

// guard is the safety processor: it knows pressure and time, and nothing else.
func (d *Device) guard() bool {
	pressure, air := safetyPressure, safetyTime
	if d.cycle.patient == neonate {
		pressure, air = neonatePressure, neonateTime
	}
	switch {
	case d.cycle.pressure >= pressure:
		d.finish(result{code: codeOverpressure})
	case d.cycle.air >= air:
		d.finish(result{code: codeSafetyTime})
	default:
		return false
	}
	return true
}

func (d *Device) inflate(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	switch {
	case c.code >= codeHardware:
		d.finish(result{code: c.code}) // found before anything moves
		return
	case c.code == codeBlocked && c.running > 2*time.Second:
		d.finish(result{code: c.code})
		return
	case c.running > inflationLimit && (truth.CuffLoose || c.code == codeLeak):
		d.finish(result{code: codeLeak})
		return
	}
	c.pressure += c.pump * dt.Seconds()
	if truth.CuffLoose || c.code == codeLeak {
		c.pressure = min(c.pressure, looseHolds)
	}
	// The module sees during inflation that its target is too low and pumps on, as far as its safety limit allows.
	goal := max(c.target, min(truth.Systolic+headroom, highestTarget))
	if c.patient == neonate {
		goal = c.target
	}
	if c.pressure >= goal && c.code != codeOverpressure {
		c.phase = deflating
	}
}

func (d *Device) deflate(dt time.Duration, truth *simulators.Vitals) {
	c := &d.cycle
	if c.code == codeSafetyTime {
		return // the valve sticks: only the safety processor helps
	}
	if truth.CuffLoose {
		d.finish(result{code: codeLeak})
		return
	}
	if truth.Motion >= motionSpoils {
		if c.moved += dt; c.moved >= motionLimit {
			d.finish(result{code: codeMotion})
		}
		return // the module waits on its step for a quiet moment
	}
	if c.sinceStp += dt; c.sinceStp < stepEvery {
		return
	}
	c.sinceStp = 0
	c.pressure -= stepMin + stepSpread*d.rng.Float64()
	d.listen(truth)
	switch {
	case c.code == codeAborted && c.pressure < c.Mean:
		d.finish(result{code: codeAborted})
	case c.pressure <= deflateTo:
		d.finish(d.outcome(truth))
	}
}

// listen notes each pressure of the patient when the cuff passes it on its way down.
func (d *Device) listen(truth *simulators.Vitals) {
	c := &d.cycle
	c.Down(c.pressure, truth)
	c.rate = truth.PulseRate
}
