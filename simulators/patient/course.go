package patient

import (
	"math"
	"math/rand/v2"

	"bedside/devices"
	"bedside/simulators"
)

// course is how a response comes and goes: 0 until onset, 1 at the peak, 0 again from the end on, half cosines between.
// Times in seconds.
type course struct{ onset, peak, end float64 }

func (c course) level(x float64) float64 {
	switch {
	case x <= c.onset || x >= c.end:
		return 0
	case x < c.peak:
		return (1 - math.Cos(math.Pi*(x-c.onset)/(c.peak-c.onset))) / 2
	}
	return (1 + math.Cos(math.Pi*(x-c.peak)/(c.end-c.peak))) / 2
}

// integral returns the integral of level from before the onset to x.
func (c course) integral(x float64) float64 {
	rise, fall := c.peak-c.onset, c.end-c.peak
	switch {
	case x <= c.onset:
		return 0
	case x < c.peak:
		u := x - c.onset
		return (u - rise/math.Pi*math.Sin(math.Pi*u/rise)) / 2
	case x < c.end:
		u := x - c.peak
		return (rise + u + fall/math.Pi*math.Sin(math.Pi*u/fall)) / 2
	}
	return (rise + fall) / 2
}

// offset is an [Offset] in seconds.
type offset struct {
	vital            devices.Vital
	size             float64
	from, full, away float64 // begins, has its size, begins to go
	end              float64
}

func newOffset(f Offset) offset {
	o := offset{vital: f.Vital, size: f.Size, from: f.From.Seconds()}
	o.full = o.from + max(f.Rise.Seconds(), 1e-3)
	o.away, o.end = math.Inf(1), math.Inf(1)
	if f.Hold >= 0 {
		o.away = o.full + f.Hold.Seconds()
		o.end = o.away + max(f.Fall.Seconds(), 1e-3)
	}
	return o
}

func (o *offset) level(x float64) float64 {
	switch {
	case x <= o.from || x >= o.end:
		return 0
	case x < o.full:
		return (1 - math.Cos(math.Pi*(x-o.from)/(o.full-o.from))) / 2
	case x <= o.away:
		return 1
	}
	return (1 + math.Cos(math.Pi*(x-o.away)/(o.end-o.away))) / 2
}

// integral returns the integral of level from the session's start to x.
func (o *offset) integral(x float64) float64 {
	if x <= o.from {
		return 0
	}
	rising := course{onset: o.from, peak: o.full, end: o.full + 1}
	sum := rising.integral(min(x, o.full)) + max(min(x, o.away)-o.full, 0)
	if x > o.away {
		u, fall := min(x, o.end)-o.away, o.end-o.away
		sum += (u + fall/math.Pi*math.Sin(math.Pi*u/fall)) / 2
	}
	return sum
}

func (o *offset) add(v *simulators.Vitals, x float64) {
	delta := o.size * o.level(x)
	switch o.vital {
	case devices.PulseRate:
		v.PulseRate += delta
	case devices.SpO2:
		v.SpO2 += delta
	case devices.PerfusionIndex:
		v.PerfusionIndex += delta
	case devices.Systolic:
		v.Systolic += delta
	case devices.Diastolic:
		v.Diastolic += delta
	}
}

// wobble is a smooth noise with an exact integral: a few sine waves of unrelated periods.
type wobble struct{ amplitude, omega, phase [4]float64 }

// newWobble returns noise of that standard deviation with periods between shortest and longest seconds.
func newWobble(rng *rand.Rand, sd, shortest, longest float64) wobble {
	var w wobble
	ratio := math.Pow(longest/shortest, 1.0/float64(len(w.omega)))
	period := shortest
	for i := range w.omega {
		w.amplitude[i] = sd * math.Sqrt(2.0/float64(len(w.omega)))
		w.omega[i] = 2 * math.Pi / (period * (1 + (ratio-1)*rng.Float64()))
		w.phase[i] = 2 * math.Pi * rng.Float64()
		period *= ratio
	}
	return w
}

func (w *wobble) at(x float64) float64 {
	sum := 0.0
	for i := range w.omega {
		sum += w.amplitude[i] * math.Sin(w.omega[i]*x+w.phase[i])
	}
	return sum
}

// integral returns the integral from 0 to x.
func (w *wobble) integral(x float64) float64 {
	sum := 0.0
	for i := range w.omega {
		sum += w.amplitude[i] / w.omega[i] * (math.Cos(w.phase[i]) - math.Cos(w.omega[i]*x+w.phase[i]))
	}
	return sum
}

// pulseWave is one beat of the plethysmogram as a table 0..1: steep upstroke, dicrotic notch, second wave, run-off.
type pulseWave [129]float64

// Shape of a beat, all our choice: centres and widths as shares of a beat.
const (
	systolicAt, systolicWidth                = 0.22, 0.085
	dicroticAt, dicroticWidth, dicroticShare = 0.52, 0.10, 0.42
)

func newPulseWave() pulseWave {
	var w pulseWave
	low, high := math.Inf(1), math.Inf(-1)
	for i := range w {
		u := float64(i) / float64(len(w)-1)
		for _, wrap := range [...]float64{-1, 0, 1} { // neighbouring beats overlap a little
			w[i] += bell(u+wrap, systolicAt, systolicWidth) + dicroticShare*bell(u+wrap, dicroticAt, dicroticWidth)
		}
		low, high = min(low, w[i]), max(high, w[i])
	}
	for i := range w {
		w[i] = (w[i] - low) / (high - low)
	}
	return w
}

func bell(u, centre, width float64) float64 {
	d := (u - centre) / width
	return math.Exp(-d * d / 2)
}

// at returns the height at a number of beats, of which only the part after the point counts.
func (w *pulseWave) at(beats float64) float64 {
	u := (beats - math.Floor(beats)) * float64(len(w)-1)
	i := min(int(u), len(w)-2)
	return w[i] + (w[i+1]-w[i])*(u-float64(i))
}
