package fivebyte_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/fivebyte"
	"bedside/simulators"
	simulated "bedside/simulators/fivebyte"
	"bedside/simulators/simulatortest"
)

// couple lets a session listen to the simulated instrument, which was written independently.
func couple(t *testing.T, o simulated.Options, length time.Duration, truth simulatortest.Truth, line simulators.Line) simulators.Trace {
	t.Helper()
	var set devices.Settings
	if o.Berry {
		set.Variant = "berry-115200"
	}
	s := devicetest.Open(t, fivebyte.Driver(), set)
	return simulatortest.Listen(simulators.Coupling{
		Session: s, Device: simulated.New(o), From: start, ToHost: line, Waves: true,
	}, length, truth)
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

var calm = simulatortest.Always(simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2})

func TestACablePulledForAMinuteIsBackAtOnce(t *testing.T) {
	trace := couple(t, simulated.Options{}, 2*time.Minute, calm, simulatortest.Pulled(start))
	longest, last := simulatortest.Gaps(&trace, start)
	assert.Less(t, longest, 61*time.Second)
	assert.Greater(t, last, 119*time.Second)
}

func TestAnHourOnABadLine(t *testing.T) {
	trace := couple(t, simulated.Options{Seed: 7}, time.Hour, calm, simulatortest.BadHour(7, start))
	values := simulatortest.Only(t, &trace, start, map[devices.Vital]int{devices.PulseRate: 72, devices.SpO2: 97})
	assert.Greater(t, values, 2*3600)
	assert.LessOrEqual(t, trace.FramedBytes, trace.Received)
}
