package devicetest

import (
	"math/rand/v2"

	"bedside/devices"
)

// Pressures are what a cuff measures, in mmHg and 1/min.
type Pressures struct{ Systolic, Diastolic, Mean, Rate int }

// AnyPressures returns those of some adult: diastolic 55 to 94, systolic 25 to 84 above it, rate 45 to 134; the mean lies
// where it does in most. Our choice.
func AnyPressures(rng *rand.Rand) Pressures {
	var p Pressures
	p.Diastolic = 55 + rng.IntN(40)
	p.Systolic = p.Diastolic + 25 + rng.IntN(60)
	p.Rate = 45 + rng.IntN(90)
	p.Mean = p.Diastolic + (p.Systolic-p.Diastolic)*2/5
	return p
}

// Values returns all four numbers as a reading carries them.
func (p Pressures) Values() []devices.Measurement {
	return []devices.Measurement{
		{Vital: devices.Systolic, Value: p.Systolic},
		{Vital: devices.Diastolic, Value: p.Diastolic},
		{Vital: devices.Mean, Value: p.Mean},
		{Vital: devices.PulseRate, Value: p.Rate},
	}
}
