package crowd

import (
	"time"

	"bedside/devices"
	"bedside/simulators/patient"
)

// Planned is what was put into a session on top of the response to the dose.
type Planned uint8

// What may be put in.
const (
	Nothing Planned = iota
	Desaturation
	Tachycardia
	RaisedPulse // far above the person's own, for long, below any fixed limit
	Bradycardia
	SeverePressure
	FlappingOxygen // about the usual limit, for minutes
	FlappingPulse
)

var planned = [...]string{
	"nothing", "desaturation", "tachycardia", "raised_pulse", "bradycardia", "severe_pressure", "flapping_oxygen", "flapping_pulse",
}

// String returns the word, such as "desaturation".
func (p Planned) String() string { return planned[min(int(p), len(planned)-1)] }

// Limits about which values flap: those of common adult monitors, and of all profiles but one (profiles.md section 4).
const (
	oxygenLimit = 90.0
	highPulse   = 120.0
	lowPulse    = 50.0
)

// plan draws what goes wrong with a person, as offsets to the vitals that this person would have had.
func (s *Session) plan(plain *patient.Patient) (Planned, []patient.Offset) {
	rng := s.dice("plan")
	var what Planned
	switch u := rng.Float64(); {
	case u < eventShare: // the more varied, the more often
		what = choose(rng, Desaturation, Desaturation, Desaturation, Tachycardia, Tachycardia, RaisedPulse, Bradycardia, Bradycardia,
			SeverePressure, SeverePressure)
	case u < eventShare+flapShare:
		what = choose(rng, FlappingOxygen, FlappingPulse)
	}
	o := patient.Offset{From: span(rng, doseAt+5*time.Minute, s.Length-40*time.Minute)}
	to := 0.0 // where the vital goes
	switch what {
	case Nothing:
		return what, nil
	case Desaturation: // three depths at three speeds
		o.Vital = devices.SpO2
		to = choose(rng, between(rng, 86.5, 88), between(rng, 79, 84), between(rng, 68, 76))
		o.Rise, o.Hold, o.Fall = choose(rng, 30*time.Second, 90*time.Second, 5*time.Minute), span(rng, 45*time.Second, 4*time.Minute), time.Minute
	case Tachycardia:
		o.Vital, to = devices.PulseRate, between(rng, 128, 165)
		o.Rise, o.Hold, o.Fall = span(rng, 30*time.Second, 4*time.Minute), span(rng, 2*time.Minute, 12*time.Minute), 2*time.Minute
	case RaisedPulse:
		rest := plain.Rest().PulseRate
		o.Vital, to = devices.PulseRate, max(rest+36, 1.38*rest)
		o.Rise, o.Hold, o.Fall = 3*time.Minute, span(rng, 14*time.Minute, 25*time.Minute), 4*time.Minute
	case Bradycardia:
		o.Vital, to = devices.PulseRate, between(rng, 34, 46)
		o.Rise, o.Hold, o.Fall = span(rng, 20*time.Second, 2*time.Minute), span(rng, time.Minute, 5*time.Minute), time.Minute
	case SeverePressure:
		return what, s.severe(plain)
	case FlappingOxygen:
		o.Vital, to = devices.SpO2, oxygenLimit+between(rng, -0.8, 1.2)
		o.Rise, o.Hold, o.Fall = time.Minute, span(rng, 5*time.Minute, 15*time.Minute), time.Minute
	case FlappingPulse:
		o.Vital, to = devices.PulseRate, choose(rng, highPulse, lowPulse)+between(rng, -2, 2)
		o.Rise, o.Hold, o.Fall = 2*time.Minute, span(rng, 5*time.Minute, 15*time.Minute), 2*time.Minute
	}
	trend := plain.Trend(o.From + o.Rise)
	if o.Size = to - trend.SpO2; o.Vital == devices.PulseRate {
		o.Size = to - trend.PulseRate
	}
	return what, []patient.Offset{o}
}

// severe draws a pressure that goes far beyond the severe values of profiles.md section 2.6 and stays there for longer than
// any schedule leaves the arm alone at that time.
func (s *Session) severe(plain *patient.Patient) []patient.Offset {
	rng := s.dice("severe")
	from, rise := span(rng, doseAt+5*time.Minute, doseAt+30*time.Minute), span(rng, 4*time.Minute, 8*time.Minute)
	hold := span(rng, 25*time.Minute, 40*time.Minute)
	offset := func(v devices.Vital, size float64) patient.Offset {
		return patient.Offset{Vital: v, From: from, Rise: rise, Hold: hold, Fall: 10 * time.Minute, Size: size}
	}
	trend := plain.Trend(from + rise)
	if rng.Float64() < 2.0/3 {
		size := between(rng, 192, 215) - trend.Systolic
		return []patient.Offset{offset(devices.Systolic, size), offset(devices.Diastolic, 0.4*size)}
	}
	size := between(rng, 117, 126) - trend.Diastolic
	return []patient.Offset{offset(devices.Diastolic, size), offset(devices.Systolic, size)}
}
