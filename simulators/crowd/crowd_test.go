package crowd_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators/crowd"
	"bedside/simulators/patient"
)

// drawn is how many sessions the tests of the population look at.
const drawn = 24000

// people returns those of a route with whom nothing else is wrong.
func people(route patient.Route, cautious bool) []*crowd.Session {
	var list []*crowd.Session
	for i := range drawn {
		if crowd.Routes()[i%len(crowd.Routes())] != route {
			continue
		}
		if s := crowd.New(1, i); s.Cautious == cautious && s.Planned == crowd.Nothing {
			list = append(list, s)
		}
	}
	return list
}

// group gathers what trials report of pressures.
type group struct {
	systolic, diastolic       []float64 // rise at 40 minutes
	topSystolic, topDiastolic []float64 // largest rise of the readings
	severeS, severeD          float64   // share of sessions, %: at least 180, at least 110
	surgeS, surgeD            float64   // +40, +25
	severe                    float64   // either
}

// measure reads everybody's pressure every so often for 90 minutes.
func measure(list []*crowd.Session, every time.Duration) *group {
	g := &group{}
	each := 100 / float64(len(list))
	for _, s := range list {
		rest := s.Person.Rest()
		at40 := s.Person.Numbers(s.Dose() + 40*time.Minute)
		g.systolic = append(g.systolic, at40.Systolic-rest.Systolic)
		g.diastolic = append(g.diastolic, at40.Diastolic-rest.Diastolic)
		top, bottom := math.Inf(-1), math.Inf(-1)
		for at := every; at <= 90*time.Minute; at += every {
			v := s.Person.Numbers(s.Dose() + at)
			top, bottom = max(top, v.Systolic), max(bottom, v.Diastolic)
		}
		g.topSystolic = append(g.topSystolic, top-rest.Systolic)
		g.topDiastolic = append(g.topDiastolic, bottom-rest.Diastolic)
		count := func(n *float64, yes bool) {
			if yes {
				*n += each
			}
		}
		count(&g.severeS, top >= 180)
		count(&g.severeD, bottom >= 110)
		count(&g.severe, top >= 180 || bottom >= 110)
		count(&g.surgeS, top-rest.Systolic >= 40)
		count(&g.surgeD, bottom-rest.Diastolic >= 25)
	}
	return g
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, x := range list {
		sum += x
	}
	return sum / float64(len(list))
}

func sd(list []float64) float64 {
	m, sum := mean(list), 0.0
	for _, x := range list {
		sum += (x - m) * (x - m)
	}
	return math.Sqrt(sum / float64(len(list)))
}

// profiles.md section 2.2, the series from Yale: +16.0 (SD 11.2) over +11.0 (SD 8.45) mmHg at 40 minutes, and 0.98 % of
// infusions severe. What was severe there is not said in what was read; here it is 180/110.
func TestInfusionsFitTheYaleSeries(t *testing.T) {
	list := people(patient.Intravenous, false)
	g := measure(list, 10*time.Minute)
	t.Logf("%d infusions: %+.1f (SD %.1f) over %+.1f (SD %.2f), severe %.2f %%", len(list), mean(g.systolic), sd(g.systolic),
		mean(g.diastolic), sd(g.diastolic), g.severe)
	assert.InDelta(t, 16.0, mean(g.systolic), 0.7)
	assert.InDelta(t, 11.2, sd(g.systolic), 0.5)
	assert.InDelta(t, 11.0, mean(g.diastolic), 0.5)
	assert.InDelta(t, 8.45, sd(g.diastolic), 0.4)
	assert.InDelta(t, 0.98, g.severe, 0.9)
	assert.Greater(t, g.severe, 0.4)
}

// profiles.md section 2.1: means of the trials, and shares of people who reached a value at least once in four weeks, which are
// eight sessions. No session may have a larger share than that, and if sessions had nothing in common, each would have an
// eighth; half of that is allowed for chance and for sessions that resemble each other.
func TestSpraysFitTheTrials(t *testing.T) {
	for _, c := range []struct {
		name                             string
		cautious                         bool
		topSystolic, topDiastolic        float64
		severeS, surgeS, severeD, surgeD float64 // % of people
	}{
		{"below 65 years", false, 13.3, 8.7, 3, 8, 4, 13},
		{"65 years and more", true, 16.0, 9.5, 3, 17, 0, 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := people(patient.Esketamine, c.cautious)
			g := measure(list, 10*time.Minute)
			t.Logf("%d sessions: at 40 min %+.1f/%+.1f, largest %+.1f/%+.1f; >=180 %.2f %%, +40 %.2f %%, >=110 %.2f %%, +25 %.2f %%", len(list),
				mean(g.systolic), mean(g.diastolic), mean(g.topSystolic), mean(g.topDiastolic), g.severeS, g.surgeS, g.severeD, g.surgeD)
			if !c.cautious {
				assert.InDelta(t, 8, mean(g.systolic), 1, "mean rise at 40 min is 7..9")
				assert.InDelta(t, 5, mean(g.diastolic), 1, "mean rise at 40 min is 4..6")
			}
			assert.InDelta(t, c.topSystolic, mean(g.topSystolic), 1.5)
			assert.InDelta(t, c.topDiastolic, mean(g.topDiastolic), 1.5)
			share := func(what string, people, sessions float64) {
				assert.LessOrEqual(t, sessions, max(people, 1), what)
				assert.GreaterOrEqual(t, sessions, people/8/2, what)
			}
			share("systolic 180", c.severeS, g.severeS)
			share("systolic +40", c.surgeS, g.surgeS)
			share("diastolic 110", c.severeD, g.severeD)
			share("diastolic +25", c.surgeD, g.surgeD)
		})
	}
}

// What was put in is there, at the moment and as far as it should be, and every kind is.
func TestWhatIsPutInIsThere(t *testing.T) {
	seen := map[crowd.Planned]int{}
	for i := range 3000 {
		s := crowd.New(2, i)
		seen[s.Planned]++
		lowest, slowest, fastest, highest := 100.0, 200.0, 0.0, 0.0
		for at := time.Duration(0); at < s.Length; at += 10 * time.Second {
			v := s.Person.Trend(at)
			lowest, slowest, fastest = min(lowest, v.SpO2), min(slowest, v.PulseRate), max(fastest, v.PulseRate)
			highest = max(highest, min(v.Systolic-180, 5), v.Diastolic-110)
		}
		switch s.Planned {
		case crowd.Desaturation:
			assert.Less(t, lowest, 88.6, "session %d", i)
			assert.Greater(t, lowest, 65.0, "session %d", i)
		case crowd.Tachycardia:
			assert.Greater(t, fastest, 124.0, "session %d", i)
		case crowd.Bradycardia:
			assert.Less(t, slowest, 48.0, "session %d", i)
		case crowd.SeverePressure:
			assert.GreaterOrEqual(t, highest, 5.0, "session %d", i)
		case crowd.RaisedPulse:
			assert.Greater(t, fastest, s.Person.Rest().PulseRate+33, "session %d", i)
		case crowd.Nothing:
			assert.Greater(t, lowest, 93.0, "session %d", i)
			assert.True(t, slowest > 50 && fastest < 120, "session %d", i)
		}
	}
	assert.Len(t, seen, 8)
	assert.InDelta(t, 0.35*3000*0.3, seen[crowd.Desaturation], 80)
}

func TestEqualSeedsAreEqualSessions(t *testing.T) {
	tell := func(seed uint64, number int) []devices.Reading {
		s := crowd.New(seed, number)
		o, c := s.Oximeter(), s.Cuff()
		var list []devices.Reading
		for at := time.Duration(0); at < 20*time.Minute; at += time.Second {
			if r, _ := o.Step(at, nil); r != nil {
				r.Measurements, r.Absences = slices.Clone(r.Measurements), slices.Clone(r.Absences)
				list = append(list, *r)
			}
		}
		cycle := c.Begin(30 * time.Minute)
		if cycle.Result == nil {
			return list
		}
		return append(list, *cycle.Result)
	}
	for i := range 8 {
		assert.Equal(t, tell(3, i), tell(3, i))
		assert.NotEqual(t, tell(3, i), tell(4, i))
	}
}

// An honest value is the person's, within what the average lags behind; a sensor that is off has none, and neither has one
// below an inflated cuff on its arm.
func TestOximeterShowsThePerson(t *testing.T) {
	var shown, hidden, marked int
	for i := range 60 {
		s := crowd.New(5, i)
		o := s.Oximeter()
		cycle := &crowd.Cycle{From: 60 * time.Minute, To: 60*time.Minute + 40*time.Second}
		for at := time.Duration(0); at < s.Length; at += time.Second {
			r, honest := o.Step(at, cycle)
			if r == nil {
				require.False(t, honest)
				continue
			}
			oxygen, ok := r.Value(devices.SpO2)
			if !ok {
				require.False(t, honest)
				hidden++
			}
			if r.Status.Has(devices.Motion) {
				require.True(t, s.Tells)
				marked++
			}
			if squeezed := at >= cycle.From+10*time.Second && at < cycle.To-10*time.Second; squeezed && s.SameArm {
				require.False(t, ok, "a pulse below the cuff")
			}
			if !honest {
				continue
			}
			shown++
			far := 8.0 // a fast fall, and an average
			if s.Planned == crowd.Nothing {
				far = 2
			}
			if near := s.Person.Numbers(at - 4*time.Second).SpO2; math.Abs(near-float64(oxygen)) > far {
				require.Fail(t, "not the person's", "session %d at %v: %d instead of %.1f", i, at, oxygen, near)
			}
		}
	}
	assert.Greater(t, shown, 50*hidden, "most of the time there is a value")
	assert.Positive(t, marked)
}

// The length of motions is what alarms.md section 13.1 knows of alarms that nobody needed: 14 s of waiting took away half of
// them, 19 s two thirds.
func TestMotionsLastAsAlarmsDid(t *testing.T) {
	var over [3]float64
	for i := range 1000 {
		s := crowd.New(6, i)
		for at := time.Duration(0); at < s.Length; at += time.Second {
			if s.Moved(at, 0) && !s.Moved(at-time.Second, 0) { // it begins
				over[0]++
				if s.Moved(at+14*time.Second, 0) {
					over[1]++
				}
				if s.Moved(at+19*time.Second, 0) {
					over[2]++
				}
			}
		}
	}
	t.Logf("%.0f motions, longer than 14 s: %.2f, than 19 s: %.2f", over[0], over[1]/over[0], over[2]/over[0])
	assert.InDelta(t, 0.50, over[1]/over[0], 0.1)
	assert.InDelta(t, 0.33, over[2]/over[0], 0.1)
}
