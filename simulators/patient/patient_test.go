package patient_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/patient"
)

const (
	people = 5000
	dose   = 10 * time.Minute
)

// sample gathers mean and standard deviation.
type sample struct{ n, sum, squares float64 }

func (s *sample) add(v float64) {
	s.n++
	s.sum += v
	s.squares += v * v
}

func (s *sample) mean() float64 { return s.sum / s.n }

func (s *sample) sd() float64 { return math.Sqrt(s.squares/s.n - s.mean()*s.mean()) }

// group gathers the rises above rest of many people after a dose at one moment, and the largest of their readings.
type group struct {
	systolic, diastolic       sample // at the moment
	topSystolic, topDiastolic sample // largest of the readings every ten minutes up to 90
	surges, diastolicSurges   float64
	tops                      map[time.Duration]int
}

func study(route patient.Route, moment time.Duration) *group {
	g := &group{tops: map[time.Duration]int{}}
	for seed := range uint64(people) {
		p := patient.New(patient.Options{Seed: seed, Route: route, DoseAt: dose})
		rest := p.Rest()
		v := p.At(dose + moment)
		g.systolic.add(v.Systolic - rest.Systolic)
		g.diastolic.add(v.Diastolic - rest.Diastolic)
		topS, topD := math.Inf(-1), math.Inf(-1)
		for after := 10 * time.Minute; after <= 90*time.Minute; after += 10 * time.Minute {
			v := p.At(dose + after)
			topS, topD = max(topS, v.Systolic-rest.Systolic), max(topD, v.Diastolic-rest.Diastolic)
		}
		g.topSystolic.add(topS)
		g.topDiastolic.add(topD)
		if topS >= 40 {
			g.surges++
		}
		if topD >= 25 {
			g.diastolicSurges++
		}
	}
	return g
}

// profiles.md section 2.2: +16.0 (SD 11.2) over +11.0 (SD 8.45) mmHg at 40 minutes.
func TestInfusionFitsTheYaleSeries(t *testing.T) {
	g := study(patient.Intravenous, 40*time.Minute)
	t.Logf("systolic %+.2f (SD %.2f), diastolic %+.2f (SD %.2f)",
		g.systolic.mean(), g.systolic.sd(), g.diastolic.mean(), g.diastolic.sd())
	assert.InDelta(t, 16.0, g.systolic.mean(), 0.5)
	assert.InDelta(t, 11.2, g.systolic.sd(), 0.4)
	assert.InDelta(t, 11.0, g.diastolic.mean(), 0.4)
	assert.InDelta(t, 8.45, g.diastolic.sd(), 0.35)
}

// profiles.md section 2.1.
func TestNasalSprayFitsTheTrials(t *testing.T) {
	g := study(patient.Esketamine, 40*time.Minute)
	t.Logf("at 40 min %+.2f/%+.2f, largest %+.2f/%+.2f, +40 systolic %.2f %%, +25 diastolic %.2f %%",
		g.systolic.mean(), g.diastolic.mean(), g.topSystolic.mean(), g.topDiastolic.mean(),
		100*g.surges/people, 100*g.diastolicSurges/people)
	assert.InDelta(t, 8, g.systolic.mean(), 1, "mean rise at 40 min is 7..9")
	assert.InDelta(t, 5, g.diastolic.mean(), 1, "mean rise at 40 min is 4..6")
	assert.InDelta(t, 13.3, g.topSystolic.mean(), 1.5)
	assert.InDelta(t, 8.7, g.topDiastolic.mean(), 1.2)
	// 8 and 13 % of patients at least once in four weeks, which are eight sessions: no session may have more than that,
	// and if sessions had nothing in common, each would have an eighth.
	assert.Greater(t, 100*g.surges/people, 8.0/8/3)
	assert.Less(t, 100*g.surges/people, 8.0)
	assert.Greater(t, 100*g.diastolicSurges/people, 13.0/8/3)
	assert.Less(t, 100*g.diastolicSurges/people, 13.0)
}

// The mean course of each route peaks when profiles.md section 2 says, and is over when it says.
func TestTimeCourses(t *testing.T) {
	for _, c := range []struct {
		name           string
		route          patient.Route
		from, to, over time.Duration // peak window, and when the mean is back
	}{
		{"spray: about 40 min, back by 1.5 h", patient.Esketamine, 35 * time.Minute, 45 * time.Minute, 95 * time.Minute},
		{"infusion: 40 min, back 1.5 h after", patient.Intravenous, 37 * time.Minute, 43 * time.Minute, 130 * time.Minute},
		{"muscle: 10 to 30 min", patient.Intramuscular, 10 * time.Minute, 30 * time.Minute, 90 * time.Minute},
		{"tongue: plasma 45 min, fades in 1..2 h", patient.Sublingual, 35 * time.Minute, 55 * time.Minute, 150 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			var crowd []*patient.Patient
			for seed := range uint64(400) {
				crowd = append(crowd, patient.New(patient.Options{Seed: seed, Route: c.route, DoseAt: dose}))
			}
			rise := func(after time.Duration) float64 {
				var s sample
				for _, p := range crowd {
					s.add(p.At(dose+after).Systolic - p.Rest().Systolic)
				}
				return s.mean()
			}
			top, at := 0.0, time.Duration(0)
			for m := time.Duration(0); m <= 100*time.Minute; m += time.Minute {
				if r := rise(m); r > top {
					top, at = r, m
				}
			}
			assert.GreaterOrEqual(t, at, c.from)
			assert.LessOrEqual(t, at, c.to)
			assert.InDelta(t, 0, rise(-time.Second), 0.6, "nothing happens before the dose")
			assert.InDelta(t, 0, rise(c.over), 1.2, "it is over")
		})
	}
}

func TestEqualSeedsAreEqualPeopleInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := patient.Options{
			Seed:   rapid.Uint64().Draw(t, "seed"),
			Route:  patient.Route(rapid.IntRange(0, 4).Draw(t, "route")),
			DoseAt: time.Duration(rapid.IntRange(0, 600).Draw(t, "dose")) * time.Second,
		}
		a, b := patient.New(o), patient.New(o)
		times := rapid.SliceOfN(rapid.IntRange(0, 3*3600*1000), 1, 20).Draw(t, "milliseconds")
		var answers []simulators.Vitals
		for _, ms := range times {
			answers = append(answers, a.At(time.Duration(ms)*time.Millisecond))
		}
		for i, ms := range slices.Backward(times) {
			require.Equal(t, answers[i], b.At(time.Duration(ms)*time.Millisecond))
		}
	})
}

// Whatever the seed and the route, the numbers are those of a living adult, and the wave stays in its range.
func TestEverybodyIsPhysiological(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := patient.New(patient.Options{
			Seed: rapid.Uint64().Draw(t, "seed"), DoseAt: dose,
			Route: patient.Route(rapid.IntRange(0, 4).Draw(t, "route")),
		})
		v := p.At(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "t")))
		assert.True(t, v.PulseRate > 35 && v.PulseRate < 120, "pulse %v", v.PulseRate)
		assert.True(t, v.SpO2 > 92 && v.SpO2 <= 100, "SpO2 %v", v.SpO2)
		assert.True(t, v.Systolic > v.Mean && v.Mean > v.Diastolic && v.Diastolic > 30 && v.Systolic < 210, "%+v", v)
		assert.True(t, v.PerfusionIndex > 0.3 && v.PerfusionIndex < 10)
		assert.True(t, v.Pleth >= 0 && v.Pleth <= 1)
	})
}

// The number of beats on the wave is the integral of the pulse rate, through dose and offsets, and no step ever jumps.
func TestPlethKeepsItsPhase(t *testing.T) {
	p := patient.New(patient.Options{
		Seed: 7, Route: patient.Intramuscular, DoseAt: 5 * time.Minute,
		Later: []patient.Dose{{Route: patient.Intravenous, At: 9 * time.Minute}},
		Offsets: []patient.Offset{
			{Vital: devices.PulseRate, From: 8 * time.Minute, Rise: 30 * time.Second, Hold: 2 * time.Minute, Fall: time.Minute, Size: 40},
			{Vital: devices.PulseRate, From: 15 * time.Minute, Rise: time.Minute, Hold: -1, Size: -10},
		},
	})
	const step = 5 * time.Millisecond
	beats, counted, previous, fastest := 0.0, 0, p.At(0).Pleth, 0.0
	for at := step; at <= 20*time.Minute; at += step {
		v := p.At(at)
		beats += v.PulseRate / 60 * step.Seconds()
		if previous < 0.5 && v.Pleth >= 0.5 {
			counted++
		}
		fastest = max(fastest, math.Abs(v.Pleth-previous))
		previous = v.Pleth
	}
	assert.InDelta(t, beats, float64(counted), 1.5, "one upstroke for each beat of the rate")
	assert.Less(t, fastest, 0.08, "no jump within 5 ms")
}

func TestPlethHasADicroticNotch(t *testing.T) {
	p := patient.New(patient.Options{Seed: 1, Rest: patient.Rest{PulseRate: 60}})
	for minute := range 10 {
		peaks, rising, previous := 0, false, -1.0
		for at := time.Duration(0); at < 30*time.Second; at += 5 * time.Millisecond {
			v := p.At(time.Duration(minute)*time.Minute + at).Pleth
			if rising && v < previous {
				peaks++
			}
			rising, previous = v > previous, v
		}
		assert.InDelta(t, 60, peaks, 8, "two tops in each of thirty beats")
	}
}

func TestOffsetsComeAndGo(t *testing.T) {
	base := patient.Options{Seed: 3}
	moved := base
	moved.Offsets = []patient.Offset{
		{Vital: devices.Systolic, From: time.Minute, Rise: time.Minute, Hold: time.Minute, Fall: time.Minute, Size: 60},
		{Vital: devices.SpO2, From: time.Minute, Rise: time.Minute, Hold: -1, Size: -12},
	}
	a, b := patient.New(base), patient.New(moved)
	for _, c := range []struct {
		at             time.Duration
		systolic, spo2 float64
	}{
		{time.Minute, 0, 0},
		{90 * time.Second, 30, -6},
		{150 * time.Second, 60, -12},
		{210 * time.Second, 30, -12},
		{5 * time.Minute, 0, -12},
		{5 * time.Hour, 0, -12},
	} {
		assert.InDelta(t, c.systolic, b.At(c.at).Systolic-a.At(c.at).Systolic, 1e-6, "%v", c.at)
		assert.InDelta(t, c.spo2, b.At(c.at).SpO2-a.At(c.at).SpO2, 1e-6, "%v", c.at)
	}
}

// What costs less says the same, and what a person drifts about is the middle of it.
func TestNumbersAndTrend(t *testing.T) {
	p := patient.New(patient.Options{
		Seed: 11, Route: patient.Intravenous, DoseAt: dose,
		Offsets: []patient.Offset{{Vital: devices.SpO2, From: time.Hour, Rise: time.Minute, Hold: time.Minute, Fall: time.Minute, Size: -12}},
	})
	var pulse, oxygen, systolic, diastolic sample
	for at := time.Duration(0); at < 2*time.Hour; at += time.Second {
		whole, numbers, trend := p.At(at), p.Numbers(at), p.Trend(at)
		whole.Pleth = 0
		require.Equal(t, whole, numbers)
		pulse.add(numbers.PulseRate - trend.PulseRate)
		oxygen.add(numbers.SpO2 - trend.SpO2)
		systolic.add(numbers.Systolic - trend.Systolic)
		diastolic.add(numbers.Diastolic - trend.Diastolic)
	}
	for _, s := range []sample{pulse, oxygen, systolic, diastolic} {
		assert.InDelta(t, 0, s.mean(), 0.3)
		assert.Greater(t, s.sd(), 0.2)
		assert.Less(t, s.sd(), 5.0)
	}
}

func TestHasteBringsThePeakForward(t *testing.T) {
	response := &patient.Response{Systolic: 30, Diastolic: 20}
	p := patient.New(patient.Options{
		Seed: 1, Route: patient.Intravenous, DoseAt: 2 * time.Minute, Haste: 4, Response: response,
	})
	assert.InDelta(t, p.Rest().Systolic+30, p.At(12*time.Minute).Systolic, 13)
	assert.InDelta(t, p.Rest().Systolic, p.At(35*time.Minute).Systolic, 13)
	assert.Equal(t, *response, p.Response())
}

// A later dose adds its own response to whatever the earlier one still does, and changes nothing before.
func TestLaterDosesAddUp(t *testing.T) {
	size := &patient.Response{Systolic: 20, PulseRate: 10}
	once := patient.Options{Seed: 5, Route: patient.Intramuscular, DoseAt: 5 * time.Minute, Response: size}
	twice := once
	twice.Later = []patient.Dose{{Route: patient.Intramuscular, At: 15 * time.Minute, Response: size}}
	a, b := patient.New(once), patient.New(twice)
	assert.Equal(t, a.At(15*time.Minute), b.At(15*time.Minute))
	highest := 0.0
	for at := 15 * time.Minute; at < 60*time.Minute; at += time.Minute {
		highest = max(highest, b.At(at).Systolic-a.At(at).Systolic)
	}
	assert.InDelta(t, 20, highest, 0.5)
}

func TestAtAllocatesNothing(t *testing.T) {
	p := patient.New(patient.Options{Seed: 1, Route: patient.Esketamine})
	at := time.Duration(0)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		at += time.Second
		if p.At(at).PulseRate == 0 {
			t.Error("no pulse")
		}
	}))
}

func BenchmarkAt(b *testing.B) {
	p := patient.New(patient.Options{Seed: 1, Route: patient.Esketamine})
	at := time.Duration(0)
	b.ReportAllocs()
	for b.Loop() {
		at += 13 * time.Millisecond
		p.At(at)
	}
}
