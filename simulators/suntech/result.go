package suntech

import (
	"math"

	"bedside/devices"
	"bedside/simulators"
)

// Error codes of the result, cuffs.md section 1, as the maker prints them in decimal.
const (
	codeWeak         = 1
	codeMotion       = 2
	codeRange        = 3
	codeBlocked      = 85
	codeAborted      = 86
	codeLeak         = 87
	codeSafetyTime   = 88
	codeOverpressure = 89
	codeHardware     = 90 // this and all above: found before anything moves
)

// codeOf returns the module's code for a class, 0 if it has none.
func codeOf(class devices.CuffClass) byte {
	switch class {
	case devices.CuffWeak:
		return codeWeak
	case devices.CuffMotion:
		return codeMotion
	case devices.CuffRange:
		return codeRange
	case devices.CuffBlocked:
		return codeBlocked
	case devices.CuffAborted:
		return codeAborted
	case devices.CuffLeak:
		return codeLeak
	case devices.CuffTimeout:
		return codeSafetyTime
	case devices.CuffOverpressure:
		return codeOverpressure
	case devices.CuffHardware:
		return codeHardware
	default:
		return 0
	}
}

// Range of the pressures and the rate that the module reports (our choice, the documents name none).
const (
	pressureMin = 20
	pressureMax = 260
	rateMin     = 30
	rateMax     = 220
	weakBelow   = 0.05 // perfusion index in % below which no oscillation is found (our choice)
)

// result is what the data request gives, cuffs.md section 1.
type result struct {
	systolic, diastolic, mean int
	beats, rate               int
	code                      byte
}

// bytes returns the data of the 24-byte answer, without start, length and check.
func (r result) bytes() []byte {
	b := make([]byte, 21)
	b[0], b[1] = byte(r.systolic), byte(r.systolic>>8)
	b[2], b[3] = byte(r.diastolic), byte(r.diastolic>>8)
	b[4] = byte(r.beats)
	b[14], b[15] = byte(r.rate), byte(r.rate>>8)
	b[16], b[17] = byte(r.mean), byte(r.mean>>8)
	b[18] = r.code
	return b
}

// outcome judges a cycle that came to its end.
func (d *Device) outcome(truth *simulators.Vitals) result {
	c := &d.cycle
	if c.code != 0 {
		return result{code: c.code}
	}
	r := result{
		systolic: int(math.Round(c.Systolic)), diastolic: int(math.Round(c.Diastolic)),
		mean: int(math.Round(c.Mean)), rate: int(math.Round(c.rate)),
	}
	switch {
	case c.Diastolic == 0 || c.rate == 0:
		return result{code: codeWeak} // never met, or no pulse to meet it with
	case r.systolic > pressureMax, r.diastolic < pressureMin, r.rate < rateMin, r.rate > rateMax,
		!(c.Systolic > c.Mean && c.Mean > c.Diastolic):
		return result{code: codeRange}
	case truth.PerfusionIndex > 0 && truth.PerfusionIndex < weakBelow:
		return result{code: codeWeak}
	}
	r.beats = min(int(c.running.Minutes()*c.rate), 255)
	return r
}
