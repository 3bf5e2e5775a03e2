package contec_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/contec"
	"bedside/simulators"
	simulated "bedside/simulators/contec"
	"bedside/simulators/fault"
)

// couple lets a session talk to the simulated instrument, which was written independently, and checks on the way that
// nothing leaves but the three harmless commands.
func couple(t *testing.T, d simulators.Device, length time.Duration, truth func(time.Duration) simulators.Vitals, line simulators.Line) simulators.Trace {
	t.Helper()
	s, err := contec.Driver().NewSession(devices.Settings{})
	require.NoError(t, err)
	return simulators.Couple(simulators.Coupling{
		Session: s, Device: d, From: start, To: start.Add(length), ToHost: line,
		Truth: func(now time.Time) simulators.Vitals { return truth(now.Sub(start)) },
		Watch: func(_ time.Time, out *devices.Output) { requireAllowed(t, out.Tx) },
	})
}

// TestSimulatedInstrument follows a slow rise past 128 with the finger out of the sensor and much motion for a while.
func TestSimulatedInstrument(t *testing.T) {
	const outFrom, outTo, moveFrom, moveTo = 60 * time.Second, 80 * time.Second, 120 * time.Second, 140 * time.Second
	truth := func(at time.Duration) simulators.Vitals {
		v := simulators.Vitals{
			PulseRate: 90 + at.Seconds()/2, SpO2: 97, PerfusionIndex: 4, Pleth: 0.5 + 0.5*math.Sin(2*math.Pi*at.Seconds()*2),
			FingerOut: at >= outFrom && at < outTo,
		}
		if at >= moveFrom && at < moveTo {
			v.Motion = 1
		}
		return v
	}
	for _, o := range []simulated.Options{{Seed: 1}, {Seed: 2, PerfusionIndex: true, Documented: true, Undocumented: true}} {
		device := simulated.New(o)
		values, most := 0, 0
		for _, r := range couple(t, device, 3*time.Minute, truth, nil).Readings {
			at := r.At.Sub(start)
			rate, ok := r.Value(devices.PulseRate)
			why, _ := r.Absent(devices.PulseRate)
			switch {
			case at >= outFrom+time.Second/5 && at < outTo:
				require.False(t, ok, "value at %v with the finger out", at)
				require.Equal(t, devices.FingerOut, why, "at %v", at)
			case at >= moveFrom+5*time.Second && at < moveTo:
				require.False(t, ok, "value at %v in motion", at)
				require.Equal(t, devices.Searching, why, "at %v", at)
				if at >= moveFrom+16*time.Second {
					require.True(t, r.Status.Has(devices.SearchTimeout), "at %v", at)
				}
			case ok:
				values++
				most = max(most, rate)
				if at < moveFrom || at > moveTo+5*time.Second {
					require.InDelta(t, 90+at.Seconds()/2, rate, 3, "at %v", at) // averages lag
				}
				sat, _ := r.Value(devices.SpO2)
				require.Equal(t, 97, sat, "at %v", at)
				pi, has := r.Value(devices.PerfusionIndex)
				require.Equal(t, o.PerfusionIndex, has)
				require.True(t, !has || pi == 400)
			case at > 5*time.Second && at < outFrom:
				require.Fail(t, "no value", "at %v: %v", at, why)
			}
		}
		assert.Greater(t, values, 3*120)
		assert.Greater(t, most, 170)
		c := device.Counts()
		assert.Equal(t, simulated.Counts{Starts: 1, Keeps: c.Keeps, Questions: 1}, c)
		assert.InDelta(t, 36, c.Keeps, 1)
	}
}

func calm(time.Duration) simulators.Vitals {
	return simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}
}

func TestACablePulledForAMinuteIsBackAtOnce(t *testing.T) {
	line := fault.New(fault.Options{Start: start, Windows: []fault.Window{{Kind: fault.Unplug, From: 20 * time.Second, For: time.Minute}}})
	device := simulated.New(simulated.Options{})
	trace := couple(t, device, 2*time.Minute, calm, line)
	assert.GreaterOrEqual(t, device.Counts().Starts, 2, "the stream had ended for want of a keep-alive")
	last, gap := start, time.Duration(0)
	for _, r := range trace.Readings {
		gap = max(gap, r.At.Sub(last))
		last = r.At
	}
	assert.Less(t, gap, 62*time.Second)
	assert.Greater(t, last.Sub(start), 119*time.Second)
}

func TestHoursOnABadLine(t *testing.T) {
	line := fault.New(fault.Options{Seed: 7, Start: start, Windows: []fault.Window{
		{Kind: fault.Corrupt, For: time.Hour, Rate: 0.01},
		{Kind: fault.Drop, For: time.Hour, Rate: 0.005},
		{Kind: fault.Double, For: time.Hour, Rate: 0.005},
		{Kind: fault.Add, For: time.Hour, Rate: 0.005},
	}})
	trace := couple(t, simulated.New(simulated.Options{Seed: 7, PerfusionIndex: true}), time.Hour, calm, line)
	values := 0
	for _, r := range trace.Readings {
		for _, m := range r.Measurements {
			values++
			want := map[devices.Vital]int{devices.PulseRate: 72, devices.SpO2: 97, devices.PerfusionIndex: 200}[m.Vital]
			require.Equal(t, want, m.Value, "%v at %v", m.Vital, r.At.Sub(start))
		}
	}
	assert.Greater(t, values, 3*3600)
	assert.LessOrEqual(t, trace.FramedBytes, trace.Received)
}
