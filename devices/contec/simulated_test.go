package contec_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/contec"
	"bedside/devices/devicetest"
	"bedside/simulators"
	simulated "bedside/simulators/contec"
	"bedside/simulators/simulatortest"
)

// couple lets a session talk to the simulated instrument, which was written independently, and checks on the way that
// nothing leaves but the three harmless commands.
func couple(t *testing.T, d simulators.Device, length time.Duration, truth simulatortest.Truth, line simulators.Line) simulators.Trace {
	t.Helper()
	s := devicetest.Open(t, contec.Driver(), devices.Settings{})
	return simulatortest.Listen(simulators.Coupling{
		Session: s, Device: d, From: start, ToHost: line,
		Watch: func(_ time.Time, out *devices.Output) { requireAllowed(t, out.Tx) },
	}, length, truth)
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
		questions := 1
		if o.PerfusionIndex { // a yes is asked for again
			questions = 2
		}
		assert.Equal(t, simulated.Counts{Starts: 1, Keeps: c.Keeps, Questions: questions}, c)
		assert.InDelta(t, 36, c.Keeps, 1)
	}
}

var calm = simulatortest.Always(simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2})

func TestACablePulledForAMinuteIsBackAtOnce(t *testing.T) {
	device := simulated.New(simulated.Options{})
	trace := couple(t, device, 2*time.Minute, calm, simulatortest.Pulled(start))
	assert.GreaterOrEqual(t, device.Counts().Starts, 2, "the stream had ended for want of a keep-alive")
	longest, last := simulatortest.Gaps(&trace, start)
	assert.Less(t, longest, 62*time.Second)
	assert.Greater(t, last, 119*time.Second)
}

func TestAnHourOnABadLine(t *testing.T) {
	trace := couple(t, simulated.New(simulated.Options{Seed: 7, PerfusionIndex: true}), time.Hour, calm, simulatortest.BadHour(7, start))
	values := simulatortest.Only(t, &trace, start, map[devices.Vital]int{devices.PulseRate: 72, devices.SpO2: 97, devices.PerfusionIndex: 200})
	assert.Greater(t, values, 3*3600)
	assert.LessOrEqual(t, trace.FramedBytes, trace.Received)
}
