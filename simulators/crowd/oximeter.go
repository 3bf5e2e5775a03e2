package crowd

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/devices"
)

// How the oximeter behaves; our choice, where nothing else is said.
const (
	averaging  = 8     // s: the middle of the choices of alarms.md section 5
	lostShare  = 0.005 // of seconds without any reading
	recognises = 2 * time.Second
	blankTells = 0.4 // of seconds in motion without a value, if the oximeter recognises motion
	blankOther = 0.25
	finds      = 6 * time.Second // to find the pulse again
	slipping   = 3 * time.Second

	pressed = 6 * time.Second // into a cuff cycle on the same arm: the pulse is gone
	freed   = 5 * time.Second // before its end: it is back
)

// Oximeter is the person's oximeter: a reading a second. It is not safe for concurrent use.
type Oximeter struct {
	s             *Session
	rng           *rand.Rand
	oxygen, pulse average
	lostUntil     time.Duration // no pulse is found before
	distorted     time.Duration // values show something else until then
	reading       devices.Reading
	measurements  [3]devices.Measurement
	absences      [3]devices.Absence
}

// Oximeter returns the oximeter of the session.
func (s *Session) Oximeter() *Oximeter {
	return &Oximeter{s: s, rng: s.dice("oximeter"), lostUntil: finds}
}

// average is the mean of the last seconds that had a value.
type average struct {
	values [averaging]float64
	n      int
}

func (a *average) add(v float64) {
	a.values[a.n%averaging] = v
	a.n++
}

func (a *average) reset() { a.n = 0 }

func (a *average) value() int {
	n := min(a.n, averaging)
	sum := 0.0
	for _, v := range a.values[:n] {
		sum += v
	}
	return int(math.Round(sum / float64(n)))
}

// Step returns the reading of a second, which the next Step overwrites, and whether its values show the person and not a
// disturbance. The reading is nil if it was lost. Cuff is the cycle of a cuff that is on, on whichever arm.
func (o *Oximeter) Step(at time.Duration, cuff *Cycle) (r *devices.Reading, honest bool) {
	lost := o.rng.Float64() < lostShare
	blank := o.rng.Float64()
	noise, other := o.rng.NormFloat64(), o.rng.NormFloat64()
	v := o.s.Person.Numbers(at)
	oxygen, pulse, status := v.SpO2, v.PulseRate, devices.Status(0)
	var absent devices.Reason
	switch l, m := o.s.off(at), o.s.moving(at); {
	case l != nil && l.slips && at < l.from+slipping:
		oxygen = min(oxygen, 82+4*noise)
		o.distorted = at + averaging*time.Second
	case l != nil:
		absent, status = devices.FingerOut, devices.NoFinger
		o.lostUntil = l.to + finds
	case o.s.SameArm && cuff != nil && at >= cuff.From+pressed && at < cuff.To-freed:
		if absent = devices.Searching; at >= cuff.From+3*pressed && (o.s.seed+o.s.number/4)%2 == 0 {
			absent = devices.FingerOut // for want of light that pulses, some say so
		}
		o.lostUntil = at + finds
	case at < o.lostUntil:
		absent, status = devices.Searching, devices.SearchingPulse
	case m != nil:
		oxygen, pulse = min(oxygen, m.oxygen+3*noise), moved(pulse, m.pulse, other)
		o.distorted = at + averaging*time.Second
		share := blankOther
		if o.s.Tells && at >= m.from+recognises {
			status, share = devices.Motion, blankTells
		}
		if blank < share {
			absent = devices.Artifact
		}
	}
	if absent == 0 {
		o.oxygen.add(oxygen)
		o.pulse.add(pulse)
	} else if absent != devices.Artifact {
		o.oxygen.reset()
		o.pulse.reset()
	}
	if lost {
		return nil, false
	}
	return o.give(absent, status, v.PerfusionIndex), absent == 0 && at >= o.distorted
}

func moved(pulse, counted, noise float64) float64 {
	if counted == 0 {
		return pulse
	}
	return max(counted+5*noise, 25)
}

func (o *Oximeter) give(absent devices.Reason, status devices.Status, perfusion float64) *devices.Reading {
	o.reading = devices.Reading{Status: status}
	if absent != 0 {
		o.absences = [3]devices.Absence{{Vital: devices.SpO2, Reason: absent}, {Vital: devices.PulseRate, Reason: absent}, {Vital: devices.PerfusionIndex, Reason: absent}}
		o.reading.Absences = o.absences[:]
		return &o.reading
	}
	o.measurements = [3]devices.Measurement{
		{Vital: devices.SpO2, Value: min(o.oxygen.value(), 100)},
		{Vital: devices.PulseRate, Value: o.pulse.value()},
		{Vital: devices.PerfusionIndex, Value: int(math.Round(100 * perfusion))},
	}
	o.reading.Measurements = o.measurements[:]
	return &o.reading
}
