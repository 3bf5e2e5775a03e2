package scenario_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	"bedside/simulators"
	"bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/scenario"
)

const seeds = 6

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// shipped are the stories that come with the program, read once; nobody changes them.
var shipped = sync.OnceValues(func() (map[string]*scenario.Scenario, error) {
	all := map[string]*scenario.Scenario{}
	for _, name := range scenario.Names() {
		s, err := scenario.Find(name)
		if err != nil {
			return nil, err
		}
		all[name] = s
	}
	return all, nil
})

func find(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	all, err := shipped()
	require.NoError(t, err)
	require.Contains(t, all, name)
	return all[name]
}

// asked returns when the cuff is asked for a measurement.
func asked(s *scenario.Scenario) []time.Duration {
	var times []time.Duration
	for _, a := range s.Actions {
		if a.Do == scenario.CuffStart {
			times = append(times, a.At)
		}
	}
	return times
}

// tell plays the story on a simulated device and returns what its driver made of it.
func tell(t *testing.T, s *scenario.Scenario, device string, seed uint64) simulators.Trace {
	t.Helper()
	entry, ok := catalog.Find(device)
	require.True(t, ok)
	driver, ok := drivers.Find(entry.Driver)
	require.True(t, ok)
	session, err := driver.NewSession(devices.Settings{AllowStart: true})
	require.NoError(t, err)
	truth := s.Truth(seed, entry.Kind)
	c := simulators.Coupling{
		Session: session, Device: entry.New(seed), From: epoch, To: epoch.Add(s.Length),
		Truth:  func(now time.Time) simulators.Vitals { return truth(now.Sub(epoch)) },
		ToHost: fault.New(fault.Options{Seed: seed, Start: epoch, Frame: entry.Frame, Windows: s.Windows(entry.Kind.String())}),
	}
	if entry.Kind == devices.Cuff {
		for _, at := range asked(s) {
			c.Orders = append(c.Orders, simulators.Order{At: epoch.Add(at), Command: devices.CuffStart})
		}
	}
	return simulators.Couple(c)
}

// known returns the values of v, by the time since the start.
func known(trace *simulators.Trace, v devices.Vital) (at []time.Duration, values []int) {
	for i := range trace.Readings {
		if n, ok := trace.Readings[i].Value(v); ok {
			at, values = append(at, trace.Readings[i].At.Sub(epoch)), append(values, n)
		}
	}
	return at, values
}

// longest returns how long the truth stays where hold says so, at most.
func longest(s *scenario.Scenario, truth func(time.Duration) simulators.Vitals, hold func(simulators.Vitals) bool) time.Duration {
	const step = 250 * time.Millisecond
	var most, run time.Duration
	for at := time.Duration(0); at <= s.Length; at += step {
		if !hold(truth(at)) {
			run = 0
			continue
		}
		run += step
		most = max(most, run)
	}
	return most
}

// holds reports whether each moment of the story is as it says.
func holds(s *scenario.Scenario, truth func(time.Duration) simulators.Vitals, always func(simulators.Vitals) bool) bool {
	return longest(s, truth, func(v simulators.Vitals) bool { return !always(v) }) == 0
}

func TestTruthIsRepeatableAndPhysiological(t *testing.T) {
	for _, name := range scenario.Names() {
		s := find(t, name)
		a, b := s.Truth(3, devices.Cuff), s.Truth(3, devices.Cuff)
		other := s.Truth(4, devices.Cuff)
		assert.NotEqual(t, a(time.Minute), other(time.Minute), s.Name)
		for at := s.Length; at >= 0; at -= time.Second {
			v := a(at)
			require.Equal(t, v, b(at))
			require.True(t, v.PulseRate > 28 && v.PulseRate < 175 && v.SpO2 > 76 && v.SpO2 <= 100, "%s at %v: %+v", s.Name, at, v)
			require.True(t, v.Systolic > v.Mean && v.Mean > v.Diastolic && v.Diastolic > 45 && v.Systolic < 212, "%+v", v)
		}
		assert.Zero(t, testing.AllocsPerRun(20, func() { a(5 * time.Minute) }), s.Name)
	}
}

// calm crosses no limit of profiles.md section 4, not even the conservative ones of 5.5.
func TestCalmCrossesNoLimit(t *testing.T) {
	s := find(t, "calm")
	for seed := range uint64(20) {
		truth := s.Truth(seed, devices.Oximeter)
		assert.True(t, holds(s, truth, func(v simulators.Vitals) bool {
			return v.SpO2 >= 94 && v.PulseRate >= 50 && v.PulseRate < 98 &&
				v.Systolic >= 90 && v.Systolic < 148 && v.Diastolic < 94 && v.Mean >= 60 && v.Motion == 0 &&
				!v.FingerOut && !v.SensorOff && !v.CuffLoose
		}), "seed %d", seed)
	}
	for _, device := range []string{"nonin-df2", "suntech"} {
		trace := tell(t, s, device, 1)
		assert.Empty(t, trace.Faults)
		assert.Empty(t, trace.Refused)
	}
	cuff := tell(t, s, "suntech", 1)
	_, systolic := known(&cuff, devices.Systolic)
	assert.GreaterOrEqual(t, len(systolic), len(asked(s))-1, "each cycle but one that the end cuts off")
}

// rise is what most sessions look like: clearly up, under bp_elev (160/100), bp_surge (+40/+25), hr_rise (+30) and hr_high.
func TestRiseClimbsAndReturnsWithoutAnAlert(t *testing.T) {
	s := find(t, "rise")
	rest := s.Patient.Rest
	for seed := range uint64(seeds) {
		truth := s.Truth(seed, devices.Oximeter)
		assert.True(t, holds(s, truth, func(v simulators.Vitals) bool {
			return v.Systolic < 160 && v.Diastolic < 100 && v.Systolic < rest.Systolic+40 && v.Diastolic < rest.Diastolic+25 &&
				v.PulseRate < rest.PulseRate+30 && v.SpO2 > 93.5
		}), "seed %d", seed)
		mean := func(from time.Duration) float64 {
			sum := 0.0
			for i := range 120 {
				sum += truth(from + time.Duration(i)*time.Second).Systolic
			}
			return sum / 120
		}
		// At twenty times real speed the first minute of watching ends at minute 20.
		assert.Greater(t, mean(17*time.Minute), mean(0)+12, "seed %d", seed)
		assert.InDelta(t, mean(0), mean(43*time.Minute), 7, "seed %d", seed)
	}
	trace := tell(t, s, "suntech", 2)
	_, systolic := known(&trace, devices.Systolic)
	require.GreaterOrEqual(t, len(systolic), len(asked(s))-1)
	assert.Greater(t, slices.Max(systolic), systolic[0]+10, "the cuff sees it")
}

// crisis: bp_severe (180), seen by one cycle and confirmed by the next; spo2_drift, spo2_low and spo2_crit (92, 90, 85),
// each for longer than its hold; and back.
func TestCrisisCrossesWhatItSays(t *testing.T) {
	s := find(t, "crisis")
	for seed := range uint64(seeds) {
		truth := s.Truth(seed, devices.Oximeter)
		below := func(limit float64) time.Duration {
			return longest(s, truth, func(v simulators.Vitals) bool { return v.SpO2 < limit })
		}
		assert.Greater(t, below(92), time.Minute, "seed %d", seed)
		assert.Greater(t, below(90), time.Minute, "seed %d: long enough to be escalated", seed)
		assert.Greater(t, below(85), 20*time.Second, "seed %d", seed)
		assert.Greater(t, truth(s.Length).SpO2, 95.0, "it recovers")
		assert.Less(t, truth(s.Length).Systolic, 160.0, "it recovers")
		assert.True(t, holds(s, truth, func(v simulators.Vitals) bool { return v.PulseRate < 120 }), "one story at a time")

		cuff := tell(t, s, "suntech", seed)
		_, systolic := known(&cuff, devices.Systolic)
		require.Len(t, systolic, len(asked(s)), "seed %d", seed)
		assert.Less(t, systolic[1], 160, "seed %d: not yet", seed)
		for _, n := range []int{2, 3} {
			assert.GreaterOrEqual(t, systolic[n], 180, "seed %d, cycle %d", seed, n)
			assert.Less(t, systolic[n], 206, "seed %d, cycle %d", seed, n)
		}
		assert.Less(t, systolic[len(systolic)-1], 160, "seed %d: over", seed)
	}
	for _, device := range []string{"nonin-df2", "nonin-df7", "nonin-df8"} {
		trace := tell(t, s, device, 5)
		at, spo2 := known(&trace, devices.SpO2)
		low := slices.Min(spo2)
		assert.Less(t, low, 85, device)
		assert.InDelta(t, float64(15*time.Minute), float64(at[slices.Index(spo2, low)]), float64(time.Minute), device)
		assert.GreaterOrEqual(t, spo2[len(spo2)-1], 95, device)
	}
}

// messy, seen through the oximeter's driver: each value that is shown is near the truth, and each gap has its reason.
func TestMessyIsNeverWrong(t *testing.T) {
	s := find(t, "messy")
	for i, device := range []string{"nonin-df2", "nonin-df7", "nonin-df8", "nonin-df2"} {
		seed := uint64(i)
		trace, truth := tell(t, s, device, seed), s.Truth(seed, devices.Oximeter)
		reasons := map[devices.Reason]bool{}
		status, last, gap := devices.Status(0), time.Duration(0), time.Duration(0)
		for i := range trace.Readings {
			r := &trace.Readings[i]
			at := r.At.Sub(epoch)
			status |= r.Status
			gap, last = max(gap, at-last), at
			if reason, ok := r.Absent(devices.SpO2); ok {
				reasons[reason] = true
				continue
			}
			spo2, _ := r.Value(devices.SpO2)
			// Bytes that a frozen cable held back arrive at its end, so the truth may be eight seconds older.
			assert.InDelta(t, truth(at).SpO2, spo2, 2.5, "%s, seed %d at %v", device, seed, at)
			rate, _ := r.Value(devices.PulseRate)
			assert.InDelta(t, truth(at).PulseRate, rate, 14, "%s, seed %d at %v", device, seed, at)
		}
		for _, want := range []devices.Reason{devices.FingerOut, devices.SensorOff} {
			assert.True(t, reasons[want], "%s, seed %d: %v", device, seed, want)
		}
		assert.True(t, status.Has(devices.Motion|devices.PerfusionLow), "%s: %v", device, status.Names())
		assert.InDelta(t, 20, gap.Seconds(), 5, "%s: silent while unplugged", device)
		_, ok := trace.Readings[len(trace.Readings)-1].Value(devices.SpO2)
		assert.True(t, ok, "%s: it ends well", device)
	}
}

// messy, seen through the cuff's driver.
func TestMessyFailsTheCuffTwiceAndNoMore(t *testing.T) {
	s := find(t, "messy")
	for seed := range uint64(2) {
		trace := tell(t, s, "suntech", seed)
		var classes []devices.CuffClass
		for _, c := range trace.Cuff {
			if c.Phase == devices.CuffFailed {
				classes = append(classes, c.Class)
			}
		}
		assert.Equal(t, []devices.CuffClass{devices.CuffLeak, devices.CuffMotion}, classes, "seed %d", seed)
		assert.Empty(t, trace.Refused)
		at, systolic := known(&trace, devices.Systolic)
		assert.Len(t, systolic, len(asked(s))-2, "seed %d", seed)
		for i, v := range systolic {
			assert.InDelta(t, s.Truth(seed, devices.Oximeter)(at[i]-15*time.Second).Systolic, float64(v), 12)
		}
	}
}
