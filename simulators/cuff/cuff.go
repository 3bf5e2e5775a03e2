package cuff

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/devices"
	"bedside/simulators"
)

// Our choices: an ordinary cuff, which takes 20 to 40 s for a grown-up.
const (
	tick           = 50 * time.Millisecond // how finely pressure is computed
	target         = 160.0                 // mmHg that the pump goes to
	headroom       = 25.0                  // mmHg above the systolic pressure that it goes to if need be
	highest        = 280.0                 // mmHg, the most that it goes to
	pumpMin        = 13.0                  // mmHg/s
	pumpSpread     = 4.0
	stepMin        = 5.0 // mmHg by which the valve lets the pressure down
	stepSpread     = 5.0
	stepEvery      = 800 * time.Millisecond // about one beat
	downTo         = 40.0                   // mmHg
	ventRate       = 200.0                  // mmHg/s with the valve open
	looseHolds     = 18.0                   // mmHg that a loose cuff holds
	inflationLimit = 15 * time.Second
	motionSpoils   = 0.4 // motion from here on spoils the pulsations
	motionMark     = 0.2 // from here on it is noticed
	motionLimit    = 3 * time.Second
	weakBelow      = 0.05 // perfusion index in % below which no pulsation is found
	emptyBelow     = 5.0  // mmHg that count as no air
	pressureMin    = 30   // mmHg, rate in 1/min: the range that is reported
	pressureMax    = 280
	rateMin        = 30
	rateMax        = 240
)

// The limits that a cuff keeps by itself: cuffs.md section 1 gives them for one family, as does every cuff standard.
const (
	SafetyPressure = 300.0 // mmHg
	SafetyTime     = 130 * time.Second
)

type phase uint8

const (
	idle phase = iota
	filling
	emptying
	venting // the outcome is known, the last air goes
)

// Result is what a cycle found.
type Result struct {
	Systolic, Diastolic, Mean int               // mmHg; 0 with a Class
	Rate                      int               // 1/min; 0 with a Class
	Class                     devices.CuffClass // why there are no numbers; zero if there are
	Moved                     bool              // there was motion, but not too much
	Took                      time.Duration
}

// Counts says what a host did that it should not do, and how often.
type Counts struct {
	Unknown   int // commands that the device's document does not have
	Busy      int // starts while it measures
	Malformed int // frames with a wrong check or another address
}

// Passed are the pressures of a person that a cuff has met on its way down, in mmHg; 0 for one that it has not met yet.
type Passed struct{ Systolic, Mean, Diastolic float64 }

// Down notes what a cuff with that pressure has met.
func (p *Passed) Down(mmHg float64, truth *simulators.Vitals) {
	note := func(to *float64, value float64) {
		if *to == 0 && mmHg <= value {
			*to = value
		}
	}
	note(&p.Systolic, truth.Systolic)
	note(&p.Mean, truth.Mean)
	note(&p.Diastolic, truth.Diastolic)
}

// Cuff is one cuff on one arm. It is not safe for concurrent use.
type Cuff struct {
	rng      *rand.Rand
	phase    phase
	pressure float64
	pump     float64
	running  time.Duration
	air      time.Duration // since there is air in the cuff
	step     time.Duration // since the last step down
	moved    time.Duration // with too much motion
	cycles   int

	passed Passed
	result Result
}

// New returns an empty cuff.
func New(seed uint64) *Cuff { return &Cuff{rng: rand.New(rand.NewPCG(seed, 0x63756666))} }

// Begin starts a cycle that ends as the fault says, or as the truth will have it. It reports false while one is running.
func (c *Cuff) Begin(fault devices.CuffClass) bool {
	if c.phase == filling || c.phase == emptying {
		return false
	}
	c.phase = filling
	c.pump = pumpMin + pumpSpread*c.rng.Float64()
	c.running, c.air, c.step, c.moved = 0, 0, 0, 0
	c.passed = Passed{}
	c.result = Result{Class: fault}
	c.cycles++
	return true
}

// Abort opens the valve. It reports whether a cycle was running, which then has no outcome.
func (c *Cuff) Abort() bool {
	running := c.Measuring()
	c.phase = venting
	return running
}

// Live passes dt and reports whether a cycle came to its end.
func (c *Cuff) Live(dt time.Duration, truth *simulators.Vitals) (Result, bool) {
	for ; dt > 0; dt -= tick {
		if c.breathe(min(dt, tick), truth) {
			return c.result, true
		}
	}
	return Result{}, false
}

// Measuring reports whether a cycle is running.
func (c *Cuff) Measuring() bool { return c.phase == filling || c.phase == emptying }

// Pressure returns the pressure in mmHg.
func (c *Cuff) Pressure() float64 { return c.pressure }

// Inflated reports whether there is air in the cuff.
func (c *Cuff) Inflated() bool { return c.pressure > emptyBelow }

// Cycles returns how many cycles have begun.
func (c *Cuff) Cycles() int { return c.cycles }

// Wake returns when Live should be called again; zero while nothing moves.
func (c *Cuff) Wake(now time.Time) time.Time {
	if c.phase == idle {
		return time.Time{}
	}
	return now.Add(tick)
}

// end opens the valve with an outcome.
func (c *Cuff) end(r Result) bool {
	r.Took = c.running
	c.result, c.phase = r, venting
	return true
}

func (c *Cuff) breathe(dt time.Duration, truth *simulators.Vitals) bool {
	if !c.Measuring() {
		if c.pressure = max(c.pressure-ventRate*dt.Seconds(), 0); c.pressure == 0 {
			c.phase = idle
		}
		return false
	}
	c.running += dt
	if c.Inflated() {
		c.air += dt
	}
	if truth.Motion >= motionMark {
		c.result.Moved = true
	}
	switch {
	case c.pressure >= SafetyPressure:
		return c.end(Result{Class: devices.CuffOverpressure})
	case c.air >= SafetyTime:
		return c.end(Result{Class: devices.CuffTimeout})
	case c.phase == filling:
		return c.fill(dt, truth)
	}
	return c.empty(dt, truth)
}

func (c *Cuff) fill(dt time.Duration, truth *simulators.Vitals) bool {
	loose := truth.CuffLoose || c.result.Class == devices.CuffLeak
	switch {
	case c.result.Class == devices.CuffHardware, c.result.Class == devices.CuffBlocked && c.running > 2*time.Second:
		return c.end(Result{Class: c.result.Class})
	case c.running > inflationLimit && loose:
		return c.end(Result{Class: devices.CuffLeak})
	}
	c.pressure += c.pump * dt.Seconds()
	if loose {
		c.pressure = min(c.pressure, looseHolds)
	}
	goal := max(target, min(truth.Systolic+headroom, highest))
	if c.pressure >= goal && c.result.Class != devices.CuffOverpressure {
		c.phase = emptying
	}
	return false
}

func (c *Cuff) empty(dt time.Duration, truth *simulators.Vitals) bool {
	if c.result.Class == devices.CuffTimeout {
		return false // the valve sticks: only the safety limit helps
	}
	if truth.CuffLoose {
		return c.end(Result{Class: devices.CuffLeak})
	}
	if truth.Motion >= motionSpoils {
		if c.moved += dt; c.moved >= motionLimit {
			return c.end(Result{Class: devices.CuffMotion})
		}
		return false // it waits for a quiet moment
	}
	if c.step += dt; c.step < stepEvery {
		return false
	}
	c.step = 0
	c.pressure -= stepMin + stepSpread*c.rng.Float64()
	c.passed.Down(c.pressure, truth)
	if c.pressure > downTo {
		return false
	}
	return c.end(c.outcome(truth))
}

// outcome judges a cycle that came to its end.
func (c *Cuff) outcome(truth *simulators.Vitals) Result {
	if c.result.Class != 0 {
		return Result{Class: c.result.Class}
	}
	round := func(x float64) int { return int(math.Round(x)) }
	r := Result{
		Systolic: round(c.passed.Systolic), Diastolic: round(c.passed.Diastolic), Mean: round(c.passed.Mean),
		Rate: round(truth.PulseRate), Moved: c.result.Moved,
	}
	switch {
	case c.passed.Diastolic == 0, r.Rate == 0, truth.PerfusionIndex > 0 && truth.PerfusionIndex < weakBelow:
		return Result{Class: devices.CuffWeak}
	case r.Systolic > pressureMax, r.Diastolic < pressureMin, r.Rate < rateMin, r.Rate > rateMax,
		r.Systolic <= r.Mean, r.Mean <= r.Diastolic:
		return Result{Class: devices.CuffRange}
	}
	return r
}
