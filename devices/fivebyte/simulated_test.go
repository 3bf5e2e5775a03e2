package fivebyte_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/fivebyte"
	"bedside/simulators"
	"bedside/simulators/fault"
	simulated "bedside/simulators/fivebyte"
)

// couple lets a session listen to the simulated instrument, which was written independently.
func couple(t *testing.T, o simulated.Options, length time.Duration, truth func(time.Duration) simulators.Vitals, line simulators.Line) simulators.Trace {
	t.Helper()
	var set devices.Settings
	if o.Berry {
		set.Variant = "berry-115200"
	}
	s, err := fivebyte.Driver().NewSession(set)
	require.NoError(t, err)
	return simulators.Couple(simulators.Coupling{
		Session: s, Device: simulated.New(o), From: start, To: start.Add(length), ToHost: line, Waves: true,
		Truth: func(now time.Time) simulators.Vitals { return truth(now.Sub(start)) },
	})
}

// TestSimulatedInstruments follows a slow rise past 128 with the finger out, and the sensor unplugged, for a while.
func TestSimulatedInstruments(t *testing.T) {
	const outFrom, outTo, offFrom, offTo = 60 * time.Second, 80 * time.Second, 120 * time.Second, 140 * time.Second
	truth := func(at time.Duration) simulators.Vitals {
		return simulators.Vitals{
			PulseRate: 90 + at.Seconds()/2, SpO2: 97, PerfusionIndex: 4, Pleth: 0.5 + 0.5*math.Sin(2*math.Pi*at.Seconds()*2),
			FingerOut: at >= outFrom && at < outTo, SensorOff: at >= offFrom && at < offTo,
		}
	}
	for _, o := range []simulated.Options{{Seed: 1}, {Seed: 2, Zeros: true}, {Seed: 3, Berry: true}} {
		trace := couple(t, o, 3*time.Minute, truth, nil)
		values, most := 0, 0
		off := devices.FingerOut
		if o.Berry {
			off = devices.SensorOff
		}
		for _, r := range trace.Readings {
			at := r.At.Sub(start)
			rate, ok := r.Value(devices.PulseRate)
			why, _ := r.Absent(devices.PulseRate)
			switch {
			case at >= outFrom+time.Second/5 && at < outTo:
				require.Equal(t, devices.FingerOut, why, "at %v", at)
			case at >= offFrom+time.Second/5 && at < offTo:
				require.Equal(t, off, why, "at %v", at)
			case ok:
				values++
				most = max(most, rate)
				require.InDelta(t, 90+at.Seconds()/2, rate, 3, "at %v", at) // averages lag
				sat, _ := r.Value(devices.SpO2)
				require.Equal(t, 97, sat, "at %v", at)
			case at > 5*time.Second && at < outFrom:
				require.Fail(t, "no value", "at %v: %v", at, why)
			}
		}
		assert.Greater(t, values, 3*120)
		assert.Greater(t, most, 170)
		samples, rate := 0, 60
		if o.Berry {
			rate = 100
		}
		for _, w := range trace.Waves {
			assert.Equal(t, rate, w.Rate)
			samples += len(w.Samples)
		}
		assert.InDelta(t, 180*rate, samples, 20)
	}
}

func calm(time.Duration) simulators.Vitals {
	return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}
}

func TestACablePulledForAMinuteIsBackAtOnce(t *testing.T) {
	line := fault.New(fault.Options{Start: start, Windows: []fault.Window{{Kind: fault.Unplug, From: 20 * time.Second, For: time.Minute}}})
	last, gap := start, time.Duration(0)
	for _, r := range couple(t, simulated.Options{}, 2*time.Minute, calm, line).Readings {
		gap = max(gap, r.At.Sub(last))
		last = r.At
	}
	assert.Less(t, gap, 61*time.Second)
	assert.Greater(t, last.Sub(start), 119*time.Second)
}

func TestAnHourOnABadLine(t *testing.T) {
	line := fault.New(fault.Options{Seed: 7, Start: start, Windows: []fault.Window{
		{Kind: fault.Corrupt, For: time.Hour, Rate: 0.01},
		{Kind: fault.Drop, For: time.Hour, Rate: 0.005},
		{Kind: fault.Double, For: time.Hour, Rate: 0.005},
		{Kind: fault.Add, For: time.Hour, Rate: 0.005},
	}})
	trace := couple(t, simulated.Options{Seed: 7}, time.Hour, calm, line)
	values := 0
	for _, r := range trace.Readings {
		for _, m := range r.Measurements {
			values++
			want := map[devices.Vital]int{devices.PulseRate: 72, devices.SpO2: 97}[m.Vital]
			require.Equal(t, want, m.Value, "%v at %v", m.Vital, r.At.Sub(start))
		}
	}
	assert.Greater(t, values, 2*3600)
	assert.LessOrEqual(t, trace.FramedBytes, trace.Received)
}
