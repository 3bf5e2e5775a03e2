package patient

import (
	"math"
	"math/rand/v2"
	"time"

	"bedside/devices"
	"bedside/simulators"
)

// Rest is how a person is before the dose. A field of zero is drawn from the seed.
type Rest struct {
	PulseRate           float64 // 1/min
	SpO2                float64 // %
	PerfusionIndex      float64 // %
	Systolic, Diastolic float64 // mmHg
}

// Offset adds to one vital for a while: it grows to Size during Rise, stays for Hold, and goes during Fall, each change
// smooth. A negative Hold means for ever.
type Offset struct {
	Vital            devices.Vital // PulseRate, SpO2, PerfusionIndex, Systolic or Diastolic; others have no effect
	From             time.Duration // since the session's start
	Rise, Hold, Fall time.Duration
	Size             float64 // in the unit of the vital, per cent for PerfusionIndex; may be negative
}

// Options describe a person and what is done to them. The zero value is somebody at rest.
type Options struct {
	Seed     uint64
	Rest     Rest
	Route    Route         // how ketamine is given; NoDose for none
	DoseAt   time.Duration // since the session's start
	Response *Response     // size of the response; nil draws it from the seed
	Later    []Dose        // further doses; their responses add up
	Haste    float64       // how many times faster than in people every response runs, for demonstrations; 0 means 1
	Offsets  []Offset
}

// Dose is a further dose.
type Dose struct {
	Route    Route
	At       time.Duration // since the session's start
	Response *Response     // size of the response; nil draws it from the seed
}

// Patient is one person. It is immutable and safe for concurrent use.
type Patient struct {
	rest    simulators.Vitals
	breath  float64 // radians a second
	sinus   float64 // 1/min by which the breath moves the pulse
	doses   []dose
	haste   float64
	offsets []offset

	pulse, saturation, pressure, perfusion wobble
	pleth                                  pulseWave
}

// dose is one dose with what it does.
type dose struct {
	at       float64 // seconds
	course   course
	response Response
}

// Spread of people at rest: our choice, within what a pre-dose check lets pass (profiles.md section 2.1).
const (
	restPulse, restPulseSD         = 68.0, 7.0
	restSpO2, restSpO2SD           = 97.3, 0.7
	restSystolic, restSystolicSD   = 120.0, 8.0
	restDiastolic, restDiastolicSD = 76.0, 5.0
	restPerfusion                  = 2.5 // %, the middle of a range that spans a factor of two either way
	breathRate, breathRateSD       = 14.0, 1.5
)

// Size of the drift of each vital, as a standard deviation. Our choice; that of the pressures is such that the largest
// of a session's readings lies as far above the mean as in the placebo arms of profiles.md section 2.1.
const (
	driftPulse     = 1.2
	driftSpO2      = 0.35
	driftPressure  = 3.5 // systolic; the diastolic drifts with it
	driftPerfusion = 0.12
	diastolicShare = 0.7 // of every quick movement of the systolic pressure
	breathPressure = 2.0 // mmHg by which the breath moves the systolic pressure
)

// New returns the person of these options.
func New(o Options) *Patient {
	rng := rand.New(rand.NewPCG(o.Seed, 0x70617469656e74))
	p := &Patient{haste: o.Haste}
	if p.haste <= 0 {
		p.haste = 1
	}
	draw := func(given, mean, sd float64) float64 {
		if drawn := mean + sd*normal(rng, 2); given == 0 {
			return drawn
		}
		return given
	}
	p.rest.PulseRate = draw(o.Rest.PulseRate, restPulse, restPulseSD)
	p.rest.SpO2 = draw(o.Rest.SpO2, restSpO2, restSpO2SD)
	p.rest.Systolic = draw(o.Rest.Systolic, restSystolic, restSystolicSD)
	p.rest.Diastolic = draw(o.Rest.Diastolic, restDiastolic, restDiastolicSD)
	p.rest.PerfusionIndex = draw(o.Rest.PerfusionIndex, restPerfusion, 0.5)
	p.rest.Mean = meanPressure(p.rest.Systolic, p.rest.Diastolic)
	p.breath = 2 * math.Pi / 60 * draw(0, breathRate, breathRateSD)
	p.sinus = 2 + 2*rng.Float64()
	p.pulse = newWobble(rng, driftPulse, 15, 120)
	p.saturation = newWobble(rng, driftSpO2, 20, 240)
	p.pressure = newWobble(rng, driftPressure, 40, 300)
	p.perfusion = newWobble(rng, driftPerfusion, 30, 300)
	for _, given := range append([]Dose{{o.Route, o.DoseAt, o.Response}}, o.Later...) {
		d := dose{at: given.At.Seconds()}
		d.course, d.response = given.Route.draw(rng)
		if given.Response != nil {
			d.response = *given.Response
		}
		p.doses = append(p.doses, d)
	}
	p.pleth = newPulseWave()
	for _, f := range o.Offsets {
		p.offsets = append(p.offsets, newOffset(f))
	}
	return p
}

// Rest returns the vitals about which the person drifts before any dose.
func (p *Patient) Rest() simulators.Vitals { return p.rest }

// Response returns how large the response to the first dose is at its height.
func (p *Patient) Response() Response { return p.doses[0].response }

// At returns the vitals at t after the start of the session. It allocates nothing.
func (p *Patient) At(t time.Duration) simulators.Vitals {
	v := p.Numbers(t)
	x := t.Seconds()
	// The breath moves the height of the pulses as well, as it does on every monitor.
	v.Pleth = p.pleth.at(p.beats(x)) * (0.95 + 0.05*math.Sin(p.breath*x+1))
	return v
}

// Numbers returns the vitals at t without the pulse wave, which costs most: for sessions by the thousand. It allocates
// nothing.
func (p *Patient) Numbers(t time.Duration) simulators.Vitals {
	x := t.Seconds()
	breath := math.Sin(p.breath * x)
	pressure := p.pressure.at(x) + breathPressure*math.Sin(p.breath*x-math.Pi/3)

	v := p.about(x)
	v.PulseRate += p.sinus*breath + p.pulse.at(x)
	v.SpO2 += p.saturation.at(x)
	v.Systolic += pressure
	v.Diastolic += diastolicShare * pressure
	v.PerfusionIndex += p.rest.PerfusionIndex * p.perfusion.at(x)
	return bounded(v)
}

// Trend returns the vitals about which the person breathes and drifts at t: rest, doses and offsets alone. It allocates
// nothing.
func (p *Patient) Trend(t time.Duration) simulators.Vitals { return bounded(p.about(t.Seconds())) }

func (p *Patient) about(x float64) simulators.Vitals {
	drug := p.drug(x)
	v := p.rest
	v.PulseRate += drug.PulseRate
	v.SpO2 += drug.SpO2
	v.Systolic += drug.Systolic
	v.Diastolic += drug.Diastolic
	v.PerfusionIndex *= 1 + drug.Perfusion
	for i := range p.offsets {
		p.offsets[i].add(&v, x)
	}
	return v
}

func bounded(v simulators.Vitals) simulators.Vitals {
	v.SpO2 = min(v.SpO2, 100)
	v.PerfusionIndex = max(v.PerfusionIndex, 0.02)
	v.Mean = meanPressure(v.Systolic, v.Diastolic)
	return v
}

// drug returns how far all doses together move the vitals.
func (p *Patient) drug(x float64) Response {
	var sum Response
	for i := range p.doses {
		d := &p.doses[i]
		level := d.course.level((x - d.at) * p.haste)
		sum.PulseRate += level * d.response.PulseRate
		sum.SpO2 += level * d.response.SpO2
		sum.Systolic += level * d.response.Systolic
		sum.Diastolic += level * d.response.Diastolic
		sum.Perfusion += level * d.response.Perfusion
	}
	return sum
}

// beats returns how many heart beats lie between the start and x seconds: the exact integral of the pulse rate, so that
// the wave keeps its phase whatever moments are asked for.
func (p *Patient) beats(x float64) float64 {
	sum := p.rest.PulseRate*x +
		p.sinus*(1-math.Cos(p.breath*x))/p.breath +
		p.pulse.integral(x)
	for i := range p.doses {
		d := &p.doses[i]
		sum += d.response.PulseRate * (d.course.integral((x-d.at)*p.haste) - d.course.integral(-d.at*p.haste)) / p.haste
	}
	for i := range p.offsets {
		if p.offsets[i].vital == devices.PulseRate {
			sum += p.offsets[i].size * p.offsets[i].integral(x)
		}
	}
	return sum / 60
}

// meanPressure estimates the mean arterial pressure: a third of the way up, as the worked results in cuffs.md section 1.
func meanPressure(systolic, diastolic float64) float64 { return diastolic + (systolic-diastolic)/3 }
