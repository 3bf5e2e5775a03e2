package pm6750

import (
	"math"
	"time"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/cuff"
)

// States of the NIBP packet, cuffs.md section 9a.
const (
	stateFinished     = 0x0
	stateMeasuring    = 0x1
	stateStopped      = 0x2
	stateOverpressure = 0x3
	stateLoose        = 0x4
	stateTimeout      = 0x5
	stateError        = 0x6
	stateDisturbed    = 0x7
	stateNoResult     = 0x8
	stateInitialised  = 0xA
)

// Our choices where the page gives no number.
const (
	usualTarget  = 150.0 // mmHg, adult; oximeters.md section 6
	leastTarget  = 40.0  // likewise
	mostTarget   = 300.0
	headroom     = 25.0 // mmHg above the systolic pressure that the board pumps on to
	pump         = 18.0 // mmHg/s
	step         = 7.0  // mmHg down, with each beat or so
	stepEvery    = 800 * time.Millisecond
	deflateTo    = 40.0
	vent         = 200.0 // mmHg/s
	emptyBelow   = 5.0
	looseHolds   = 18.0
	looseTime    = 8 * time.Second
	motionSpoils = 0.4
	motionLimit  = 3 * time.Second
	limit        = 300.0 // oximeters.md section 6
	longestCycle = 120 * time.Second
	packetEvery  = 500 * time.Millisecond // cuffs.md section 9a
	tailFor      = 3 * time.Second        // the last state is repeated so long
	lowest       = 30
	highest      = 255 // one byte
)

// cycle is one measurement.
type cycle struct {
	state     int
	pressure  float64
	target    float64
	falling   bool
	since     time.Duration // since the start
	sinceStep time.Duration
	moved     time.Duration
	tail      time.Duration // packets still come for so long
	due       time.Duration // until the next packet
	fault     devices.CuffClass
	latched   bool // fault was taken from the truth

	cuff.Passed
}

func (c *cycle) running() bool { return c.state == stateMeasuring }

// press is the button at the board.
func (d *Device) press() {
	if d.cycle.running() {
		d.halt()
		return
	}
	d.begin()
}

// begin starts a measurement. The initial pressure is used up by it. A start while one runs is ignored (our choice).
func (d *Device) begin() {
	if d.cycle.running() {
		return
	}
	target := usualTarget
	if d.target >= leastTarget && d.target <= mostTarget {
		target = d.target
	}
	d.target = 0
	d.counts.Starts++
	d.cycle = cycle{state: stateMeasuring, pressure: d.cycle.pressure, target: target}
}

// halt ends a measurement at once, and answers with its state even if there was none.
func (d *Device) halt() {
	d.counts.Stops++
	d.cycle.end(stateStopped)
}

func (c *cycle) end(state int) {
	c.state, c.tail = state, tailFor
	if c.due > packetEvery/5 {
		c.due = packetEvery / 5 // the end is told soon
	}
}

// breathe moves the air for one tick.
func (d *Device) breathe(truth *simulators.Vitals) {
	c := &d.cycle
	if !c.running() {
		c.pressure = max(c.pressure-vent*tick.Seconds(), 0)
		c.tail = max(c.tail-tick, 0)
		return
	}
	if !c.latched {
		c.latched, c.fault = true, truth.CuffFault
	}
	c.since += tick
	switch {
	case c.pressure > limit:
		c.end(stateOverpressure)
	case c.since >= longestCycle:
		c.end(stateTimeout)
	case c.fault == devices.CuffHardware && c.since > time.Second:
		c.end(stateError)
	case c.falling:
		d.deflate(truth)
	default:
		d.inflate(truth)
	}
}

func (d *Device) inflate(truth *simulators.Vitals) {
	c := &d.cycle
	c.pressure += pump * tick.Seconds()
	if truth.CuffLoose || c.fault == devices.CuffLeak {
		c.pressure = min(c.pressure, looseHolds)
		if c.since >= looseTime {
			c.end(stateLoose)
		}
		return
	}
	goal := max(c.target, min(truth.Systolic+headroom, mostTarget-step))
	c.falling = c.pressure >= goal && c.fault != devices.CuffOverpressure
}

func (d *Device) deflate(truth *simulators.Vitals) {
	c := &d.cycle
	switch {
	case c.fault == devices.CuffTimeout:
		return // the valve sticks until the board has enough of it
	case truth.CuffLoose:
		c.end(stateLoose)
		return
	case truth.Motion >= motionSpoils || c.fault == devices.CuffMotion:
		if c.moved += tick; c.moved >= motionLimit {
			c.end(stateDisturbed)
		}
		return
	}
	if c.sinceStep += tick; c.sinceStep < stepEvery {
		return
	}
	c.sinceStep = 0
	c.pressure -= step
	c.Down(c.pressure, truth)
	switch {
	case c.fault == devices.CuffAborted && c.Systolic > 0:
		c.end(stateStopped)
	case c.pressure <= deflateTo:
		c.end(c.outcome(truth))
	}
}

// outcome judges a measurement that came to its end.
func (c *cycle) outcome(truth *simulators.Vitals) int {
	none := c.fault == devices.CuffRange || c.fault == devices.CuffWeak || c.fault == devices.CuffIndeterminate
	if none || truth.PulseRate <= 0 || c.Diastolic < lowest || c.Systolic > highest ||
		!(c.Systolic > c.Mean && c.Mean > c.Diastolic) {
		return stateNoResult
	}
	return stateFinished
}

// report sends the NIBP packet twice a second while there is something to tell. The pressures are zero until the end.
func (d *Device) report() {
	c := &d.cycle
	if !c.running() && c.tail == 0 {
		return
	}
	if c.due -= tick; c.due > 0 {
		return
	}
	c.due = packetEvery
	status := byte(c.state << 2)
	if d.options.Child {
		status |= 1
	}
	var sys, mean, dia byte
	if c.state == stateFinished {
		sys, mean, dia = byte(math.Round(c.Systolic)), byte(math.Round(c.Mean)), byte(math.Round(c.Diastolic))
	}
	d.buf = frame(d.buf, packetNIBP, status, byte(c.pressure/2), sys, mean, dia)
}
