package medlab

import (
	"fmt"
	"math"

	"bedside/devices"
	"bedside/simulators"
)

// Messages of a result, cuffs.md section 8: the family's published convention, not verified on a unit.
const (
	good         = 0
	selfTest     = 2
	loose        = 6
	leak         = 7
	pneumatic    = 8
	weak         = 9
	outOfRange   = 10
	motion       = 11
	overpressure = 12
	timeout      = 19
	stopped      = 18 // our choice: the documents say only that it is not 00
)

// codeOf returns the module's message for a class, 0 if it has none.
func codeOf(class devices.CuffClass) int {
	switch class {
	case devices.CuffWeak:
		return weak
	case devices.CuffMotion:
		return motion
	case devices.CuffRange:
		return outOfRange
	case devices.CuffTimeout:
		return timeout
	case devices.CuffLeak:
		return leak
	case devices.CuffOverpressure:
		return overpressure
	case devices.CuffHardware:
		return pneumatic
	default:
		return good
	}
}

// Range of what the module reports (our choice, the documents name none).
const (
	pressureMin = 20
	pressureMax = 260
	rateMin     = 30
	rateMax     = 220
	weakBelow   = 0.05 // perfusion index in % below which no oscillation is found (our choice)
)

// result is what command 18 gives.
type result struct {
	code                            int
	systolic, diastolic, mean, rate int // 0 for none
	seconds                         int
}

func (r result) text(dashes, neonate bool) string {
	pressures, rate := "999999999", "999"
	if dashes {
		pressures, rate = "---------", "---"
	}
	if r.systolic > 0 {
		pressures = fmt.Sprintf("%03d%03d%03d", r.systolic, r.diastolic, r.mean)
	}
	if r.rate > 0 {
		rate = fmt.Sprintf("%03d", r.rate)
	}
	mode := 0
	if neonate {
		mode = 1
	}
	return fmt.Sprintf("S1;A%d;C01;M%02d;P%s;R%s;T%04d;", mode, r.code, pressures, rate, r.seconds)
}

// outcome judges a cycle that came to its end.
func (d *Device) outcome(truth *simulators.Vitals) result {
	c := &d.cycle
	seconds := int(c.running.Seconds())
	if c.code != good {
		return result{code: c.code, seconds: seconds}
	}
	r := result{
		systolic: int(math.Round(c.Systolic)), diastolic: int(math.Round(c.Diastolic)),
		mean: int(math.Round(c.Mean)), rate: int(math.Round(c.rate)), seconds: seconds,
	}
	switch {
	case c.Diastolic == 0 || c.rate == 0, truth.PerfusionIndex > 0 && truth.PerfusionIndex < weakBelow:
		return result{code: weak, seconds: seconds}
	case r.systolic > pressureMax, r.diastolic < pressureMin, r.rate < rateMin, r.rate > rateMax,
		!(c.Systolic > c.Mean && c.Mean > c.Diastolic):
		return result{code: outOfRange, seconds: seconds}
	}
	return r
}
