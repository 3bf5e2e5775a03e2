package patient

import (
	"math"
	"math/rand/v2"
)

// Route is how ketamine is given.
type Route uint8

// The routes of profiles.md section 2.
const (
	NoDose      Route = iota
	Esketamine        // nasal spray
	Intravenous       // 0.5 mg/kg over 40 minutes
	Intramuscular
	Sublingual // lozenge, troche or wafer
)

// Response is how far the vitals move from rest at the height of the effect.
type Response struct {
	Systolic, Diastolic float64 // mmHg
	PulseRate           float64 // 1/min
	SpO2                float64 // %, negative for a fall
	Perfusion           float64 // share of the perfusion index at rest, negative for a fall
}

// table holds the figures of one route. Times are in minutes after the dose began.
type table struct {
	systolic, systolicSD   float64 // mmHg at the height
	diastolic, diastolicSD float64
	onset                  float64
	peak, peakSD           float64
	end, endSD             float64
	pulse, pulseSD         float64 // 1/min; our choice for every route: the sources read give direction, no size
}

// figures returns the table of a route. Bracketed tags are the sources as profiles.md numbers them.
func (r Route) figures() table {
	switch r {
	case Esketamine:
		return table{
			// Mean at 40 min 7..9 over 4..6 [S7], largest of a session 13.3 over 8.7 on average [S6]. The height is a
			// little above the mean at 40 min, because not everybody peaks then. The spread (our choice) leaves +40 or
			// +25 to one or two sessions in a hundred: 8 and 13 % of patients over the first four weeks [S2].
			systolic: 8.4, systolicSD: 12, diastolic: 5.2, diastolicSD: 8,
			onset: 2, peak: 40, peakSD: 6, // about 40 min [S2]; spread: our choice
			end: 90, endSD: 8, // back in the range before the dose by about 1.5 h [S6]; spread: our choice
			pulse: 4, pulseSD: 4,
		}
	case Intravenous:
		return table{
			// +16.0 (SD 11.2) over +11.0 (SD 8.45) at 40 min [S9]. Readings drift by themselves, so the spread of the
			// response alone is what is left: sqrt(11.2² - 3.5² - 2²/2), and likewise for the diastolic pressure.
			systolic: 16, systolicSD: 10.55, diastolic: 11, diastolicSD: 8.02,
			onset: 0, peak: 40, // the end of the infusion, where the means peak [S9]
			end: 100, endSD: 10, // within 1.5 h after the infusion [S12]
			pulse: 7, pulseSD: 5,
		}
	case Intramuscular:
		return table{
			// No series in the sources: the size of the infusion of the same dose (our choice).
			systolic: 16, systolicSD: 10.55, diastolic: 11, diastolicSD: 8.02,
			onset: 3, peak: 20, peakSD: 4, // 10..30 min [GK]; onset about 5 min [S26]
			end: 75, endSD: 8, // about 60 min of effect [S26]
			pulse: 8, pulseSD: 5,
		}
	case Sublingual:
		return table{
			// No series in the sources (a stated gap): the size of the nasal spray (our choice), pulse less so [S26].
			systolic: 8.6, systolicSD: 8, diastolic: 5.4, diastolicSD: 6,
			onset: 8, peak: 45, peakSD: 6, // plasma peak 45 min [S21], felt from 15..20 min and most at 40 [S26]
			end: 120, endSD: 15, // fades over 1..2 h [S26]
			pulse: 3, pulseSD: 3,
		}
	}
	return table{onset: 0, peak: 1, end: 2}
}

// together is how much a person's systolic and diastolic responses have in common (correlation; our choice).
const together = 0.75

// draw returns a person's course and response.
func (r Route) draw(rng *rand.Rand) (course, Response) {
	f := r.figures()
	common, own, pulse := normal(rng, 3), normal(rng, 3), normal(rng, 2)
	peak, end, dip := normal(rng, 2), normal(rng, 2), rng.Float64()
	c := course{onset: 60 * f.onset, peak: 60 * (f.peak + f.peakSD*peak), end: 60 * (f.end + f.endSD*end)}
	if r == NoDose || r > Sublingual {
		return c, Response{}
	}
	return c, Response{
		Systolic:  f.systolic + f.systolicSD*common,
		Diastolic: f.diastolic + f.diastolicSD*(together*common+math.Sqrt(1-together*together)*own),
		PulseRate: f.pulse + f.pulseSD*pulse,
		SpO2:      -dip,            // up to one point down (our choice; no source read has a number)
		Perfusion: -0.25 * dip / 2, // vessels narrow a little (our choice)
	}
}

// normal returns a normally distributed number, cut off at that many standard deviations: nobody is impossible.
func normal(rng *rand.Rand, cut float64) float64 {
	for {
		if z := rng.NormFloat64(); math.Abs(z) <= cut {
			return z
		}
	}
}
